/**
 * The port over keys of other libraries: {@code InteropStore} sends, {@code WaitLines} knows who waits in this client, and
 * {@code SignalWaits} waits for the word of others.
 */
@NullMarked
package dev.mortise.internal.interop;

import org.jspecify.annotations.NullMarked;
