package dev.mortise.internal.acquire;

import dev.mortise.Durability;
import dev.mortise.internal.lease.HoldFacts;
import dev.mortise.internal.lease.LeaseTerms;
import dev.mortise.internal.store.AcquireRequest;
import dev.mortise.internal.store.Late;
import dev.mortise.internal.store.RequiredCopies;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * What is wanted, and for how long it may be waited for.
 *
 * @param maxWaitNanos 0 = ask once; {@link Long#MAX_VALUE} = no limit
 * @param explain whether the caller wants to know who holds the lock when the wait is over in vain
 * @param durability how far its grant must be copied before it counts
 */
public record AcquireSpec(LeaseTerms terms, long maxWaitNanos, boolean explain, Durability durability) {
    boolean queues() {
        return maxWaitNanos > 0;
    }

    boolean isLimited() {
        return maxWaitNanos < Long.MAX_VALUE;
    }

    /** How long since its time is over, after so long; 0 when it has no limit. */
    long lateNanos(long waitedNanos) {
        return isLimited() ? Math.max(0, waitedNanos - maxWaitNanos) : 0;
    }

    /**
     * The request for it.
     *
     * @param minToken what the fencing token of the grant must exceed
     * @param ticket its place in the server's queue, if it has one
     */
    AcquireRequest request(
            String leaseId, long minToken, int maxWaiters, long ticket, Optional<RequiredCopies> copies) {
        return new AcquireRequest(
                terms.lock(),
                leaseId,
                terms.shape(),
                terms.permits(),
                TimeUnit.NANOSECONDS.toMillis(terms.lifetimeNanos()),
                queues(),
                minToken,
                terms.tag(),
                maxWaiters,
                ticket,
                copies);
    }

    /** What the server has granted for it; see {@link HoldFacts}. */
    HoldFacts hold(
            String leaseId,
            long token,
            long sentAtNanos,
            long lifetimeNanos,
            long releaseHint,
            long otherWaiters,
            Supplier<Late> late) {
        return new HoldFacts(
                terms.lock(),
                leaseId,
                terms.shape(),
                terms.permits(),
                token,
                sentAtNanos,
                lifetimeNanos,
                releaseHint,
                otherWaiters,
                late);
    }
}
