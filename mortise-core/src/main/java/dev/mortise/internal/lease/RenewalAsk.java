package dev.mortise.internal.lease;

import dev.mortise.Renewal;
import dev.mortise.internal.store.RenewRequest;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One hold that is to be renewed, from the building of its request to what its answer means. Used in this order:
 * {@link #begin} before it is sent; {@link #ended} whatever comes of it; {@link #confirm} only if the server has done it.
 *
 * @param lease the lease on it that this is for
 * @param sentAtNanos taken before the request is sent, so that validity may count from it
 * @param lifetimeNanos what the server is asked for; 0 = without expiry
 */
record RenewalAsk(Hold hold, LeaseState lease, Purpose purpose, long sentAtNanos, long lifetimeNanos) {
    /** Why it is renewed. */
    enum Purpose {
        /** It is due. */
        DUE,
        /** Its holder asks, for no less than before. */
        ASKED,
        /** Its holder asks for an earlier end. */
        SHORTENED,
        /** It leaves by ticket: the server may end it after the time of the ticket. Here it counts as before. */
        TICKET
    }

    /** The renewal of a hold that is due: for the longest that a lease on it needs. Null when none stands on it any more. */
    static @Nullable RenewalAsk due(Hold hold, long now) {
        LeaseState longest = null;
        for (LeaseState lease : hold.leases()) {
            if (longest == null || lease.leaseNanos() == 0 || needed(lease, now) > needed(longest, now)) {
                longest = lease;
            }
        }
        return longest == null ? null : new RenewalAsk(hold, longest, Purpose.DUE, now, needed(longest, now));
    }

    /** The lifetime that the lease needs: up to its longest hold, and for a fixed lease what is left of it. */
    private static long needed(LeaseState lease, long now) {
        long nanos = lease.leaseNanos();
        if (nanos == 0) {
            return 0;
        }
        if (lease.terms().renewal() == Renewal.OFF) {
            nanos -= now - lease.grantedAt();
        }
        if (lease.hasHoldEnd()) {
            nanos = Math.min(nanos, Validity.reaching(lease.holdEnd(), now));
        }
        return TimeUnit.MILLISECONDS.toNanos(Math.max(1, TimeUnit.NANOSECONDS.toMillis(nanos)));
    }

    /** To be called before the request is sent: from now on the server may do it, whatever is answered. */
    RenewRequest begin() {
        if (purpose == Purpose.SHORTENED) {
            hold.shortens(lifetimeNanos);
        }
        hold.asked(lifetimeNanos);
        return request(
                hold,
                lease,
                TimeUnit.NANOSECONDS.toMillis(lifetimeNanos),
                purpose == Purpose.SHORTENED || purpose == Purpose.TICKET);
    }

    /**
     * What the server is asked.
     *
     * @param leaseMillis how long the hold is to last from then on; 0 = without expiry
     * @param mayShorten whether it may end sooner than before
     */
    static RenewRequest request(Hold hold, LeaseState lease, long leaseMillis, boolean mayShorten) {
        return new RenewRequest(
                hold.lock(),
                hold.id(),
                leaseMillis,
                mayShorten,
                hold.shape(),
                hold.permits(),
                lease.token(),
                lease.terms().tag());
    }

    /** @param settled whether the request cannot be carried out any more */
    void ended(boolean settled) {
        if (purpose == Purpose.SHORTENED) {
            hold.shortened(settled);
        }
    }

    /** The server has done it. */
    void confirm() {
        hold.confirm(sentAtNanos, purpose == Purpose.TICKET ? 0 : lifetimeNanos, purpose == Purpose.SHORTENED);
    }

    /** Whether the holder asked, so that a lifetime which is not renewed counts from here. */
    boolean isByHolder() {
        return purpose == Purpose.ASKED || purpose == Purpose.SHORTENED;
    }

    /**
     * What came of one renewal.
     *
     * @param unknown why nothing is known; null when the answer is known
     * @param isLost whether the hold is gone, or one of its leases was over before
     */
    record Answer(@Nullable String unknown, boolean isLost) {
        static final Answer KEPT = new Answer(null, false);
        static final Answer LOST = new Answer(null, true);

        static Answer unknown(String why) {
            return new Answer(why, false);
        }
    }
}
