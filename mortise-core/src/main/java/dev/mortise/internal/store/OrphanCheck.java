package dev.mortise.internal.store;

import dev.mortise.internal.runtime.Time;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches over leases without expiry for whoever waits for them: asks the server to drop those that nobody renews. Asking is
 * harmless: the server decides, by when it has heard of each.
 */
public final class OrphanCheck {
    /** How long such a lease must not have been renewed, by the server's clock. */
    public static final long GRACE_MILLIS = TimeUnit.SECONDS.toMillis(60);

    private static final Logger log = LoggerFactory.getLogger(OrphanCheck.class);

    private final LockStore store;
    private final Time time;
    private final Looks looks;

    public OrphanCheck(LockStore store, Time time) {
        this.store = store;
        this.time = time;
        this.looks = new Looks(time);
    }

    /** A waiter has that place in the server's queue: the first two look, and now and then one of those behind them. */
    public void look(String lock, long place) {
        evenIfItFails(lock, () -> {
            if (place <= 2 || time.random(place) == 0) {
                lookNow(lock);
            }
        });
    }

    /** Looks after the lock, unless that was done just now. */
    public void look(String lock) {
        evenIfItFails(lock, () -> lookNow(lock));
    }

    /** Whoever waits does so whatever happens here. */
    private static void evenIfItFails(String lock, Runnable looking) {
        try {
            looking.run();
        } catch (RuntimeException | Error e) {
            log.warn("Lock '{}' could not be looked after", lock, e);
        }
    }

    private void lookNow(String lock) {
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
