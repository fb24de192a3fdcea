package dev.mortise.internal.deadlock;

import dev.mortise.DeadlockVictim;
import dev.mortise.internal.acquire.Acquire;
import dev.mortise.internal.acquire.WaiterRegistry;
import dev.mortise.internal.lease.LeaseRegistry;
import dev.mortise.internal.lease.OwnerClaims;
import dev.mortise.internal.runtime.Rounds;
import dev.mortise.internal.runtime.Time;
import dev.mortise.internal.store.LockStore;
import dev.mortise.internal.store.WaitRecord;
import dev.mortise.internal.store.WaitRecord.Held;
import dev.mortise.internal.store.Waits;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks for owners of this client that wait for each other, or for owners of other clients, for ever. Thread-safe, never
 * blocks.
 */
public final class DeadlockWatch implements OwnerClaims {
    /*
     * Overview.
     *
     * Twice in the time after which a wait is looked at, one pass is made over the waits of this client. An owner that has waited for
     * that time, and holds something, is entered into the register of waits, which answers with the owners that it waits for.
     * So an acquire that is granted soon costs nothing, and neither does a wait of an owner that holds nothing. Where that answer
     * looks like a deadlock, DeadlockCheck makes certain of it.
     *
     * Every client of a deadlock comes to the same choice of one owner. Its client ends its wait; a client that finds the deadlock
     * and has not that owner tells it to look again. It does so before it has made certain, so that one client asks for the
     * records of the locks, and not each.
     *
     * Threads. The waits are counted on the timer thread; what follows runs in the background, one pass at a time, as a client may
     * have many leases. What is called from elsewhere only changes what is known of an owner.
     *
     * What the register was told must not outlast what is true: see OwnerClaims and WaitingOwner.
     */
    private static final Logger log = LoggerFactory.getLogger(DeadlockWatch.class);
    private static final long LONGEST_TICK = TimeUnit.MILLISECONDS.toNanos(500);

    /** How long it is remembered when an owner began to wait that was chosen, ns. */
    private static final long REMEMBERED = TimeUnit.MINUTES.toNanos(1);

    private final Time time;
    private final Rounds rounds;
    private final DeadlockVictim policy;
    private final WaiterRegistry waits;
    private final LongWaits longWaits;
    private final WaitBook book;
    private final DeadlockCheck check;
    private final DeadlockVerdict verdict;

    /** Those that have waited for long, by their party. */
    private final ConcurrentMap<String, WaitingOwner> owners = new ConcurrentHashMap<>();

    /** When parties began to wait that were chosen not long ago. */
    private final ConcurrentMap<String, Chosen> chosen = new ConcurrentHashMap<>();

    private record Chosen(long firstMillis, long atNanos) {}

    /** Once true stays true. */
    private volatile boolean closed;

    public DeadlockWatch(
            LockStore store,
            Time time,
            DeadlockSettings settings,
            WaiterRegistry waits,
            LeaseRegistry leases,
            DeadlockVerdict verdict,
            String clientId,
            long commandTimeoutNanos) {
        this.time = time;
        long checkAfterNanos = settings.checkAfter().toNanos();
        this.policy = settings.victim();
        this.waits = waits;
        this.longWaits = new LongWaits(time, waits, leases, checkAfterNanos);
        this.rounds = new Rounds(
                time,
                Math.min(LONGEST_TICK, Math.max(1, checkAfterNanos / 2)),
                "Deadlocks",
                waits::isEmpty,
                longWaits::isAny,
                () -> look(party -> true));
        this.book = new WaitBook(store, time, clientId, commandTimeoutNanos);
        this.check = new DeadlockCheck(store);
        this.verdict = verdict;
    }

    /** Begins to look, whenever there are waits. */
    public void start() {
        waits.onNudge(this::nudged);
        waits.onSurvival(this::survived);
        waits.onEnter(rounds::arm);
        rounds.arm();
    }

    /** Stops looking. */
    public void stop() {
        closed = true;
        rounds.stop();
    }

    private void look(Predicate<String> parties) {
        try {
            Map<String, List<Acquire>> waiting = longWaits.of(parties);
            if (!waiting.isEmpty()) {
                tell(waiting);
            }
        } catch (RuntimeException | Error e) {
            log.warn("Deadlocks could not be looked for, will be tried again", e);
        }
    }

    private void tell(Map<String, List<Acquire>> waiting) {
        Map<String, Long> marks = new HashMap<>();
        waiting.forEach(
                (party, acquires) -> marks.put(party, enter(party, acquires).mark()));
        Map<String, List<Held>> held = longWaits.heldBy(waiting.keySet());
        waiting.forEach((party, acquires) -> {
            WaitingOwner owner = owners.get(party);
            List<Held> holds = held.get(party);
            if (owner == null) {
                return;
            }
            if (holds == null) {
                // What it may have had when the register was told.
                owner.takeBack();
            } else {
                WaitRecord draft = new WaitRecord(
                        book.owner(party),
                        0,
                        book.clientId(),
                        acquires.get(0).terms().tag(),
                        owner.firstMillis(),
                        policy,
                        longWaits.wantedBy(acquires),
                        holds);
                long mark = Objects.requireNonNull(marks.get(party));
                owner.tell(draft, mark, time.nanos(), (record, seen) -> answered(owner, record, seen));
            }
        });
    }

    /** Before its leases are looked up: whoever ends one of them then finds the owner here. */
    private WaitingOwner enter(String party, List<Acquire> acquires) {
        List<Acquire> added = new ArrayList<>();
        WaitingOwner entered = owners.compute(party, (name, known) -> {
            WaitingOwner owner = known == null ? new WaitingOwner(party, book) : known;
            added.addAll(owner.add(acquires, first(party, acquires)));
            return owner;
        });
        for (Acquire wait : added) {
            wait.result().whenComplete((result, failure) -> ended(entered, wait));
        }
        return entered;
    }

    private long first(String party, List<Acquire> acquires) {
        Chosen before = chosen.get(party);
        long began = acquires.stream().mapToLong(Acquire::began).min().orElseThrow();
        return before != null && time.nanos() - before.atNanos() < REMEMBERED
                ? before.firstMillis()
                : longWaits.wallMillis(began);
    }

    private void ended(WaitingOwner owner, Acquire wait) {
        owner.remove(wait);
        owner.takeBack().whenComplete((done, failure) -> dropIdle(owner));
    }

    private void dropIdle(WaitingOwner owner) {
        owners.computeIfPresent(owner.party(), (party, known) -> known.isIdle() ? null : known);
    }

    private void answered(WaitingOwner owner, WaitRecord record, Waits seen) {
        Set<WaitRecord> candidates = DeadlockCheck.candidates(record, seen);
        if (candidates.isEmpty()) {
            return;
        }
        WaitRecord last = VictimChoice.of(candidates).victim();
        Set<String> identity = identity(candidates);
        boolean isOwn = last.owner().equals(record.owner());
        WaitingOwner.Turn turn = isOwn ? WaitingOwner.Turn.CHECK : owner.turn(identity, time.nanos());
        if (turn == WaitingOwner.Turn.TELL) {
            // One client does the work. If it has not done that when this one looks again, this one does it.
            verdict.tell(last);
        }
        if (turn != WaitingOwner.Turn.CHECK) {
            return;
        }
        List<WaitRecord> doubtful = seen.doubtful(candidates, record.owner());
        if (!doubtful.isEmpty()) {
            if (owner.mayAsk(identity, time.nanos())) {
                // A client that is there refreshes its record, and this one sees it with the next look.
                doubtful.forEach(verdict::tell);
                owner.lookAgain();
            }
            return;
        }
        check.of(record, seen, candidates, () -> owner.tellAgain(record)).whenComplete((deadlock, failure) -> {
            if (failure != null) {
                log.debug("A deadlock could not be looked for, will be tried again", failure);
                owner.lookAgain();
            } else if (deadlock.isEmpty()) {
                owner.clear(identity, time.nanos());
            } else {
                found(owner, record, deadlock);
            }
        });
    }

    private static Set<String> identity(Collection<WaitRecord> records) {
        return records.stream().map(each -> each.owner() + " " + each.version()).collect(Collectors.toSet());
    }

    private void found(WaitingOwner owner, WaitRecord record, List<WaitRecord> deadlock) {
        boolean isNew = owner.isNew(identity(deadlock));
        VictimChoice choice = VictimChoice.of(deadlock);
        if (choice.ends()) {
            // Another deadlock may be left when that one is broken.
            owner.lookAgain();
        } else if (!isNew) {
            return;
        }
        if (choice.victim().owner().equals(record.owner())) {
            chosen.values().removeIf(old -> time.nanos() - old.atNanos() >= REMEMBERED);
            chosen.put(owner.party(), new Chosen(owner.firstMillis(), time.nanos()));
            verdict.end(owner, choice, deadlock);
        } else {
            verdict.tell(choice.victim());
        }
    }

    /** The client of another owner, or this one, has ended a deadlock that this waiter was in. On an I/O thread. */
    private void survived(Acquire waiter, String victim) {
        WaitingOwner owner = owners.get(waiter.terms().party());
        if (owner != null && owner.isNewSurvival(waiter.id() + " " + victim)) {
            verdict.survived(waiter, victim);
        }
    }

    /** Another client has found what looks like a deadlock that this waiter is to end. On an I/O thread. */
    private void nudged(Acquire waiter) {
        String party = waiter.terms().party();
        WaitingOwner owner = owners.get(party);
        if (owner != null && !closed && owner.nudge(time.nanos())) {
            time.background().execute(() -> look(party::equals));
        }
    }

    @Override
    public CompletableFuture<Boolean> takeBack(String party) {
        WaitingOwner waiting = owners.isEmpty() ? null : owners.get(party);
        return waiting == null ? NOTHING : waiting.takeBack();
    }
}
