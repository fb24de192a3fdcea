package dev.mortise.internal.insight;

import dev.mortise.internal.acquire.WaiterRegistry;
import dev.mortise.internal.lease.EventDispatcher;
import dev.mortise.internal.lease.LeaseRegistry;
import dev.mortise.internal.runtime.Time;
import org.jspecify.annotations.Nullable;

/** What one client tells unasked: slow waits and long holds, as far as its settings say so. Thread-safe. */
public final class Insight {
    /** Null = off. */
    private final @Nullable SlowWaits slowWaits;

    /** Null = off. */
    private final @Nullable LongHolds longHolds;

    /** Tells nothing before {@link #start}. */
    public Insight(
            InsightSettings settings,
            Time time,
            WaiterRegistry waits,
            LeaseRegistry leases,
            WaitReports reports,
            EventDispatcher events,
            String clientId) {
        long slowNanos = settings.slowWaitAfter().toNanos();
        long longNanos = settings.longHoldAfter().toNanos();
        this.slowWaits = slowNanos == 0 ? null : new SlowWaits(time, waits, reports, events, slowNanos, clientId);
        this.longHolds = longNanos == 0 ? null : new LongHolds(time, leases, events, longNanos);
    }

    /** Begins to look. To be called once, when the client opens. */
    public void start() {
        if (slowWaits != null) {
            slowWaits.start();
        }
        if (longHolds != null) {
            longHolds.start();
        }
    }

    /** Stops looking. */
    public void stop() {
        if (slowWaits != null) {
            slowWaits.stop();
        }
        if (longHolds != null) {
            longHolds.stop();
        }
    }
}
