package dev.mortise;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.Lock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A lock that at most one {@link Lease} holds at a time, over all processes that use the same deployment and prefix.
 * Waiters are served first come, first served. While other clients wait, a client hands the lock on among its own
 * waiters at most 64 times and for at most 10 ms, by default. Not reentrant: a second acquire of the same thread waits
 * like any other; {@link #asLock()} is the reentrant, thread-owned view.
 *
 * <ul>
 *   <li>Block until granted or the wait is over: {@code acquire}, {@code tryAcquire} with a wait, {@code call}.
 *   <li>Block for one bounded round trip: {@link #tryAcquire()}, {@link #isLocked()}, {@link #inspect()}.
 *   <li>Return at once: {@code acquireAsync}, {@code tryAcquireAsync}, {@code callAsync}, {@link #asLock()}, {@link #held()}.
 * </ul>
 *
 * <p>{@code tryAcquire} answers with an empty result when the lock was not available in time, {@code acquire} throws
 * {@link LockTimeoutException}. All of them throw {@link LockUnavailableException} when the server cannot be reached,
 * refuses or does not answer: that is never reported as "held by someone else". A wait that has reached the queue
 * outlasts a restart of the server. A wait ends when its time is over, or a command time-out if that is longer; if the
 * server falls silent in between, taking the wait back may cost one command time-out more.
 *
 * <p>An interrupt or a cancel withdraws the wait on the server before the call returns (bounded by the command
 * time-out, then retried in the background); a grant that crosses with it is given to the next waiter. A thread that is
 * already interrupted gets {@link InterruptedException} before anything is sent.
 *
 * <p>Instances are stateless, thread-safe and cheap. Memory effects: a release happens-before the next acquire of the
 * same lock in this JVM.
 *
 * <p>Not promised: that a holder which pauses for longer than its lease notices before it writes. Only the
 * {@linkplain Lease#fencingToken() fencing token}, checked where the write lands, stops such a write.
 */
public interface DistributedLock {
    /** The name this lock was made with. */
    String name();

    /**
     * Waits without limit, with the client's default lease, renewed.
     *
     * @throws InterruptedException when the thread is interrupted before or while it waits
     * @throws LockUnavailableException when the server cannot be asked at all
     * @throws DeadlockException when the wait could never have ended; so in all other methods that wait
     */
    Lease acquire() throws InterruptedException;

    /**
     * Waits up to {@code maxWait}.
     *
     * @throws LockTimeoutException when the lock was not granted in time; says who holds it and who waits
     * @throws QueueFullException when the lock has as many waiters as it takes
     */
    Lease acquire(Duration maxWait) throws InterruptedException;

    /** As {@link #acquire(Duration)} with everything else the options say. */
    Lease acquire(AcquireOptions options) throws InterruptedException;

    /** Never waits for a holder: one round trip, bounded by the command time-out; not interruptible. */
    Optional<Lease> tryAcquire();

    /** Waits up to {@code maxWait}; empty when it was not granted in time. Zero asks once. */
    Optional<Lease> tryAcquire(Duration maxWait) throws InterruptedException;

    /** As {@link #tryAcquire(Duration)} with everything else the options say. */
    Optional<Lease> tryAcquire(AcquireOptions options) throws InterruptedException;

    /**
     * As {@link #acquire(AcquireOptions)} without a thread that waits. Completes on a callback thread of the client,
     * never on an I/O thread. {@code cancel} withdraws on the server; when the grant was faster, the future is already
     * complete and {@code cancel} answers false.
     */
    CompletableFuture<Lease> acquireAsync(AcquireOptions options);

    /** As {@link #acquireAsync}, but empty in place of {@link LockTimeoutException}. */
    CompletableFuture<Optional<Lease>> tryAcquireAsync(AcquireOptions options);

    /**
     * Acquires, runs {@code body} with the lease, and releases, whatever the body does.
     *
     * @return what the body returned
     * @throws X what the body threw, unchanged
     * @throws LeaseLostException when the body ended normally but the lease did not last as long as the body ran
     * @throws LockTimeoutException when the lock was not granted within the options' wait; the body did not run
     */
    <T extends @Nullable Object, X extends Throwable> T call(AcquireOptions options, LeaseFunction<T, X> body)
            throws X, InterruptedException;

    /**
     * As {@link #call} without a thread that waits: the lease is released when the stage that {@code body} returns is
     * complete. The body starts on a callback thread of the client, or on the {@code callbackExecutor} that it was
     * given; cancelling the result ends the wait, or, when the body runs, has no effect on it.
     */
    <T> CompletableFuture<T> callAsync(AcquireOptions options, Function<Lease, CompletionStage<T>> body);

    /** Whether the lock is held at this moment, by the server's clock. One round trip. */
    boolean isLocked();

    /** Holders and queue as the server sees them at one moment, for people and logs. At most two round trips. */
    LockInfo inspect();

    /**
     * A drop-in {@link Lock}: owned by the thread, reentrant, with the client's default lease, renewed while the thread
     * lives. All views of one name of one client share the holds of a thread.
     */
    Lock asLock();

    /**
     * As {@link #asLock()} with other options; their wait, owner and asynchronous parts do not apply. Nested calls use
     * the outermost hold as it is.
     */
    Lock asLock(AcquireOptions options);

    /**
     * The lease behind {@link #asLock()}, for its fencing token and for {@link Lease#ensure}; empty unless the calling thread holds
     * this lock by a view and has not unlocked it. No I/O. A lease that was lost is there, and not valid, until it is unlocked.
     * All views of one name of one client answer alike, and nested entries have one lease. A writer that also reads has one
     * for both sides; when it stops writing, the reader has a new one. Leave the release to {@code unlock()}.
     */
    Optional<Lease> held();
}
