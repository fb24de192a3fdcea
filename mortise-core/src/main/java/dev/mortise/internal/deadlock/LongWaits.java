package dev.mortise.internal.deadlock;

import dev.mortise.internal.acquire.Acquire;
import dev.mortise.internal.acquire.WaiterRegistry;
import dev.mortise.internal.lease.Hold;
import dev.mortise.internal.lease.LeaseRegistry;
import dev.mortise.internal.lease.LeaseState;
import dev.mortise.internal.lease.LeaseTerms;
import dev.mortise.internal.runtime.Time;
import dev.mortise.internal.store.WaitRecord.Held;
import dev.mortise.internal.store.WaitRecord.Wanted;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * What this client knows of its owners that wait for long: what they want, and what they hold. Every answer is about the moment
 * in which it is made. Thread-safe, never blocks.
 */
final class LongWaits {
    /** The most waits of a record, so that no call is long. An owner with more is left out, as it goes on with any of them. */
    private static final int MOST_WAITS = 64;

    /** The most holds of a record. Of more some are left out: less is found, and nothing wrong. */
    private static final int MOST_HOLDS = 10_000;

    private final Time time;
    private final WaiterRegistry waits;
    private final LeaseRegistry leases;
    private final long checkAfterNanos;

    /** @param checkAfterNanos how long a wait has lasted that counts, ns */
    LongWaits(Time time, WaiterRegistry waits, LeaseRegistry leases, long checkAfterNanos) {
        this.time = time;
        this.waits = waits;
        this.leases = leases;
        this.checkAfterNanos = checkAfterNanos;
    }

    /** Whether there is one. */
    boolean isAny() {
        long now = time.nanos();
        return waits.isAny(acquire -> isLong(acquire, now));
    }

    /** Those of some parties, by party. Of an owner that has waited for long all waits count, as it goes on with any of them. */
    Map<String, List<Acquire>> of(Predicate<String> parties) {
        Map<String, List<Acquire>> waiting = new HashMap<>();
        long now = time.nanos();
        for (Acquire acquire : waits.all()) {
            String party = acquire.terms().party();
            if (!party.isEmpty() && parties.test(party) && acquire.isWaiting()) {
                waiting.computeIfAbsent(party, unknown -> new ArrayList<>()).add(acquire);
            }
        }
        waiting.values()
                .removeIf(acquires ->
                        acquires.size() > MOST_WAITS || acquires.stream().noneMatch(acquire -> isLong(acquire, now)));
        return waiting;
    }

    private boolean isLong(Acquire acquire, long now) {
        return now - acquire.began() >= checkAfterNanos
                && !acquire.terms().party().isEmpty();
    }

    /** What these parties hold. One that holds nothing is not among the keys. */
    Map<String, List<Held>> heldBy(Set<String> parties) {
        Map<String, List<Held>> held = new HashMap<>();
        for (LeaseState lease : leases.all()) {
            LeaseTerms terms = lease.terms();
            if (parties.contains(terms.party()) && lease.isClaimable()) {
                Hold hold = lease.hold();
                held.computeIfAbsent(terms.party(), party -> new ArrayList<>())
                        .add(new Held(terms.lock(), hold.id(), hold.permits(), wallMillis(lease.grantedAt())));
            }
        }
        // In one order, so that what is the same looks the same.
        held.replaceAll((party, holds) -> holds.stream()
                .sorted(Comparator.comparing(Held::holdId))
                .limit(MOST_HOLDS)
                .toList());
        return held;
    }

    /** What these acquires want. */
    List<Wanted> wantedBy(List<Acquire> acquires) {
        List<Wanted> wanted = new ArrayList<>();
        for (Acquire acquire : acquires) {
            LeaseTerms terms = acquire.terms();
            wanted.add(new Wanted(
                    terms.lock(),
                    acquire.id(),
                    acquire.standIn().id(),
                    terms.permits(),
                    terms.shape().capacity(),
                    wallMillis(acquire.began())));
        }
        wanted.sort(Comparator.comparing(Wanted::waitId));
        return wanted;
    }

    /** That time of this client as a time of day, ms since 1970. */
    long wallMillis(long nanos) {
        return TimeUnit.MICROSECONDS.toMillis(time.wallMicros()) - TimeUnit.NANOSECONDS.toMillis(time.nanos() - nanos);
    }
}
