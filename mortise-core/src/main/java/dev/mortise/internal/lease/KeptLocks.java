package dev.mortise.internal.lease;

import dev.mortise.ReleaseOutcome;
import dev.mortise.internal.store.Failure;
import dev.mortise.internal.store.LockStore;
import dev.mortise.internal.store.RenewReply;
import dev.mortise.internal.store.RenewRequest;
import dev.mortise.internal.store.StoreException;
import dev.mortise.internal.store.StoreException.Effect;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Locks that the server keeps for a while after their leases are over. */
final class KeptLocks {
    private final LockStore store;

    KeptLocks(LockStore store) {
        this.store = store;
    }

    /**
     * The hold is to end after that time, not before and not later. Its lease is over already, so that nobody relies on more.
     *
     * @param nanos from now
     * @return LOST when the server has it no more; or a {@link StoreException}
     */
    CompletableFuture<ReleaseOutcome> keep(LeaseState lease, Hold hold, long nanos) {
        long millis = Math.max(1, TimeUnit.NANOSECONDS.toMillis(nanos));
        RenewRequest request = RenewalAsk.request(hold, lease, millis, true);
        return Failure.or(() -> store.renew(List.of(request))).thenApply(replies -> {
            RenewReply reply = replies.get(0);
            if (reply instanceof RenewReply.Unknown unknown) {
                throw new StoreException(Effect.UNKNOWN, unknown.reason(), null);
            }
            return reply instanceof RenewReply.Renewed ? ReleaseOutcome.RELEASED : ReleaseOutcome.LOST;
        });
    }
}
