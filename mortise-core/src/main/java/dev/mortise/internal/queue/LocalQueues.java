package dev.mortise.internal.queue;

import dev.mortise.internal.lease.SoleHold;
import dev.mortise.internal.runtime.Time;
import dev.mortise.internal.store.LockStore;
import dev.mortise.internal.store.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Supplier;

/** The queues of one client, one per lock in use. Made when somebody comes, gone when nobody is left. Thread-safe. */
public final class LocalQueues {
    private final ConcurrentMap<Key, LocalQueue> queues = new ConcurrentHashMap<>();
    private final HoldActions backing;
    private final HandOffLimits limits;
    private final int maxWaiters;

    /**
     * @param sole makes the holds of leases that leave their queue
     * @param leaseIds makes a new one each time
     * @param maxWaiters most that wait at one queue
     */
    public LocalQueues(
            LockStore store,
            Time time,
            SoleHold.Ways sole,
            Supplier<String> leaseIds,
            HandOffLimits limits,
            int maxWaiters) {
        this.backing = new StoreHoldActions(store, time, sole, leaseIds);
        this.limits = limits;
        this.maxWaiters = maxWaiters;
    }

    /** Where acquires of that lock come in. */
    public Passage.Door door(String lock, Shape shape) {
        Key key = new Key(lock, shape);
        return waiter -> knock(key, waiter);
    }

    /** The server says that others wait for this lock. */
    public void contended(String lock) {
        for (Shape shape : List.of(Shape.MUTEX, Shape.READ_WRITE)) {
            LocalQueue queue = queues.get(new Key(lock, shape));
            if (queue != null) {
                queue.contended();
            }
        }
    }

    /** Those that wait for this lock in this client and have not asked the server, in order. */
    public List<LocalWaiter> queued(String lock, Shape shape) {
        LocalQueue queue = queues.get(new Key(lock, shape));
        return queue == null ? List.of() : queue.queued();
    }

    /** The client closes: holds that nobody stands on go back. What is under way completes. */
    public List<CompletableFuture<?>> close() {
        List<CompletableFuture<?>> ends = new ArrayList<>();
        queues.values().forEach(queue -> ends.add(queue.close()));
        return ends;
    }

    /** How many there are. */
    public int size() {
        return queues.size();
    }

    private void knock(Key key, LocalWaiter waiter) {
        boolean entered = false;
        while (!entered) {
            entered = queues.computeIfAbsent(key, this::open).enter(waiter);
        }
    }

    private LocalQueue open(Key key) {
        return new LocalQueue(backing, Runnable::run, limits, maxWaiters, () -> queues.remove(key));
    }

    private record Key(String lock, Shape shape) {}
}
