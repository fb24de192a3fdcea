package dev.mortise.internal.lease;

import dev.mortise.LockEvent.NotAcquired.Reason;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** What has happened to the acquires and leases of one client, counted. Thread-safe, never blocks, allocates nothing. */
public final class Counts {
    private final LongAdder acquired = new LongAdder();
    private final LongAdder released = new LongAdder();
    private final LongAdder lost = new LongAdder();
    private final LongAdder leaked = new LongAdder();

    private final LongAdder timedOut = new LongAdder();
    private final LongAdder cancelled = new LongAdder();
    private final LongAdder unavailable = new LongAdder();
    private final LongAdder notCopied = new LongAdder();
    private final LongAdder deadlocked = new LongAdder();
    private final LongAdder refused = new LongAdder();

    public void countAcquired() {
        acquired.increment();
    }

    /** An acquire has ended without a lease. */
    public void countNotAcquired(Reason reason) {
        notAcquired(reason).increment();
    }

    void countReleased() {
        released.increment();
    }

    void countLost() {
        lost.increment();
    }

    void countLeaked() {
        leaked.increment();
    }

    public long acquired() {
        return acquired.sum();
    }

    public long released() {
        return released.sum();
    }

    public long lost() {
        return lost.sum();
    }

    public long leaked() {
        return leaked.sum();
    }

    private LongAdder notAcquired(Reason reason) {
        return switch (reason) {
            case TIMEOUT -> timedOut;
            case CANCELLED -> cancelled;
            case UNAVAILABLE -> unavailable;
            case NOT_COPIED -> notCopied;
            case DEADLOCK -> deadlocked;
            case REFUSED -> refused;
        };
    }

    /** For each reason. */
    public Map<Reason, Long> notAcquired() {
        Map<Reason, Long> sums = new EnumMap<>(Reason.class);
        for (Reason reason : Reason.values()) {
            sums.put(reason, notAcquired(reason).sum());
        }
        return sums;
    }
}
