package dev.mortise.internal.acquire;

import dev.mortise.internal.lease.Validity;
import dev.mortise.internal.store.StoreException;
import dev.mortise.internal.store.StoreException.Effect;

/** Whether enough of a grant is left, by this client's clock, to enter under it. If not, asking again confirms the grant. */
final class EntryRule {
    /*
     * Overview.
     *
     * Validity counts from when this client sent a request. For a reply, that is the request that was answered 'granted'.
     * For a message, it is the last request answered 'queued', as the grant came after that. If none was answered yet, it
     * is the first, as without it there would be no grant.
     *
     * A lease id can be granted, lose its claim, queue again and be granted again. A message about the earlier grant may
     * come last, so only tokens above the mark of the last answer count.
     */

    private EntryRule() {}

    /** Why an acquire fails that had no more time to confirm its grant. */
    static StoreException tooSlow() {
        return new StoreException(Effect.UNKNOWN, "Redis answers too slowly for a lease this short", null);
    }

    /**
     * Half the lease must be left; anything, once it was asked more than once.
     *
     * @param lifetimeNanos of the lease, 0 = without expiry
     * @param sentAt when the request was sent that was answered, ns
     * @param asked how many requests were sent
     */
    static boolean byReply(long lifetimeNanos, long sentAt, int asked, long now) {
        long left = Validity.until(sentAt, lifetimeNanos) - now;
        return lifetimeNanos == 0 || left >= lifetimeNanos / 2 || left > 0 && asked > 1;
    }

    /**
     * Half of what the message grants must be left. A claim is confirmed a while after it is entered; where more than one
     * request was sent, it may be confirmed before, so three quarters must be left.
     *
     * @param grantedNanos what the message grants
     * @param isClaim whether that is less than the lease
     * @param sentAt when the request was sent from which the message counts, ns
     */
    static boolean byMessage(long grantedNanos, boolean isClaim, long sentAt, int asked, long now) {
        long left = Validity.until(sentAt, grantedNanos) - now;
        return left >= (isClaim && asked > 1 ? grantedNanos * 3 / 4 : grantedNanos / 2);
    }
}
