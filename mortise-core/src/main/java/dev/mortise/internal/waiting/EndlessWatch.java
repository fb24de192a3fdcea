package dev.mortise.internal.waiting;

import dev.mortise.internal.lease.Failure;
import dev.mortise.internal.lease.Validity;
import dev.mortise.internal.store.LockStore;
import dev.mortise.internal.time.Time;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches over leases without expiry for whoever waits for them: asks the server to drop those that nobody renews. Asking is
 * harmless: the server decides, by when it has heard of each.
 */
public final class EndlessWatch {
    /** How long such a lease must not have been renewed, by the server's clock. */
    public static final long GRACE_MILLIS = TimeUnit.NANOSECONDS.toMillis(Validity.ENDLESS_NANOS);

    private static final Logger log = LoggerFactory.getLogger(EndlessWatch.class);

    private final LockStore store;
    private final Looks looks;

    public EndlessWatch(LockStore store, Time time) {
        this.store = store;
        this.looks = new Looks(time);
    }

    /** Looks after the lock, unless that was done just now. */
    void look(String lock) {
        if (!looks.isDue(lock)) {
            return;
        }
        Failure.or(() -> store.collect(lock, GRACE_MILLIS)).whenComplete((dropped, failure) -> {
            if (failure != null) {
                log.debug("Lock '{}' could not be looked after", lock, failure);
            } else if (dropped > 0) {
                log.warn("Lock '{}' was held without expiry by a lease that nobody renewed; it was collected", lock);
            }
        });
    }
}
