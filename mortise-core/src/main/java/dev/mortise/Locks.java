package dev.mortise;

/**
 * What every deployment offers: locks by name, and an end.
 *
 * <p>An instance is one <em>client</em>: it has an identity on the server, connections, one timer thread and a
 * heartbeat. Make one per process and deployment and share it; it is safe for use by any number of threads, platform
 * and virtual.
 */
public interface Locks extends AutoCloseable {
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
     * Ends this client: refuses new work, withdraws every wait, releases every lease, then disconnects.
     *
     * <p>Blocks for at most about two command time-outs, also when the server does not answer; works on an interrupted
     * thread and leaves its flag as it was. Idempotent. Waits end with {@link LockUnavailableException}, held leases
     * with {@link LeaseLoss.Cause#CLIENT_CLOSED}.
     */
    @Override
    void close();
}
