package dev.mortise.interop;

import dev.mortise.LockTimeoutException;
import dev.mortise.LockUnavailableException;
import dev.mortise.ReleaseOutcome;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A lock as programs of another library keep it, in {@link LockLayout its} keys: it excludes them, and they exclude it.
 *
 * <p>It has what such keys can carry, and no more:
 *
 * <ul>
 *   <li><b>No queue.</b> The client that asks at the right moment gets it; one may wait for long while others come and go.
 *       Waiters of one client ask in turn, but an acquire that has just begun may get in before them.
 *   <li><b>No fencing token.</b> A holder that pauses for longer than its lease, and then writes, cannot be refused where the write lands.
 *   <li><b>No deadlock detection,</b> no list of waiters, no read-write lock, no re-entrance.
 *   <li><b>Nothing against a loss of data.</b> After a fail-over of the server the lock may be held twice.
 *   <li><b>What programs of the other library do wrong</b> they still do: see their pages in {@code docs/guide/interoperation.md}.
 * </ul>
 *
 * <p>Its leases are those of Mortise in every other respect: renewed in the background, judged by this process's own clock from the
 * moment the confirming request was sent, and lost with a word.
 *
 * <ul>
 *   <li>Block until granted or the wait is over: {@code acquire}, {@code tryAcquire} with a wait, {@code call}.
 *   <li>Block for one bounded round trip: {@link #tryAcquire()}, {@link #isLocked()}, {@link #heldBy()}.
 *   <li>Return at once: {@code acquireAsync}, {@code tryAcquireAsync}.
 * </ul>
 *
 * <p>All of them throw {@link LockUnavailableException} when the server cannot be reached, refuses or does not answer, and when the key
 * holds something that is no such lock, which is left alone. A wait ends when its time is over, or a command time-out if that is
 * longer. An interrupt or a cancel takes back what was asked for before the call returns. Each acquire has a value of its own at
 * the key. So one whose answer was lost is asked again, or taken back, and nothing stays behind for longer than its lease.
 *
 * <p>Stateless, thread-safe and cheap. Memory effects: a release happens-before the next acquire of the same lock in this JVM.
 */
public interface InteropLock {
    /** The name this lock was made with. */
    String name();

    /** Its key in Redis. */
    String key();

    /**
     * Waits without limit, with the client's default lease, renewed.
     *
     * @throws InterruptedException when the thread is interrupted before or while it waits
     */
    InteropLease acquire() throws InterruptedException;

    /**
     * Waits up to {@code maxWait}.
     *
     * @throws LockTimeoutException when the lock was not granted in time
     */
    InteropLease acquire(Duration maxWait) throws InterruptedException;

    /** As {@link #acquire(Duration)} with everything else the options say. */
    InteropLease acquire(InteropOptions options) throws InterruptedException;

    /** Asks once and does not wait; one bounded round trip, not interruptible. Empty when the lock is held. */
    Optional<InteropLease> tryAcquire();

    /** Waits up to {@code maxWait}; empty when the lock was not granted in time. */
    Optional<InteropLease> tryAcquire(Duration maxWait) throws InterruptedException;

    /** As {@link #tryAcquire(Duration)} with everything else the options say. */
    Optional<InteropLease> tryAcquire(InteropOptions options) throws InterruptedException;

    /**
     * As {@link #acquire(InteropOptions)}, without blocking. Cancelling it ends the wait; a grant that crosses with that is released. It
     * completes on a callback thread of the client.
     */
    CompletableFuture<InteropLease> acquireAsync(InteropOptions options);

    /** As {@link #tryAcquire(InteropOptions)}, without blocking; otherwise like {@link #acquireAsync}. */
    CompletableFuture<Optional<InteropLease>> tryAcquireAsync(InteropOptions options);

    /**
     * Acquires, runs the body, and releases.
     *
     * @return what the body returned
     * @throws dev.mortise.LeaseLostException when the lease was lost before the body had ended; if the body threw, suppressed by that
     */
    <T extends @Nullable Object, X extends Throwable> T call(InteropOptions options, Body<T, X> body)
            throws X, InterruptedException;

    /** Whether any program holds it. */
    boolean isLocked();

    /** What the holder has written at the key, whatever its library writes; empty when there is none. For people. */
    Optional<String> heldBy();

    /**
     * What is done under the lock.
     *
     * @param <T> what it returns
     * @param <X> what it throws
     */
    @FunctionalInterface
    interface Body<T extends @Nullable Object, X extends Throwable> {
        /** Does it, and may use the lease, but need not release it: {@link ReleaseOutcome} is looked after. */
        T apply(InteropLease lease) throws X;
    }
}
