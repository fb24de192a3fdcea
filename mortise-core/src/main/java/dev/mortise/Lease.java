package dev.mortise;

import java.time.Duration;
import java.util.concurrent.CompletionStage;

/**
 * The right to hold a lock for a time. Ownership is this object, not a thread: code that has it may check, extend and
 * release it. Thread-safe.
 *
 * <p>A lease is valid from its grant until it is released or lost, and once it is not valid it never is again; the one
 * exception is a write lease while it is {@linkplain DistributedReadWriteLock#downgrade being downgraded}. Validity
 * is judged by this process alone, on a clock that also counts time spent suspended, from the moment the request that
 * last confirmed the lease was sent. With {@link Renewal#ON} it is renewed in the background for as long as this object
 * is reachable; a lease that is garbage-collected unreleased is reported and let go.
 *
 * <ul>
 *   <li>No I/O: {@link #isValid}, {@link #remaining}, {@link #fencingToken}, {@link #id}, {@link #lost}.
 *   <li>Block for at most one command time-out: {@link #ensure}, {@link #extend}, {@link #release},
 *       {@link #releaseAfter}, {@link #close}, {@link #detach}. None of them is interruptible; all keep the interrupt flag as it was.
 * </ul>
 */
public interface Lease extends AutoCloseable {
    /** The name of the lock. */
    String lockName();

    /** Unguessable and unique over all time. It is enough to release the lease: keep it out of logs. */
    String id();

    /**
     * Greater than the token of every earlier grant of this lock (a reader's: than every earlier writer's, see
     * {@link DistributedReadWriteLock}); constant for the life of the lease. Send it with each write, and let the
     * protected side refuse a token lower than one it has seen.
     */
    long fencingToken();

    /**
     * The token of one of the locks that this lease is about; {@link #fencingToken()} unless it is about several, see
     * {@link Mortise#allOf}. For a resource that one of them alone guards.
     *
     * @throws IllegalArgumentException when this lease is not about a lock of that name
     */
    default long fencingToken(String lockName) {
        if (!lockName().equals(lockName)) {
            throw new IllegalArgumentException("a lease of lock '" + lockName() + "', not of '" + lockName + "'");
        }
        return fencingToken();
    }

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
    Lease ensure(Duration atLeast);

    /**
     * Sets the lifetime, counted from now; may shorten it. A renewed lease is renewed by this measure from here on.
     *
     * @param lease at least 100 ms
     * @throws LeaseLostException when the lease is not valid any more; it is never brought back
     * @throws LockUnavailableException when the server did not answer and the lease is still valid
     */
    void extend(Duration lease);

    /**
     * Completes when the lease is lost, and only then; at once when it already is. Dependent actions run on
     * callback threads of the client. Never completes for a lease that was released or detached.
     */
    CompletionStage<LeaseLoss> lost();

    /**
     * Gives the lease up here and returns what another thread or process needs to {@link Mortise#adopt} it. It is not
     * renewed until then, so it must be adopted within what is left of it; less than half of the lease is renewed
     * first. A lease without expiry must be adopted within ten minutes, whatever becomes of this client; then it is
     * over.
     *
     * @throws IllegalStateException when the lease is being upgraded, downgraded or detached by another call
     * @throws LeaseLostException when the lease is not valid
     * @throws LockUnavailableException when the server did not answer and the lease is still valid
     */
    LeaseTicket detach();

    /**
     * Releases the lock; the server gives it to the next waiter in the same step. Idempotent: the first outcome is
     * kept. {@link ReleaseOutcome#UNKNOWN} means that no answer came; the release is then repeated in the background
     * until the lease is over, or for ten minutes if it has no expiry, and once more when the client is closed.
     */
    ReleaseOutcome release();

    /** As {@link #release()}; completes on a callback thread of the client. */
    CompletionStage<ReleaseOutcome> releaseAsync();

    /**
     * Ends this lease as {@link #release()} does, but the server keeps the lock for that long from now. For work that must not
     * begin again too soon. No lease stands for the lock meanwhile: it is not renewed, and only
     * {@link dev.mortise.admin.LockAdmin#forceRelease} frees it before. Waiters get it when the time is over.
     *
     * @param keep zero, as {@link #release()}, to 365 days
     * @return {@link ReleaseOutcome#UNKNOWN} when no answer came: then the lock is kept for that time, or for what was left of
     *     the lease; one without expiry is kept until it is collected. It may be kept for longer when a request of its acquire got
     *     no answer and arrives that late
     * @throws IllegalArgumentException when the time is negative or too long
     * @throws IllegalStateException when the lease is being upgraded, downgraded or detached by another call
     * @throws LockUnavailableException when the server did not answer before the lease ended here: it goes on
     */
    ReleaseOutcome releaseAfter(Duration keep);

    /** {@link #release()}; does not throw on loss, which is logged once and counted. */
    @Override
    void close();
}
