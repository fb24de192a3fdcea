package dev.mortise.admin;

import dev.mortise.LockInfo;

/** Administration of locks. Thread-safe; every method blocks for a bounded number of round trips. */
public interface LockAdmin {
    /**
     * Holders and queue of one lock.
     *
     * @throws dev.mortise.LockUnavailableException when the server cannot be asked
     */
    LockInfo inspect(String name);

    /**
     * Ends every hold of the lock; the next waiter gets it at once, with a higher fencing token. The
     * former holder learns of it at its next renewal, as lost by force; until then it may believe that it holds the
     * lock, so only fenced writes are safe. Many holds are ended some at a time; those that begin meanwhile are left
     * alone.
     *
     * @param reason shown to the former holder; 1 to 128 characters without control characters
     * @return how many holds were ended
     * @throws dev.mortise.LockUnavailableException when the server cannot be asked
     */
    int forceRelease(String name, String reason);

    /**
     * Drops leases of one lock that are over: expired leases, and leases without expiry that were not renewed for 60 s.
     * Works by the rules that a waiter would apply, so it never ends a live lease.
     *
     * @return how many holds were ended
     * @throws dev.mortise.LockUnavailableException when the server cannot be asked
     */
    int collect(String name);

    /**
     * Changes how many permits a semaphore in use has. Holders and waiters go on. If there are more permits now, they
     * go to the queue at once; if there are fewer than are held, nothing is granted until enough are released. A waiter
     * that wants more than there are now gets {@link dev.mortise.WrongKindException} at its next poll (4 s at most). So
     * does every later call with another number.
     *
     * @param permits from 1 to 1,000,000,000
     * @return false when no permits are held or waited for, or the name is used as another kind: then nothing was
     *     changed. Of an unused semaphore nothing is stored; the next user decides its number of permits.
     * @throws IllegalArgumentException when permits are out of range
     * @throws dev.mortise.LockUnavailableException when the server cannot be asked
     */
    boolean resizeSemaphore(String name, int permits);
}
