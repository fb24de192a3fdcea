package dev.mortise.admin;

import dev.mortise.ClientInfo;
import dev.mortise.LockKind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes graphs by hand. Each hold and wait is a second older than the next one. */
final class GraphMaker {
    static final Instant AT = Instant.parse("2026-11-28T13:00:00Z");
    static final ClientInfo CLIENT = new ClientInfo("abcdef", "app-1", 815, "shop", "1", Optional.empty());
    static final long ALL = 1_000_000_000;

    private final Map<String, Integer> ids = new LinkedHashMap<>();
    private final Map<String, WaitGraph.Lock> locks = new LinkedHashMap<>();
    private final List<WaitGraph.Hold> holds = new ArrayList<>();
    private final List<WaitGraph.Wait> waits = new ArrayList<>();
    private final Map<String, Integer> places = new HashMap<>();
    private String label = "";
    private int age = 100;

    GraphMaker semaphore(String name, long permits) {
        locks.put(name, new WaitGraph.Lock(name, LockKind.SEMAPHORE, permits));
        return this;
    }

    GraphMaker readWrite(String name) {
        locks.put(name, new WaitGraph.Lock(name, LockKind.READ_WRITE, ALL));
        return this;
    }

    /** What comes next has it. */
    GraphMaker label(String next) {
        label = next;
        return this;
    }

    private int owner(String name) {
        return ids.computeIfAbsent(name, unknown -> ids.size());
    }

    private WaitGraph.Lock lock(String name) {
        return locks.computeIfAbsent(name, unknown -> new WaitGraph.Lock(name, LockKind.MUTEX, 1));
    }

    private Instant since() {
        return AT.minusSeconds(age--);
    }

    GraphMaker holds(String owner, String lock, long permits) {
        lock(lock);
        holds.add(new WaitGraph.Hold(
                owner(owner), lock, since(), permits, 7, label, Optional.of(Duration.ofMillis(29_500))));
        label = "";
        return this;
    }

    GraphMaker holds(String owner, String lock) {
        return holds(owner, lock, lock(lock).permits());
    }

    GraphMaker waits(String owner, String lock, long permits) {
        lock(lock);
        int place = places.merge(lock, 1, Integer::sum);
        waits.add(new WaitGraph.Wait(owner(owner), lock, since(), permits, place, false, label));
        label = "";
        return this;
    }

    GraphMaker waits(String owner, String lock) {
        return waits(owner, lock, lock(lock).permits());
    }

    /** Inside its client, behind that place of the queue. */
    GraphMaker waitsInside(String owner, String lock, long permits, int place) {
        lock(lock);
        waits.add(new WaitGraph.Wait(owner(owner), lock, since(), permits, place, true, label));
        return this;
    }

    WaitGraph make() {
        return make(true);
    }

    WaitGraph make(boolean isComplete) {
        List<WaitGraph.Node> owners = ids.entrySet().stream()
                .map(owner -> new WaitGraph.Node(owner.getValue(), owner.getKey(), CLIENT))
                .toList();
        return new WaitGraph(AT, owners, List.copyOf(locks.values()), holds, waits, isComplete);
    }
}
