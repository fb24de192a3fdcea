package dev.mortise.internal.waiting;

import dev.mortise.internal.lease.Validity;
import dev.mortise.internal.store.LockRecord;
import dev.mortise.internal.store.LockStore;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches over leases without expiry for whoever waits for them: asks the server to drop those whose client shows no
 * heartbeat. Asking is harmless: the server decides, after it has seen the absence for a grace time.
 */
public final class EndlessWatch {
    /** How long a client must have shown no heartbeat, and confirmed nothing, as the server saw it twice. */
    public static final long GRACE_MILLIS = TimeUnit.NANOSECONDS.toMillis(Validity.ENDLESS_NANOS);

    private static final Logger log = LoggerFactory.getLogger(EndlessWatch.class);

    private final LockStore store;

    public EndlessWatch(LockStore store) {
        this.store = store;
    }

    /** How many holds the server dropped; fails like any request. */
    public CompletableFuture<Integer> collect(String lock) {
        return store.inspect(lock).thenCompose(record -> {
            CompletableFuture<Integer> dropped = CompletableFuture.completedFuture(0);
            for (LockRecord.Holder holder : record.holders()) {
                if (holder.expiryMillis() == 0) {
                    dropped = dropped.thenCombine(
                            store.collect(lock, holder.leaseId(), holder.clientId(), GRACE_MILLIS), Integer::sum);
                }
            }
            return dropped;
        });
    }

    void look(String lock) {
        collect(lock).whenComplete((dropped, failure) -> {
            if (failure != null) {
                log.debug("Lock '{}' could not be looked after", lock, failure);
            } else if (dropped > 0) {
                log.warn("Lock '{}' was held without expiry by a client that is gone; it was collected", lock);
            }
        });
    }
}
