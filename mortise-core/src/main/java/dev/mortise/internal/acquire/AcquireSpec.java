package dev.mortise.internal.acquire;

import dev.mortise.Durability;
import dev.mortise.internal.lease.LeaseTerms;

/**
 * What is wanted, and for how long it may be waited for.
 *
 * @param maxWaitNanos 0 = ask once; {@link Long#MAX_VALUE} = no limit
 * @param explain whether whoever asked wants to know who holds the lock when the wait is over in vain
 * @param durability how far its grant must be copied before it counts
 */
public record AcquireSpec(LeaseTerms terms, long maxWaitNanos, boolean explain, Durability durability) {
    boolean queues() {
        return maxWaitNanos > 0;
    }

    boolean isLimited() {
        return maxWaitNanos < Long.MAX_VALUE;
    }
}
