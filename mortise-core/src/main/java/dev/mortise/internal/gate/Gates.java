package dev.mortise.internal.gate;

import dev.mortise.internal.lease.Home;
import dev.mortise.internal.lease.Keeper;
import dev.mortise.internal.lease.Releaser;
import dev.mortise.internal.store.LockStore;
import dev.mortise.internal.store.Shape;
import dev.mortise.internal.time.Time;
import dev.mortise.internal.waiting.Knocker;
import dev.mortise.internal.waiting.Passage;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Supplier;

/** The gates of one client, one per lock in use. Made when somebody comes, gone when nobody is left. Thread-safe. */
public final class Gates {
    private final ConcurrentMap<Key, Gate> gates = new ConcurrentHashMap<>();
    private final Backing backing;
    private final PassingLimits limits;
    private final int maxWaiters;

    /**
     * @param direct home of leases that leave their gate
     * @param leaseIds makes a new one each time
     * @param maxWaiters most that wait at one gate
     */
    public Gates(
            LockStore store,
            Time time,
            Keeper keeper,
            Releaser releaser,
            Home direct,
            Supplier<String> leaseIds,
            PassingLimits limits,
            int maxWaiters) {
        this.backing = new ServerBacking(store, time, keeper, releaser, direct, leaseIds);
        this.limits = limits;
        this.maxWaiters = maxWaiters;
    }

    /** Where acquires of that lock come in. */
    public Passage.Door door(String lock, Shape shape) {
        Key key = new Key(lock, shape);
        return knocker -> knock(key, knocker);
    }

    /** The server says that others wait for this lock. */
    public void contended(String lock) {
        for (Shape shape : List.of(Shape.MUTEX, Shape.READ_WRITE)) {
            Gate gate = gates.get(new Key(lock, shape));
            if (gate != null) {
                gate.contended();
            }
        }
    }

    /** Those that wait for this lock in this client and have not asked the server, in order. */
    public List<Knocker> queued(String lock, Shape shape) {
        Gate gate = gates.get(new Key(lock, shape));
        return gate == null ? List.of() : gate.queued();
    }

    /** The client closes: holds that nobody stands on go back. What is under way completes. */
    public List<CompletableFuture<?>> close() {
        List<CompletableFuture<?>> ends = new ArrayList<>();
        gates.values().forEach(gate -> ends.add(gate.close()));
        return ends;
    }

    /** How many there are. */
    public int size() {
        return gates.size();
    }

    private void knock(Key key, Knocker knocker) {
        boolean entered = false;
        while (!entered) {
            entered = gates.computeIfAbsent(key, this::open).enter(knocker);
        }
    }

    private Gate open(Key key) {
        return new Gate(backing, Runnable::run, limits, maxWaiters, () -> gates.remove(key));
    }

    private record Key(String lock, Shape shape) {}
}
