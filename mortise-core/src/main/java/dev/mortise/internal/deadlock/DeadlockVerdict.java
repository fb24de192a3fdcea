package dev.mortise.internal.deadlock;

import dev.mortise.ClientInfo;
import dev.mortise.DeadlockException;
import dev.mortise.DeadlockVictim;
import dev.mortise.LockEvent;
import dev.mortise.internal.acquire.Acquire;
import dev.mortise.internal.lease.EventDispatcher;
import dev.mortise.internal.store.ClientRecord;
import dev.mortise.internal.store.Failure;
import dev.mortise.internal.store.LockStore;
import dev.mortise.internal.store.WaitRecord;
import dev.mortise.internal.store.WaitRecord.Held;
import dev.mortise.internal.store.WaitRecord.Wanted;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What follows when a deadlock is certain: who ends, and who is told. Thread-safe, never blocks. */
public final class DeadlockVerdict {
    private static final Logger log = LoggerFactory.getLogger(DeadlockVerdict.class);

    /** The most clients that are looked up for one message, by a request each. */
    private static final int MOST_CLIENTS = 20;

    private final LockStore store;
    private final EventDispatcher events;

    public DeadlockVerdict(LockStore store, EventDispatcher events) {
        this.store = store;
        this.events = events;
    }

    /** Ends the waits of that owner, or only tells of them. */
    void end(WaitingOwner owner, VictimChoice choice, List<WaitRecord> deadlock) {
        WaitRecord victim = choice.victim();
        List<WaitRecord> cycle = new DeadlockSearch(deadlock).cycle(victim, new HashSet<>(deadlock));
        clients(cycle).thenAccept(clients -> {
            List<Acquire> ending = owner.waitsOf(victim);
            if (ending.isEmpty()) {
                // It has ended while the clients were looked up.
                return;
            }
            List<DeadlockException.Wait> waits = links(cycle, clients);
            String lock = waits.get(0).wanted();
            DeadlockException failure = new DeadlockException(lock, why(choice.policy(), cycle.size()), waits);
            log.warn("{}", failure.getMessage());
            events.emit(() -> new LockEvent.Deadlock(
                    lock, victim.tag().owner(), victim.tag().owner(), failure.cycle()));
            if (choice.ends()) {
                ending.forEach(wait -> wait.deadlocked(failure));
                tellSurvivors(victim, deadlock);
            }
        });
    }

    /** The client of the one whose wait is to end is told to look. */
    void tell(WaitRecord victim) {
        Wanted wait = victim.wanted().get(0);
        Failure.or(() -> store.waits().nudge(victim.clientId(), wait.lock(), wait.waitId()))
                .whenComplete((done, failure) -> {
                    if (failure != null) {
                        log.debug("A client was not told of a deadlock; it finds it by itself", failure);
                    }
                });
    }

    /** An owner of this client waits on: the client of another one has ended the deadlock. */
    void survived(Acquire waiter, String victim) {
        String owner = waiter.terms().owner();
        String lock = waiter.terms().lock();
        log.info(
                "Owner '{}' waits on for lock '{}': it was in a deadlock, which the end of a wait of '{}' has broken",
                owner,
                lock,
                victim);
        events.emit(() -> new LockEvent.Deadlock(lock, owner, victim, List.of()));
    }

    private void tellSurvivors(WaitRecord victim, List<WaitRecord> deadlock) {
        for (WaitRecord survivor : deadlock) {
            if (!survivor.owner().equals(victim.owner())) {
                Wanted wait = survivor.wanted().get(0);
                Failure.or(() -> store.waits()
                                .survived(
                                        survivor.clientId(),
                                        wait.lock(),
                                        wait.waitId(),
                                        victim.tag().owner()))
                        .whenComplete((done, failure) -> {
                            if (failure != null) {
                                log.debug("A client was not told that a deadlock is over", failure);
                            }
                        });
            }
        }
    }

    private static String why(DeadlockVictim policy, int owners) {
        return switch (policy) {
            case YOUNGEST -> "is waited for in a deadlock of " + owners + " owners, and this wait began last";
            case FEWEST_LOCKS ->
                "is waited for in a deadlock of " + owners + " owners, and this owner holds the fewest locks";
            case NONE_JUST_REPORT -> "is waited for in a deadlock of " + owners + " owners, which no one breaks";
        };
    }

    private static List<DeadlockException.Wait> links(List<WaitRecord> cycle, Map<String, ClientInfo> clients) {
        List<DeadlockException.Wait> waits = new ArrayList<>();
        for (int i = 0; i < cycle.size(); i++) {
            WaitRecord before = cycle.get((i + cycle.size() - 1) % cycle.size());
            WaitRecord next = cycle.get((i + 1) % cycle.size());
            waits.add(link(before, cycle.get(i), next, clients));
        }
        return waits;
    }

    private static DeadlockException.Wait link(
            WaitRecord before, WaitRecord record, WaitRecord next, Map<String, ClientInfo> clients) {
        Wanted wanted = record.wanted().stream()
                .filter(wait -> holds(next, wait.lock()))
                .findFirst()
                .orElseThrow();
        Held held = before.wanted().stream()
                .flatMap(wait ->
                        record.held().stream().filter(hold -> hold.lock().equals(wait.lock())))
                .findFirst()
                .orElseThrow();
        return new DeadlockException.Wait(
                record.tag().owner(),
                record.tag().label(),
                Optional.ofNullable(clients.get(record.clientId())),
                held.lock(),
                Optional.of(Instant.ofEpochMilli(held.sinceMillis())),
                wanted.lock(),
                Optional.of(Instant.ofEpochMilli(wanted.sinceMillis())));
    }

    private static boolean holds(WaitRecord record, String lock) {
        return record.held().stream().anyMatch(held -> held.lock().equals(lock));
    }

    private CompletableFuture<Map<String, ClientInfo>> clients(List<WaitRecord> cycle) {
        List<String> ids = cycle.stream()
                .map(WaitRecord::clientId)
                .distinct()
                .limit(MOST_CLIENTS)
                .toList();
        return AskedAll.of(
                ids,
                id -> Failure.or(() -> store.client(id))
                        .handle((client, unknown) ->
                                ClientRecord.shown(id, client == null ? Optional.empty() : client)));
    }
}
