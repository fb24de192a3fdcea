package dev.mortise.internal.store;

/**
 * What one waiter is told of a lock: the first holders and waiters, however many there are.
 *
 * @param record with at most {@link #MOST} holders, and as many waiters; which of many holders is not said
 * @param used permits that are in use, also by holders that are not in it
 * @param waiting how many wait, also those that are not in it
 * @param place of that waiter, 1 = next, at most; 0 = it is not in the queue
 */
public record Glance(LockRecord record, long used, long waiting, long place) {
    /** The most holders, and the most waiters. */
    public static final int MOST = 16;
}
