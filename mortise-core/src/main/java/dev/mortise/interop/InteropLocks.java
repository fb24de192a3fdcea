package dev.mortise.interop;

import dev.mortise.LeaseLoss;
import dev.mortise.LockUnavailableException;
import java.time.Duration;
import java.util.List;

/**
 * A client of locks as programs of another library keep them: it excludes them, and they exclude it. It has connections and one
 * timer thread; make one per process, server and {@link LockLayout}, and share it. Thread-safe. Made by
 * {@link dev.mortise.redis.RedisMortise#interop}.
 *
 * <p>It writes nothing but the keys of that library; with {@link LockLayout#pythonRedisLock()} also a list beside the signals, which
 * lives for a second and ends a wait of its own. It does not exclude the locks of {@link dev.mortise.Mortise}, whatever their
 * names; {@link BridgedLock} takes both.
 */
public interface InteropLocks extends AutoCloseable {
    /**
     * The lock of that name. Does no I/O; the result is cheap, stateless and thread-safe, and need not be kept.
     *
     * @param name as the other library has it; 1 to 512 bytes of UTF-8 without control characters
     * @throws IllegalArgumentException when the name is empty, too long, or not well-formed; and in a Cluster, with
     *     {@link LockLayout#pythonRedisLock()}, when it has no hash tag
     * @throws IllegalStateException when this client is closed
     */
    InteropLock lock(String name);

    /** How the locks are kept. */
    LockLayout layout();

    /** The leases that this client has at this moment and that are valid, in no order. Does no I/O, never blocks. */
    List<InteropLease> leases();

    /**
     * Ends this client: refuses new work, withdraws every wait, releases every lease, then disconnects. Blocks for at most about two
     * command time-outs, also when the server does not answer; works on an interrupted thread and leaves its flag as it was.
     * Idempotent. Waits end with {@link LockUnavailableException}, held leases with {@link LeaseLoss.Cause#CLIENT_CLOSED}.
     */
    @Override
    void close();

    /**
     * As {@link #close()}, but lets holders end first, for that time at most: see {@link dev.mortise.LockProvider#close(Duration)}.
     *
     * @throws IllegalArgumentException when it is negative
     */
    void close(Duration patience);
}
