/**
 * The ground floor: clock, timers, executors and randomness as a port, so that tests run without sleeping; and how threads
 * decide, wait and come again. Knows nothing of locks or servers.
 *
 * <ul>
 *   <li>{@code Time} is the port. {@code SystemTime} is what a client has, made of {@code LastingTimer} and {@code GrowingPool}.
 *   <li>{@code Guarded} and {@code Steps}: decide under a guard, act after it.
 *   <li>{@code Await} is the only way to block.
 *   <li>{@code Backoff} is the pause before another attempt.
 *   <li>{@code Work} is anything under way that a closing client must end.
 * </ul>
 */
@NullMarked
package dev.mortise.internal.runtime;

import org.jspecify.annotations.NullMarked;
