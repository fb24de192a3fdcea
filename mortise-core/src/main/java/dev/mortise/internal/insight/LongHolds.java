package dev.mortise.internal.insight;

import dev.mortise.LockEvent;
import dev.mortise.internal.lease.AcquireSite;
import dev.mortise.internal.lease.EventDispatcher;
import dev.mortise.internal.lease.LeaseRegistry;
import dev.mortise.internal.lease.LeaseState;
import dev.mortise.internal.lease.LeaseTerms;
import dev.mortise.internal.runtime.Rounds;
import dev.mortise.internal.runtime.Time;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells of leases that have been held for long, in the log and to the listener. Thread-safe, never blocks. */
public final class LongHolds {
    private static final Logger log = LoggerFactory.getLogger(LongHolds.class);

    private static final long LONGEST_PAUSE = TimeUnit.SECONDS.toNanos(1);

    /** The most leases that are told in one round; the others follow in the next ones. */
    private static final int MOST = 10;

    private final Time time;
    private final LeaseRegistry leases;
    private final EventDispatcher events;
    private final long afterNanos;
    private final Rounds rounds;

    /** How long each that was told has to be held to be told again, ns. Used by one look at a time. */
    private final Map<LeaseState, Long> again = new HashMap<>();

    /** @param afterNanos how long a lease has been held before it is told, ns */
    public LongHolds(Time time, LeaseRegistry leases, EventDispatcher events, long afterNanos) {
        this.time = time;
        this.leases = leases;
        this.events = events;
        this.afterNanos = afterNanos;
        this.rounds = new Rounds(
                time, Math.min(LONGEST_PAUSE, afterNanos / 4), "Long holds", leases::isEmpty, () -> true, this::look);
    }

    /** Begins to look, whenever there are leases. */
    public void start() {
        leases.onAdd(rounds::arm);
    }

    /** Stops looking. */
    public void stop() {
        rounds.stop();
    }

    private void look() {
        List<LeaseState> held =
                leases.all().stream().filter(LeaseState::isValid).toList();
        keepOnly(held, again);
        held.stream()
                .filter(lease -> heldNanos(lease) >= again.getOrDefault(lease, afterNanos))
                .limit(MOST)
                .forEach(this::tell);
    }

    /** Drops what is not held any more. Each is looked up once, as there may be very many of both. */
    static <T> void keepOnly(Collection<T> held, Map<T, Long> told) {
        told.keySet().retainAll(new HashSet<>(held));
    }

    private void tell(LeaseState lease) {
        long heldNanos = heldNanos(lease);
        again.merge(lease, 2 * afterNanos, (before, first) -> 2 * before);
        LeaseTerms terms = lease.terms();
        Duration held = Duration.ofNanos(heldNanos);
        AcquireSite site = terms.site();
        String text = "Lock '" + terms.lock() + "' has been held by " + terms.owner()
                + (terms.label().isEmpty() ? "" : " \"" + terms.label() + "\"") + " for " + held.toMillis() + " ms";
        if (site == null) {
            log.warn("{}; captureStacks() of the builder makes this say where it was acquired", text);
        } else {
            log.warn("{}", text, site.asThrowable());
        }
        events.emit(() -> new LockEvent.LongHold(
                terms.lock(),
                terms.kind(),
                terms.owner(),
                terms.label(),
                lease.token(),
                held,
                AcquireSite.calls(site)));
    }

    private long heldNanos(LeaseState lease) {
        return time.nanos() - lease.grantedAt();
    }
}
