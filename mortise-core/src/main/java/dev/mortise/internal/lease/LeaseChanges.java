package dev.mortise.internal.lease;

import dev.mortise.Renewal;
import dev.mortise.internal.runtime.Time;
import java.util.concurrent.TimeUnit;

/** How a lease goes on under its id with other permits and another token. Its end does not move by that. */
public final class LeaseChanges {
    private LeaseChanges() {}

    /** The lifetime that the change asks for, ns, in whole ms; 0 = without expiry. */
    public static long worth(LeaseState former, long now) {
        long nanos = former.leaseNanos();
        if (nanos == 0) {
            return 0;
        }
        if (former.terms().renewal() == Renewal.OFF) {
            nanos = former.remaining();
        }
        if (former.hasHoldEnd()) {
            nanos = Math.min(nanos, Validity.reaching(former.holdEnd(), now));
        }
        return TimeUnit.MILLISECONDS.toNanos(Math.max(1, TimeUnit.NANOSECONDS.toMillis(nanos)));
    }

    /** The lease from there on, on that hold, which has its token. */
    public static LeaseState of(LeaseState former, Time time, Hold hold) {
        LeaseTerms terms = former.terms();
        long leaseNanos = former.leaseNanos();
        if (leaseNanos > 0 && terms.renewal() == Renewal.OFF) {
            leaseNanos = Math.max(1, former.remaining());
        }
        long maxHoldNanos = former.hasHoldEnd() ? Math.max(1, former.holdEnd() - time.nanos()) : 0;
        return new LeaseState(
                time,
                terms.with(hold.permits(), leaseNanos, maxHoldNanos),
                hold,
                former.id(),
                hold.firstToken(),
                former.adoption(),
                false);
    }
}
