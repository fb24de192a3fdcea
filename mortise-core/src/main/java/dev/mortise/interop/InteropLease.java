package dev.mortise.interop;

import dev.mortise.LeaseLoss;
import dev.mortise.LeaseLostException;
import dev.mortise.LockUnavailableException;
import dev.mortise.ReleaseOutcome;
import dev.mortise.Renewal;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/**
 * The right to hold an {@link InteropLock} for a time. Ownership is this object, not a thread. It is {@link dev.mortise.Lease} without
 * what such a lock cannot carry: a fencing token and a ticket. Thread-safe.
 *
 * <p>A lease is valid from its grant until it is released or lost, and once it is not valid it never is again. Validity is judged by
 * this process alone, on a clock that also counts time spent suspended, from the moment the request that last confirmed the lease was
 * sent. With {@link Renewal#ON} it is renewed in the background for as long as this object is reachable; a lease that is
 * garbage-collected unreleased is reported and let go.
 *
 * <ul>
 *   <li>No I/O: {@link #isValid}, {@link #remaining}, {@link #id}, {@link #lost}.
 *   <li>Block for at most one command time-out: {@link #ensure}, {@link #extend}, {@link #release}, {@link #releaseAfter},
 *       {@link #close}. None of them is interruptible; all keep the interrupt flag as it was.
 * </ul>
 */
public interface InteropLease extends AutoCloseable {
    /** The name of the lock. */
    String lockName();

    /** Its key in Redis. */
    String key();

    /** What the value at the key ends with. Unguessable, and enough to release the lock: keep it out of logs. */
    String id();

    /** Whether this process may still rely on the lock. */
    boolean isValid();

    /** How long the lease stays valid if it is not renewed any more; zero when it is not valid. */
    Duration remaining();

    /**
     * Makes sure that at least that much of the lease is left, and renews it if not.
     *
     * @param atLeast positive, and no longer than the lease
     * @return this lease
     * @throws LeaseLostException when the lease is not valid, or cannot be made to last that long
     * @throws LockUnavailableException when the server did not answer and the lease is still valid
     */
    InteropLease ensure(Duration atLeast);

    /**
     * Sets the lifetime, counted from now; may shorten it. A renewed lease is renewed by this measure from here on.
     *
     * @param lease at least 100 ms
     * @throws LeaseLostException when the lease is not valid any more; it is never brought back
     * @throws LockUnavailableException when the server did not answer and the lease is still valid
     */
    void extend(Duration lease);

    /**
     * Completes when the lease is lost, and only then; at once when it already is. Dependent actions run on callback threads of the
     * client.
     */
    CompletionStage<LeaseLoss> lost();

    /**
     * Releases the lock, and tells waiters as the other library does. Idempotent: the first outcome is kept. With
     * {@link ReleaseOutcome#UNKNOWN} no answer came; it is then repeated in the background until the lease is over.
     */
    ReleaseOutcome release();

    /** As {@link #release()}; completes on a callback thread of the client. */
    CompletionStage<ReleaseOutcome> releaseAsync();

    /**
     * Ends this lease as {@link #release()} does, but the key stays for that long from now. For work that must not begin again too
     * soon, as {@code lockAtLeastFor} of ShedLock.
     *
     * @param keep zero, as {@link #release()}, to 365 days
     */
    ReleaseOutcome releaseAfter(Duration keep);

    /** {@link #release()}; does not throw on loss, which is logged once. */
    @Override
    void close();
}
