package dev.mortise;

import dev.mortise.admin.LockAdmin;

/** A client of one authority: a standalone server. Made by {@code dev.mortise.redis.RedisMortise}. */
public interface Mortise extends Locks {
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
