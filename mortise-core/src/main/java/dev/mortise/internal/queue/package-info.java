/**
 * The queue of one lock inside one client: which acquire asks the server, and hand-offs without a request. Knows
 * {@code lease},
 * {@code store} and {@code runtime}; an acquire is a {@code LocalWaiter} here, and nothing more.
 *
 * <ul>
 *   <li>{@code LocalQueue} decides who leads, with two that decide nothing: {@code WaitLine} has those that stand here, and
 *       {@code ServerContact} what is known from answers and failures.
 *   <li>{@code SharedHold} decides whether a hold is handed on or goes back. {@code Fit} says whether it fits a waiter,
 *       {@code HandOffBudget} whether it may stay here, {@code TokenBlock} which fencing token the next lease gets.
 *   <li>{@code TakeOut} gives one lease a hold of its own, so that it can leave or change.
 *   <li>{@code HoldActions} is all that the queue needs from outside, so that a test can try all orders.
 *   <li>{@code LocalQueues} has the queue of each lock in use; {@code NoQueue} stands where nothing is handed on.
 * </ul>
 *
 * <p>All of one queue has one guard. A class that says "guarded by its queue" has none of its own.
 */
@NullMarked
package dev.mortise.internal.queue;

import org.jspecify.annotations.NullMarked;
