package dev.mortise;

/**
 * A client of one authority: a server, whichever one Sentinel names, or a Cluster. Made by
 * {@code dev.mortise.redis.RedisMortise}.
 */
public interface Mortise extends LockProvider {
    /**
     * The semaphore of that name, with that many permits. Does no I/O: whether others use the name with another number
     * is found out when permits are acquired. The result is cheap, stateless and thread-safe, and need not be kept.
     *
     * @param name 1 to 512 bytes of UTF-8 without control characters
     * @param permits from 1 to 1,000,000,000
     * @throws IllegalArgumentException when the name is empty, too long, or not well-formed, or permits are out of range
     * @throws IllegalStateException when this client is closed
     */
    DistributedSemaphore semaphore(String name, int permits);

    /**
     * Several locks as one: all or none. The names are put into one order (of {@link String#compareTo}) and duplicates
     * collapse, so that two callers never wait for each other in a circle, whatever order they give. With one name it
     * is {@link #lock} of that name. Does no I/O itself.
     *
     * <p>If no client uses any of the locks, one request grants them all. That is not so where a quiet period is kept,
     * nor in a Cluster unless all are in one slot. Otherwise they are acquired one after the other, within one total
     * time. Locks already acquired are kept and renewed while the next one is waited for. If one is missing in the end,
     * all are released before the call returns; {@link LockTimeoutException} names it. With {@link Renewal#OFF} or
     * {@link AcquireOptions#maxHold} the time of a part runs from its own grant; if it is over before the last one is
     * acquired, all begins again.
     *
     * <p>The result is one {@link Lease}: valid while all parts are, lost with the first part that is lost, and then
     * the others are released. Its {@linkplain Lease#fencingToken() fencing token} is the greatest of its parts'. It is
     * greater than that of every earlier lease of the same set of locks, because each part's is; a resource that one of
     * the locks alone guards is fenced by {@link Lease#fencingToken(String)}. It cannot be {@linkplain Lease#detach
     * detached}. Its parts are released by one request each, sent together. Events are about each lock on its own.
     *
     * <p>{@link DistributedLock#isLocked} tells whether any of them is held, {@link DistributedLock#inspect} shows the
     * holders and waiters of all. A thread that holds one of the locks already waits for itself: {@code asLock()} is
     * reentrant for the same set of names only.
     *
     * @param names 1 to 64 different ones, each as for {@link #lock}
     * @throws IllegalArgumentException when there are none or too many, or one is not well-formed
     * @throws IllegalStateException when this client is closed
     */
    DistributedLock allOf(String... names);

    /**
     * Takes over a lease that was {@linkplain Lease#detach() detached}, here or in another process. The lease keeps its
     * id and its fencing token. Blocks for one round trip.
     *
     * @throws LeaseLostException when the lease has ended, or the ticket was used before, or its token was never given
     *     out
     * @throws LockUnavailableException when the server cannot be reached or does not answer in time. The adoption may
     *     have been done all the same: this client may try again with the same ticket
     * @throws IllegalStateException when this client is closed
     */
    Lease adopt(LeaseTicket ticket);

    /** The same as {@link #clientStatus()}. */
    default ClientStatus status() {
        return clientStatus();
    }
}
