/** The queue alone, in every order of events. */
@NullMarked
package dev.mortise.internal.queue;

import org.jspecify.annotations.NullMarked;
