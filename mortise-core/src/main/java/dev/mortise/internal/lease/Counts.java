package dev.mortise.internal.lease;

import dev.mortise.LockEvent.NotAcquired.Reason;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/** What has happened to the acquires and leases of one client, counted. Thread-safe, never blocks, allocates nothing. */
@SuppressWarnings("EnumOrdinal") // within one process, and a map allocates when it is read
public final class Counts {
    private final LongAdder acquired = new LongAdder();
    private final LongAdder released = new LongAdder();
    private final LongAdder lost = new LongAdder();
    private final LongAdder leaked = new LongAdder();

    /** One for each reason, by its ordinal. */
    private final LongAdder[] notAcquired =
            Stream.of(Reason.values()).map(reason -> new LongAdder()).toArray(LongAdder[]::new);

    public void countAcquired() {
        acquired.increment();
    }

    /** An acquire has ended without a lease. */
    public void countNotAcquired(Reason reason) {
        notAcquired[reason.ordinal()].increment();
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

    /** For each reason. */
    public Map<Reason, Long> notAcquired() {
        Map<Reason, Long> sums = new EnumMap<>(Reason.class);
        for (Reason reason : Reason.values()) {
            sums.put(reason, notAcquired[reason.ordinal()].sum());
        }
        return sums;
    }
}
