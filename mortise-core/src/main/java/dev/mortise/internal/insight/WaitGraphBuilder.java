package dev.mortise.internal.insight;

import dev.mortise.ClientInfo;
import dev.mortise.LockKind;
import dev.mortise.admin.WaitGraph;
import dev.mortise.internal.store.ClientRecord;
import dev.mortise.internal.store.LockRecord;
import dev.mortise.internal.store.Shape;
import dev.mortise.internal.store.WaitRecord;
import dev.mortise.internal.store.WaitRecord.Held;
import dev.mortise.internal.store.WaitRecord.Wanted;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Makes a graph of what was read, one lock after the other. It asks nothing. Not thread-safe. */
final class WaitGraphBuilder {
    /** The most owners in a graph. */
    static final int MOST_OWNERS = 10_000;

    /** The most holds and waits in a graph, together. */
    static final int MOST_EDGES = 50_000;

    /** The most holds that are remembered of locks that are not waited for. */
    static final int MOST_OTHERS = 10_000;

    /** This client, of which all is known. */
    private final String self;

    /** What the register of waits has about each lock, of other clients. */
    private final Map<String, List<Registration>> registered = new HashMap<>();

    /** Those that are in the graph. */
    private final Set<Who> owners = new LinkedHashSet<>();

    private final Map<String, WaitGraph.Lock> locks = new TreeMap<>();
    private final List<Hold> holds = new ArrayList<>();
    private final List<Wait> waits = new ArrayList<>();

    /** Of locks that are not waited for. Those of owners that come into the graph are in it. */
    private final List<Hold> others = new ArrayList<>();

    /** Whether nothing was left out so far. Once false stays false. */
    private boolean isComplete;

    /** How many waits had no lease id. */
    private int locals;

    /** When the last of them was read, by the server's clock, ms; 0 = none was. */
    private long readMillis;

    /** What the register of waits has; not complete if there is more. */
    record Registered(List<WaitRecord> records, boolean isComplete) {}

    /** An owner that is registered as one who waits for a lock, or holds it; one of both is null. */
    private record Registration(
            WaitRecord owner,
            @Nullable Wanted wanted,
            @Nullable Held held) {}

    /** An owner; without a name it is told from others by its lease. */
    private record Who(String clientId, String owner, String leaseId) {
        static Who of(String clientId, String owner, String leaseId) {
            return new Who(clientId, owner, owner.isEmpty() ? leaseId : "");
        }
    }

    private record Hold(
            Who who,
            WaitGraph.Lock lock,
            long sinceMillis,
            long permits,
            long token,
            String label,
            Optional<Duration> expiresIn) {}

    private record Wait(
            Who who, WaitGraph.Lock lock, long sinceMillis, long permits, int place, boolean isLocal, String label) {}

    /** @param self the id of this client */
    WaitGraphBuilder(String self, Registered registered) {
        this.self = self;
        this.isComplete = registered.isComplete();
        for (WaitRecord record : Set.copyOf(registered.records())) {
            if (!record.clientId().equals(self)) {
                record.wanted().forEach(wanted -> register(wanted.lock(), new Registration(record, wanted, null)));
                record.held().forEach(held -> register(held.lock(), new Registration(record, null, held)));
            }
        }
    }

    private void register(String lock, Registration registration) {
        registered.computeIfAbsent(lock, unknown -> new ArrayList<>(1)).add(registration);
    }

    /**
     * One lock; that which was added before is passed over.
     *
     * @param standing who stands on a hold, if it is one of this client, else the holder itself
     * @param here those that wait in this client only
     */
    void add(
            String name,
            LockRecord record,
            Function<LockRecord.Holder, List<LockRecord.Holder>> standing,
            List<LockRecord.Waiter> here) {
        Shape shape = record.shape().orElse(Shape.MUTEX);
        WaitGraph.Lock lock = new WaitGraph.Lock(name, shape.kind(), shape.capacity());
        readMillis = Math.max(readMillis, record.nowMillis());
        if (locks.containsKey(name)) {
            return;
        }
        List<Wait> wanted = waits(lock, record, here);
        List<Hold> held = record.holders().stream()
                .flatMap(holder -> holds(lock, record, holder, standing).stream())
                .toList();
        if (!wanted.isEmpty()) {
            locks.put(name, lock);
            held.stream().filter(hold -> isRoomFor(hold.who())).forEach(holds::add);
            wanted.stream().filter(wait -> isRoomFor(wait.who())).forEach(waits::add);
        } else if (others.size() + held.size() <= MOST_OTHERS) {
            others.addAll(held);
        } else {
            isComplete = false;
        }
    }

    /** Whether there is room for one more hold or wait, of that owner, who is in the graph then. */
    private boolean isRoomFor(Who who) {
        boolean isRoom = holds.size() + waits.size() < MOST_EDGES
                && (owners.contains(who) || owners.size() < MOST_OWNERS && owners.add(who));
        isComplete &= isRoom;
        return isRoom;
    }

    private List<Registration> registered(String lock) {
        return registered.getOrDefault(lock, List.of());
    }

    private List<Wait> waits(WaitGraph.Lock lock, LockRecord record, List<LockRecord.Waiter> here) {
        List<Wait> found = new ArrayList<>();
        Map<String, Integer> places = new HashMap<>();
        int placeOfThisClient = 0;
        for (LockRecord.Waiter waiter : record.waiters()) {
            int place = places.size() + 1;
            places.put(waiter.leaseId(), place);
            placeOfThisClient = waiter.clientId().equals(self) ? place : placeOfThisClient;
            found.add(wait(lock, record, waiter, place, false));
        }
        for (LockRecord.Waiter waiter : here) {
            found.add(wait(lock, record, waiter, placeOfThisClient, true));
        }
        for (Registration registration : registered(lock.name())) {
            Wanted wanted = registration.wanted();
            if (wanted != null && !places.containsKey(wanted.waitId()) && !isOver(wanted, record)) {
                WaitRecord owner = registration.owner();
                found.add(new Wait(
                        Who.of(owner.clientId(), owner.tag().owner(), wanted.waitId()),
                        lock,
                        wanted.sinceMillis(),
                        wanted.permits(),
                        places.getOrDefault(wanted.queuedId(), 0),
                        true,
                        owner.tag().label()));
            }
        }
        return found;
    }

    /** Whether it has become a holder since it was registered, or the lock is free. */
    private static boolean isOver(Wanted wanted, LockRecord record) {
        return record.holders().isEmpty() && record.waiters().isEmpty()
                || record.holders().stream().anyMatch(holder -> holder.leaseId().equals(wanted.waitId()));
    }

    private Wait wait(WaitGraph.Lock lock, LockRecord record, LockRecord.Waiter waiter, int place, boolean isLocal) {
        // What waits in this client only has no id on record.
        String id = waiter.leaseId().isEmpty() ? "local-" + locals++ : waiter.leaseId();
        return new Wait(
                Who.of(waiter.clientId(), waiter.owner(), id),
                lock,
                waiter.sinceMillis() > 0 ? waiter.sinceMillis() : record.nowMillis(),
                waiter.permits(),
                place,
                isLocal,
                waiter.label());
    }

    private List<Hold> holds(
            WaitGraph.Lock lock,
            LockRecord record,
            LockRecord.Holder holder,
            Function<LockRecord.Holder, List<LockRecord.Holder>> standing) {
        List<Hold> found = new ArrayList<>();
        boolean isOnRecord = false;
        for (Registration registration : registered(lock.name())) {
            Held held = registration.held();
            if (held != null && held.holdId().equals(holder.leaseId())) {
                WaitRecord owner = registration.owner();
                boolean isSame = owner.tag().owner().equals(holder.owner());
                isOnRecord |= isSame;
                found.add(hold(
                        lock,
                        record,
                        holder,
                        Who.of(owner.clientId(), owner.tag().owner(), holder.leaseId()),
                        isSame ? holder.sinceMillis() : held.sinceMillis(),
                        isSame ? holder.label() : ""));
            }
        }
        // Several readers share a hold. Anything else has one owner, and the record may still have the name of an
        // earlier one.
        boolean isShared = lock.kind() == LockKind.READ_WRITE && holder.permits() < lock.permits();
        if (found.isEmpty() || isShared && !isOnRecord) {
            for (LockRecord.Holder each : standing.apply(holder)) {
                Who who = Who.of(each.clientId(), each.owner(), each.leaseId());
                found.add(hold(lock, record, each, who, each.sinceMillis(), each.label()));
            }
        }
        return found;
    }

    private static Hold hold(
            WaitGraph.Lock lock, LockRecord record, LockRecord.Holder holder, Who who, long sinceMillis, String label) {
        Optional<Duration> left = holder.expiryMillis() == 0
                ? Optional.empty()
                : Optional.of(Duration.ofMillis(Math.max(0, holder.expiryMillis() - record.nowMillis())));
        return new Hold(who, lock, sinceMillis, holder.permits(), holder.token(), label, left);
    }

    /** Clients that are in the graph so far. */
    List<String> clientIds() {
        return owners.stream().map(Who::clientId).distinct().toList();
    }

    /**
     * The graph of all that was added.
     *
     * @param clients by id; of one that is missing only the id is shown
     * @param nowMillis when it is, if no lock was read
     */
    WaitGraph make(Map<String, ClientInfo> clients, long nowMillis) {
        for (Hold hold : others) {
            if (owners.contains(hold.who()) && isRoomFor(hold.who())) {
                locks.put(hold.lock().name(), hold.lock());
                holds.add(hold);
            }
        }
        Map<Who, Integer> ids = new HashMap<>();
        List<WaitGraph.Node> nodes = new ArrayList<>();
        owners.stream()
                .sorted(Comparator.comparing(Who::owner)
                        .thenComparing(Who::clientId)
                        .thenComparing(Who::leaseId))
                .forEach(who -> {
                    ClientInfo client = clients.get(who.clientId());
                    int id = nodes.size();
                    ids.put(who, id);
                    nodes.add(new WaitGraph.Node(
                            id,
                            who.owner(),
                            client != null ? client : ClientRecord.shown(who.clientId(), Optional.empty())));
                });
        return new WaitGraph(
                Instant.ofEpochMilli(readMillis == 0 ? nowMillis : readMillis),
                nodes,
                List.copyOf(locks.values()),
                holds.stream()
                        .map(hold -> new WaitGraph.Hold(
                                ids.getOrDefault(hold.who(), 0),
                                hold.lock().name(),
                                Instant.ofEpochMilli(hold.sinceMillis()),
                                hold.permits(),
                                hold.token(),
                                hold.label(),
                                hold.expiresIn()))
                        .sorted(Comparator.comparing(WaitGraph.Hold::lock)
                                .thenComparing(WaitGraph.Hold::fencingToken)
                                .thenComparing(WaitGraph.Hold::owner))
                        .toList(),
                waits.stream()
                        .map(wait -> new WaitGraph.Wait(
                                ids.getOrDefault(wait.who(), 0),
                                wait.lock().name(),
                                Instant.ofEpochMilli(wait.sinceMillis()),
                                wait.permits(),
                                wait.place(),
                                wait.isLocal(),
                                wait.label()))
                        .sorted(Comparator.comparing(WaitGraph.Wait::lock)
                                .thenComparing(WaitGraph.Wait::place)
                                .thenComparing(WaitGraph.Wait::isLocal))
                        .toList(),
                isComplete);
    }
}
