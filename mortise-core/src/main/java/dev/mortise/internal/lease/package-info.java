/**
 * Leases: their states, how long they are valid, renewal, loss and release. Knows {@code store} and {@code runtime} only.
 *
 * <p>Three things with three lives. A {@link dev.mortise.internal.lease.Hold} is what the server has on record. A
 * {@link dev.mortise.internal.lease.LeaseState} is what one user has of it. A {@link dev.mortise.internal.lease.LeaseHandle} is
 * the object that the user sees. The client keeps the first two, and only the user keeps the third.
 *
 * <ul>
 *   <li>A lease begins in {@code LeaseFactory} and is in the {@code LeaseRegistry} until it ends.
 *   <li>{@code Renewals} keeps it, by the {@code RenewalSchedule} of each lease and one {@code RenewalAsk} for each hold;
 *       {@code RoundTimer} runs its rounds.
 *   <li>Its end is decided in {@code LeaseState}. {@code LossReports} tells a loss; {@code Releases} tells the server.
 *   <li>{@code LeaseChanges} makes something else of it: a ticket, or another number of permits.
 *   <li>{@code UnderWay} knows when nothing of all this is left, which is when a closing client may go.
 * </ul>
 *
 * <p>Times are in nanoseconds of {@code Time.nanos()}; the names of those in milliseconds, for the server, say so. A
 * lifetime of 0 is without expiry. Nothing here blocks, except what a user calls on a handle, and
 * {@code LeaseChanges.takeOut}.
 */
@NullMarked
package dev.mortise.internal.lease;

import org.jspecify.annotations.NullMarked;
