package dev.mortise.internal.lease;

import dev.mortise.LeaseLoss;
import dev.mortise.LeaseLoss.Cause;
import dev.mortise.Renewal;
import java.util.concurrent.TimeUnit;

/** Why the time of a lease was over: its longest hold, renewals without an answer, or a lifetime that is not renewed. */
final class ExpiryReason {
    private ExpiryReason() {}

    static LeaseLoss of(LeaseState lease, long now) {
        LeaseTerms terms = lease.terms();
        boolean fixedByHold =
                terms.renewal() == Renewal.OFF && lease.hasHoldEnd() && terms.maxHoldNanos() <= lease.leaseNanos();
        if (fixedByHold || now >= lease.holdEnd()) {
            return new LeaseLoss(
                    Cause.MAX_HOLD,
                    "held for its maxHold of " + TimeUnit.NANOSECONDS.toMillis(terms.maxHoldNanos()) + " ms");
        }
        if (lease.renewal.isFailing()) {
            return new LeaseLoss(
                    Cause.UNREACHABLE, "renewals got no answer in time; last: " + lease.renewal.lastFailure());
        }
        return new LeaseLoss(
                Cause.EXPIRED, "its lease of " + TimeUnit.NANOSECONDS.toMillis(lease.leaseNanos()) + " ms was over");
    }
}
