/** One client: its identity, its heartbeat, its end, and the public objects made of the context. */
@NullMarked
package dev.mortise.internal.client;

import org.jspecify.annotations.NullMarked;
