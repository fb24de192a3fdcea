package dev.mortise;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * A number of permits that leases share, over all processes that use the same deployment and prefix. A lease holds as
 * many as it was acquired with, and gives all of them back at once: at its release, or when it is lost.
 *
 * <p>Waiters are served first come, first served, whatever they want: a small request never overtakes a large one, so
 * large ones do not starve, and permits that are free may stand idle while the first in the queue waits for more.
 *
 * <p>The first client that uses the semaphore decides its number of permits, and the number stays while the semaphore
 * is in use. A call with another number meanwhile gets {@link WrongKindException}. {@code LockAdmin.resizeSemaphore}
 * changes the number while the semaphore is in use.
 *
 * <ul>
 *   <li>Block until granted or the wait is over: {@link #acquire}, {@link #tryAcquire(int, AcquireOptions)}.
 *   <li>Block for one bounded round trip: {@link #tryAcquire(int)}, {@link #available()}, {@link #inspect()}.
 *   <li>Return at once: {@link #acquireAsync}, {@link #tryAcquireAsync}.
 * </ul>
 *
 * <p>They throw and answer as those of {@link DistributedLock}; a number of permits below 1 or above {@link #permits()}
 * is refused with {@link IllegalArgumentException}. Instances are stateless, thread-safe and cheap. Memory effects: a
 * release happens-before an acquire in this JVM that was granted after it.
 *
 * <p>Not promised: that a holder which pauses for longer than its lease notices before it goes on. Permits are no
 * fence: several hold them at a time, so a fencing token tells the order of the grants and nothing more.
 */
public interface DistributedSemaphore {
    /** The name this semaphore was made with. */
    String name();

    /** The number of permits this semaphore was made with. */
    int permits();

    /**
     * Waits until that many permits are free and all earlier waiters have been served, as
     * {@link DistributedLock#acquire()} waits.
     *
     * @param permits from 1 to {@link #permits()}
     * @throws LockTimeoutException when they were not granted within the options' wait
     * @throws InterruptedException when the thread is interrupted before or while it waits
     * @throws QueueFullException when the semaphore has as many waiters as it takes
     */
    Lease acquire(int permits, AcquireOptions options) throws InterruptedException;

    /** Never waits for a holder: one round trip, bounded by the command time-out; not interruptible. */
    Optional<Lease> tryAcquire(int permits);

    /** As {@link #acquire}, but empty in place of {@link LockTimeoutException}. */
    Optional<Lease> tryAcquire(int permits, AcquireOptions options) throws InterruptedException;

    /**
     * As {@link #acquire} without a thread that waits. Completes on a callback thread of the client, never on an
     * I/O thread. {@code cancel} withdraws on the server; when the grant was faster, the future is already complete and
     * {@code cancel} answers false.
     */
    CompletableFuture<Lease> acquireAsync(int permits, AcquireOptions options);

    /** As {@link #acquireAsync}, but empty in place of {@link LockTimeoutException}. */
    CompletableFuture<Optional<Lease>> tryAcquireAsync(int permits, AcquireOptions options);

    /**
     * How many permits are free at this moment, of the number that is on record at the server; never negative. A figure
     * for people: other clients may wait for them already. One round trip.
     *
     * @throws WrongKindException when the name is used as another kind
     */
    int available();

    /** Holders and queue as the server sees them at one moment, for people and logs. At most two round trips. */
    LockInfo inspect();
}
