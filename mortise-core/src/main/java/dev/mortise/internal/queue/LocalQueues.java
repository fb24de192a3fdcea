package dev.mortise.internal.queue;

import dev.mortise.internal.lease.SoleHold;
import dev.mortise.internal.runtime.Time;
import dev.mortise.internal.store.Shape;
import dev.mortise.internal.store.SingleAuthorityStore;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The local queues of one client, one for each lock in use: made for the first acquire, gone after the last. Thread-safe. */
public final class LocalQueues {
    /*
     * Overview. A queue closes itself, under its own guard, when no acquire stands at it and no hold is there. In the same
     * step it is removed from the map. An acquire may have found it just before: it is then refused, and takes the next
     * queue, which it makes if it has to. So there are never two open queues of one lock, and a lock that is not in use
     * costs no memory.
     *
     * A mutex and a read-write lock of one name have a queue each. The server refuses one of them, as the name is in use as
     * the other.
     */
    private final ConcurrentMap<Key, LocalQueue> queues = new ConcurrentHashMap<>();

    /** Makes the queue of a lock; null when nothing is handed on in this client. */
    private final @Nullable Function<Key, LocalQueue> making;

    private LocalQueues(@Nullable Function<Key, LocalQueue> making) {
        this.making = making;
    }

    /**
     * Those of one client.
     *
     * @param store hands holds on
     * @param sole makes the holds of leases that leave their queue
     * @param leaseIds makes a new one each time
     * @param maxWaiters most that wait at one queue
     */
    public LocalQueues(
            SingleAuthorityStore store,
            Time time,
            SoleHold.Ways sole,
            Supplier<String> leaseIds,
            HandOffBudget.Limits limits,
            int maxWaiters) {
        HoldActions actions = new StoreHoldActions(store, time, sole, leaseIds);
        this.making = limits.handOffs() == 0
                ? null
                : key -> new LocalQueue(actions, Runnable::run, limits, maxWaiters, () -> queues.remove(key));
    }

    /** No queue at any time: each acquire of this client asks for itself. */
    public static LocalQueues none() {
        return new LocalQueues(null);
    }

    /**
     * Where acquires of that lock come in.
     *
     * @param otherwise where they do when nothing is handed on in this client
     */
    public WaiterQueue.Entrance entrance(String lock, Shape shape, WaiterQueue.Entrance otherwise) {
        Function<Key, LocalQueue> queueOf = making;
        if (queueOf == null) {
            return otherwise;
        }
        Key key = new Key(lock, shape);
        return waiter -> enter(key, queueOf, waiter);
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

    /** The client closes: holds that no lease stands on go back. What is under way completes. */
    public List<CompletableFuture<?>> close() {
        List<CompletableFuture<?>> ends = new ArrayList<>();
        queues.values().forEach(queue -> ends.add(queue.close()));
        return ends;
    }

    /** How many there are. */
    public int size() {
        return queues.size();
    }

    /** Tries again as long as the queue that it finds is just closing. */
    private void enter(Key key, Function<Key, LocalQueue> queueOf, LocalWaiter waiter) {
        boolean entered = false;
        while (!entered) {
            entered = queues.computeIfAbsent(key, queueOf).enter(waiter);
        }
    }

    private record Key(String lock, Shape shape) {}
}
