package dev.mortise.internal.lease;

import dev.mortise.Renewal;
import dev.mortise.internal.time.Time;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** How a lease goes on under its id with other permits and another token. Its end does not move by that. */
public final class Succession {
    private Succession() {}

    /** The lifetime that the change asks for, ns, in whole ms; 0 = without expiry. */
    public static long worth(HeldLease former, long now) {
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

    /**
     * The lease from there on. The former one is to be {@linkplain HeldLease#detach() detached} once this is kept.
     *
     * @param base when the request was sent that made it
     * @param worthNanos what that was worth
     */
    public static HeldLease of(HeldLease former, Time time, long permits, long token, long base, long worthNanos) {
        Terms terms = former.terms();
        long leaseNanos = terms.renewal() == Renewal.OFF ? worthNanos : former.leaseNanos();
        long maxHoldNanos = former.hasHoldEnd() ? Math.max(1, former.holdEnd() - time.nanos()) : 0;
        // Asked now: nothing under this id is sent after this that could still arrive late.
        boolean late = former.isLatePossible();
        BooleanSupplier latePossible = () -> late;
        return new HeldLease(
                time,
                terms.with(permits, leaseNanos, maxHoldNanos),
                former.id(),
                token,
                former.adoption(),
                base,
                worthNanos,
                false,
                former.releaseHint(),
                latePossible);
    }
}
