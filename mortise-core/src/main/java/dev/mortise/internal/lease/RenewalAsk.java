package dev.mortise.internal.lease;

import dev.mortise.internal.store.RenewRequest;
import java.util.concurrent.TimeUnit;

/**
 * One hold that is to be renewed.
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

    /** To be called before the request is sent: from now on the server may do it, whatever is answered. */
    RenewRequest begin() {
        if (purpose == Purpose.SHORTENED) {
            hold.shortens(lifetimeNanos);
        }
        hold.asked(lifetimeNanos);
        return new RenewRequest(
                hold.lock(),
                hold.id(),
                TimeUnit.NANOSECONDS.toMillis(lifetimeNanos),
                purpose == Purpose.SHORTENED || purpose == Purpose.TICKET,
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
}
