package dev.mortise;

import dev.mortise.admin.LockAdmin;

/** A client of one authority: a standalone server. Made by {@code dev.mortise.redis.RedisMortise}. */
public interface Mortise extends Locks {
    /**
     * The semaphore of that name, with that many permits. Does no I/O: whether others use the name with another number is
     * found out when permits are acquired. The result is cheap, stateless and thread-safe, and need not be kept.
     *
     * @param name 1 to 512 bytes of UTF-8 without control characters
     * @param permits from 1 to 1,000,000,000
     * @throws IllegalArgumentException when the name is empty, too long, or not well-formed, or permits are out of range
     * @throws IllegalStateException when this client is closed
     */
    DistributedSemaphore semaphore(String name, int permits);

    /**
     * Takes over a lease that was {@linkplain Lease#detach() detached}, here or in another process. The lease keeps its
     * id and its fencing token. Blocks for one round trip.
     *
     * @throws LeaseLostException when the lease has ended, or the ticket was used before
     * @throws LockUnavailableException when the server cannot be reached or does not answer in time
     * @throws IllegalStateException when this client is closed
     */
    Lease adopt(LeaseTicket ticket);

    /** Looks into locks from outside and, where a person decides so, ends a hold by force. Does no I/O itself. */
    LockAdmin admin();
}
