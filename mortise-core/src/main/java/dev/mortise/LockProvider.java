package dev.mortise;

import dev.mortise.admin.LockAdmin;
import java.time.Duration;
import java.util.List;

/**
 * What every deployment offers: locks by name, and an end.
 *
 * <p>An instance is one <em>client</em>: it has an identity on the server, connections, one timer thread and a
 * heartbeat. Make one per process and deployment and share it; it is safe for use by any number of threads, platform
 * and virtual.
 */
public interface LockProvider extends AutoCloseable {
    /**
     * The lock of that name. Does no I/O; the result is cheap, stateless and thread-safe, and need not be kept.
     *
     * @param name 1 to 512 bytes of UTF-8 without control characters
     * @throws IllegalArgumentException when the name is empty, too long, or not well-formed
     * @throws IllegalStateException when this client is closed
     */
    DistributedLock lock(String name);

    /**
     * The read-write lock of that name; as cheap as {@link #lock}.
     *
     * @param name 1 to 512 bytes of UTF-8 without control characters
     * @throws IllegalArgumentException when the name is empty, too long, or not well-formed
     * @throws IllegalStateException when this client is closed
     */
    DistributedReadWriteLock readWriteLock(String name);

    /**
     * How this client is now: whether its server answers, how many locks it holds and waits for, and what has happened so far.
     * Does no I/O, never blocks, and needs no listener. The time that it takes grows with the number of leases: some
     * milliseconds for 100,000. On a closed client it tells how that one ended.
     */
    ClientStatus clientStatus();

    /**
     * Looks into locks from outside and, where a person decides so, ends a hold by force; over a quorum every node is
     * asked. Does no I/O itself.
     *
     * @throws IllegalStateException when this client is closed
     */
    LockAdmin admin();

    /**
     * The leases that this client has at this moment and that are valid, in no order. Those behind {@code asLock()} are among
     * them, and each lock of an {@code allOf} has one of its own. A lease that is about to be handed to a waiter of this
     * client may be missing. Does no I/O, never blocks. Take care not to keep the result: a lease that is dropped is only noticed
     * when nothing refers to it.
     */
    List<Lease> leases();

    /**
     * Ends this client: refuses new work, withdraws every wait, releases every lease, then disconnects. When it
     * returns, nothing of this client is on the server any more, unless the server did not acknowledge that in time.
     * Leases that were {@linkplain Lease#detach detached} stay, and so do locks that are {@linkplain Lease#releaseAfter kept}.
     *
     * <p>Blocks for at most about two command time-outs, also when the server does not answer; works on an interrupted
     * thread and leaves its flag as it was. Idempotent: a second call waits for the first. Waits end with {@link
     * LockUnavailableException}, held leases with {@link LeaseLoss.Cause#CLIENT_CLOSED}, whatever their holders do at
     * that moment; {@link #close(Duration)} gives them time.
     */
    @Override
    void close();

    /**
     * As {@link #close()}, but lets holders end first. From now on new work is refused and every wait is withdrawn, as
     * there; leases that are held go on, are renewed, and can be extended, downgraded, detached and released. When the
     * last one is over, or the time is, or the thread is interrupted, or {@link #close()} is called, the client is
     * closed.
     *
     * <p>Blocks until it is closed: for that time and that of {@link #close()} at most. If it is called more than once,
     * the time that ends first counts. An interrupt, also one from before, leaves the flag set. A holder that calls
     * this waits for itself.
     *
     * @param patience for how long holders may go on; zero: not at all
     * @throws IllegalArgumentException when it is negative
     */
    void close(Duration patience);
}
