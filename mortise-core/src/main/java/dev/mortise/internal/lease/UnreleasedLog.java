package dev.mortise.internal.lease;

import dev.mortise.internal.runtime.Time;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lines in the log about leases that their holder did not give back, with the place where each was acquired. Of many at once the
 * first are named and the others counted. Thread-safe.
 */
final class UnreleasedLog {
    private static final Logger log = LoggerFactory.getLogger(UnreleasedLog.class);

    /** The most that are named at once. */
    private static final int MOST = 10;

    /** For how long dropped leases count as dropped at once, ns. */
    private static final long AT_ONCE = TimeUnit.SECONDS.toNanos(10);

    private static final String HINT = "captureStacks() of the builder makes this say where a lease was acquired";

    private final Time time;

    /** How many were dropped since the others were last counted. */
    private final AtomicInteger dropped = new AtomicInteger();

    UnreleasedLog(Time time) {
        this.time = time;
    }

    /** The object of that lease is gone. */
    void dropped(LeaseState lease) {
        int count = dropped.incrementAndGet();
        if (count == 1) {
            time.schedule(AT_ONCE, this::tellOthers);
        }
        if (count <= MOST) {
            log.warn(
                    "A lease of lock '{}', acquired by {} {} ms ago, was dropped without being released; {}",
                    lease.terms().lock(),
                    lease.terms().owner(),
                    heldMillis(lease),
                    where(lease, HINT));
        }
    }

    private void tellOthers() {
        int others = dropped.getAndSet(0) - MOST;
        if (others > 0) {
            log.warn("{} more leases were dropped without being released", others);
        }
    }

    /** These are held when their client is closed. */
    void heldAtClosing(List<LeaseState> leases) {
        for (LeaseState lease : leases.subList(0, Math.min(MOST, leases.size()))) {
            log.warn(
                    "Lock '{}', acquired by {} {} ms ago, was still held when its client was closed; {}",
                    lease.terms().lock(),
                    lease.terms().owner(),
                    heldMillis(lease),
                    where(lease, HINT));
        }
        if (leases.size() > MOST) {
            log.warn("{} more leases were still held when their client was closed", leases.size() - MOST);
        }
    }

    private long heldMillis(LeaseState lease) {
        return Duration.ofNanos(time.nanos() - lease.grantedAt()).toMillis();
    }

    private static String where(LeaseState lease, String otherwise) {
        AcquireSite site = lease.terms().site();
        return site == null ? otherwise : "acquired at " + site.describe();
    }
}
