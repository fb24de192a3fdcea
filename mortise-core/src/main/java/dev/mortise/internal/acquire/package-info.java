/**
 * One acquire from its first request to its grant or its withdrawal, and the inbox that wakes it. Knows {@code queue},
 * {@code lease}, {@code store} and {@code runtime}.
 *
 * <ul>
 *   <li>{@code Acquire} is what others see. It stands at a local queue, and ends with a lease or a reason why not.
 *   <li>{@code ServerTalk}, above which it is built, sends requests and sets {@code WaitTimers}; {@code PollSchedule} says when,
 *       and {@code PollTurns} how many of a client at once.
 *   <li>{@code ServerWait} decides, and does nothing else: an event in, a {@code Next} out. Its states are {@code WaitState}.
 *       {@code EntryRule} and {@code ReplicationStep} are two of its questions.
 *   <li>{@code Departure} and {@code Withdrawal} take back what is not wanted. {@code LateRequests} says whether that is enough.
 *   <li>{@code WaiterRegistry} brings a message to the acquire that it is about.
 * </ul>
 *
 * <p>One acquire has one guard, the one in {@code ServerTalk}. A class that says "guarded by its acquire" has none of its
 * own. Nothing is sent, and no caller told, under it.
 */
@NullMarked
package dev.mortise.internal.acquire;

import org.jspecify.annotations.NullMarked;
