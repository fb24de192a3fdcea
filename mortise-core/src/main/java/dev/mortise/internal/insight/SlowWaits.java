package dev.mortise.internal.insight;

import dev.mortise.LockEvent;
import dev.mortise.WaitReport;
import dev.mortise.internal.acquire.Acquire;
import dev.mortise.internal.acquire.WaiterRegistry;
import dev.mortise.internal.lease.EventDispatcher;
import dev.mortise.internal.lease.LeaseTerms;
import dev.mortise.internal.runtime.Rounds;
import dev.mortise.internal.runtime.Time;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells of waits that have lasted for long, in the log and to the listener. Thread-safe, never blocks. */
public final class SlowWaits {
    /*
     * Overview. Once in a while all waits of the client are looked over. However many of them are for one lock, the oldest is told
     * and the others are counted, so that a lock costs a few requests and one line. The next time is when that wait has
     * lasted twice as long. If it ends, the oldest of those that are left is told, no sooner than the first time after the last.
     *
     * Of many locks some are told in one round, the oldest waits first, and the others in the rounds that follow. Where answers
     * are slow, no more reports are under way at any time.
     *
     * Waits of many clients for one lock may have begun together. So each client tells its waits later by a part of the time
     * that is its own, the same for all of them: it follows from the id of the client, which is random.
     *
     * A log may block as a listener may, and answers come on threads that bring those of all acquires. So a wait is told in
     * the background.
     */
    private static final Logger log = LoggerFactory.getLogger(SlowWaits.class);

    private static final long LONGEST_PAUSE = TimeUnit.SECONDS.toNanos(1);

    /** The most locks that are told in one round, and the most reports that are under way. */
    private static final int MOST = 10;

    /** Clients tell their waits later by up to this part of the time. */
    private static final int SPREAD = 4;

    private final Time time;
    private final WaiterRegistry waits;
    private final WaitReports reports;
    private final EventDispatcher events;
    private final long afterNanos;

    /** How long a wait has lasted before this client tells it, ns. */
    private final long firstNanos;

    private final Rounds rounds;

    /** How many reports are under way. */
    private final AtomicInteger underWay = new AtomicInteger();

    /** What was told last of each lock that is waited for long. Changed by one look at a time. */
    private final ConcurrentMap<String, Told> told = new ConcurrentHashMap<>();

    /**
     * @param waitId of the wait that was told
     * @param pauseNanos how long until it is told again
     */
    private record Told(String waitId, long atNanos, long pauseNanos) {}

    /**
     * Of one client.
     *
     * @param afterNanos how long a wait has lasted at least before it is told, ns
     * @param clientId random
     */
    public SlowWaits(
            Time time,
            WaiterRegistry waits,
            WaitReports reports,
            EventDispatcher events,
            long afterNanos,
            String clientId) {
        this.time = time;
        this.waits = waits;
        this.reports = reports;
        this.events = events;
        this.afterNanos = afterNanos;
        this.firstNanos = afterNanos + delayNanos(clientId, afterNanos / SPREAD);
        this.rounds = new Rounds(
                time,
                Math.min(LONGEST_PAUSE, afterNanos / 4),
                "Slow waits",
                waits::isEmpty,
                () -> !told.isEmpty() || waits.isAny(this::isSlow),
                this::look);
    }

    /** Of that client, the same each time: from 0 to that bound, ns. */
    static long delayNanos(String clientId, long boundNanos) {
        // Ids that are nearly alike have hashes that are, too.
        int mixed = clientId.hashCode() * 0x9E3779B9;
        return (long) (boundNanos * ((mixed >>> 1) / (double) Integer.MAX_VALUE));
    }

    /** Begins to look, whenever there are waits. */
    public void start() {
        waits.onEnter(rounds::arm);
        rounds.arm();
    }

    /** Stops looking. */
    public void stop() {
        rounds.stop();
    }

    private boolean isSlow(Acquire wait) {
        return time.nanos() - wait.began() >= firstNanos;
    }

    private void look() {
        Map<String, Lock> locks = new HashMap<>();
        for (Acquire wait : waits.all()) {
            if (wait.isWaiting()) {
                locks.merge(wait.terms().lock(), new Lock(wait, 1), Lock::and);
            }
        }
        locks.values().removeIf(lock -> !isSlow(lock.oldest));
        told.keySet().retainAll(locks.keySet());
        locks.entrySet().stream()
                .filter(lock -> isDue(lock.getValue().oldest, told.get(lock.getKey())))
                .map(Map.Entry::getValue)
                .sorted(Comparator.comparingLong(lock -> lock.oldest.began()))
                .limit(Math.max(0, MOST - underWay.get()))
                .forEach(lock -> report(lock.oldest, lock.waits));
    }

    /** Of the waits for one lock, the one that began first, and how many there are. */
    private record Lock(Acquire oldest, int waits) {
        Lock and(Lock other) {
            return new Lock(other.oldest.began() < oldest.began() ? other.oldest : oldest, waits + other.waits);
        }
    }

    private boolean isDue(Acquire wait, @Nullable Told before) {
        if (before == null) {
            return true;
        }
        long pause = before.waitId.equals(wait.id()) ? before.pauseNanos : afterNanos;
        return time.nanos() - before.atNanos >= pause;
    }

    private void report(Acquire wait, int count) {
        told.compute(wait.terms().lock(), (lock, before) -> {
            boolean isSame = before != null && before.waitId.equals(wait.id());
            return new Told(wait.id(), time.nanos(), isSame ? 2 * before.pauseNanos : afterNanos);
        });
        underWay.incrementAndGet();
        reports.during(wait)
                .whenComplete((report, failure) -> underWay.decrementAndGet())
                .thenAcceptAsync(report -> tell(wait, count, report), time.background());
    }

    /** The wait may have ended while that was asked. */
    private void tell(Acquire wait, int count, WaitReport report) {
        if (wait.isWaiting()) {
            LeaseTerms terms = wait.terms();
            LockEvent.SlowWait event = new LockEvent.SlowWait(
                    terms.lock(),
                    terms.kind(),
                    terms.owner(),
                    terms.label(),
                    Duration.ofNanos(time.nanos() - wait.began()),
                    count,
                    report);
            log.warn("{}", event.describe());
            events.emit(() -> event);
        }
    }
}
