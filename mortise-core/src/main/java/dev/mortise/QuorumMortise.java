package dev.mortise;

/**
 * Locks over independent masters, as Redlock has them, with fencing tokens: a lease holds when a majority of the
 * masters has it on record. It outlives the loss of a minority of them, with or without their data.
 *
 * <p>Waiters are told when a lock becomes free, and then try, before clients that come only then. There is no queue
 * over several masters, so no waiter is promised a place. After a waiter was told, the lock is refused to others for a
 * moment, also to calls that do not wait. There are no semaphores: holders that overlap on too few masters would be
 * more than there are permits. A reader's lease cannot become a writer's; see {@link DistributedReadWriteLock#upgrade}.
 *
 * <p>Thread-safe.
 */
public interface QuorumMortise extends LockProvider {
    /**
     * Asks every node how it is; {@link #clientStatus()} tells what is known without asking. Blocks until all have answered, for
     * the time limit of a node at most.
     *
     * @throws IllegalStateException when this client is closed
     */
    QuorumStatus status();

    /**
     * Takes over a detached lease, from any process. Blocks until a majority has answered, not interruptible.
     *
     * @throws LeaseLostException when the lease is over, or the ticket was used before, or its token was never given
     *     out
     * @throws LockUnavailableException when no majority answers. The adoption may have been done all the same: this
     *     client may try again with the same ticket
     * @throws IllegalStateException when this client is closed
     */
    Lease adopt(LeaseTicket ticket);
}
