package dev.mortise.internal.queue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who stands at a local queue: who waits here, in order; who leads; who only tries. Keeps the record and decides nothing. Not
 * thread-safe: guarded by its queue.
 */
final class WaitLine {
    /** Those that wait here and nowhere else, first come first served, each with its mark. */
    private final Map<LocalWaiter, Long> waiting = new LinkedHashMap<>();

    /** Those that talk to the server and wait for its grant. As a rule one at a time; more of them in an outage. */
    private final Set<LocalWaiter> leaders = new HashSet<>(2);

    /** Those of the leaders that the server has put into its queue. Most queues never have one, so the set is made late. */
    private Set<LocalWaiter> atServer = Set.of();

    /** Those that ask the server once and do not wait. */
    private final Set<LocalWaiter> tryAcquirers = new HashSet<>(2);

    /** The waiter waits here from now on, behind all others. */
    void append(LocalWaiter waiter, long mark) {
        waiting.put(waiter, mark);
    }

    /**
     * The waiter leads from now on, wherever it was before.
     *
     * @return the mark it waited here with; null when it did not wait here
     */
    @Nullable
    Long lead(LocalWaiter waiter) {
        leaders.add(waiter);
        return waiting.remove(waiter);
    }

    /** The server has put the waiter into its queue. */
    void standsAtServer(LocalWaiter waiter) {
        if (!isLeader(waiter)) {
            return;
        }
        if (atServer.isEmpty()) {
            atServer = new HashSet<>(2);
        }
        atServer.add(waiter);
    }

    /** The waiter asks the server once. Known here only so that the queue stays open until it is gone. */
    void tries(LocalWaiter waiter) {
        tryAcquirers.add(waiter);
    }

    /** It no longer waits here, because it is handed the lock. */
    void handedOn(LocalWaiter waiter) {
        waiting.remove(waiter);
    }

    /**
     * It is gone.
     *
     * @return whether it led
     */
    boolean remove(LocalWaiter waiter) {
        if (!waiter.isPatient()) {
            tryAcquirers.remove(waiter);
            return false;
        }
        waiting.remove(waiter);
        if (!atServer.isEmpty()) {
            atServer.remove(waiter);
        }
        return leaders.remove(waiter);
    }

    boolean isLeader(LocalWaiter waiter) {
        return leaders.contains(waiter);
    }

    boolean hasLeader() {
        return !leaders.isEmpty();
    }

    /** Whether a leader stands in the queue of the server. */
    boolean isAtServer() {
        return !atServer.isEmpty();
    }

    /** A leader that stands in the queue of the server; null when there is none. */
    @Nullable
    LocalWaiter atServer() {
        return atServer.isEmpty() ? null : atServer.iterator().next();
    }

    boolean hasWaiter() {
        return !waiting.isEmpty();
    }

    /** Whether no acquire is here at all. */
    boolean isIdle() {
        return tryAcquirers.isEmpty() && waiting.isEmpty() && leaders.isEmpty();
    }

    /** The next of those that wait here. */
    @Nullable
    LocalWaiter first() {
        Iterator<LocalWaiter> inOrder = inOrder();
        return inOrder.hasNext() ? inOrder.next() : null;
    }

    /** Those that wait here. What the iterator removes waits here no longer. */
    Iterator<LocalWaiter> inOrder() {
        return waiting.keySet().iterator();
    }

    List<LocalWaiter> waiters() {
        return List.copyOf(waiting.keySet());
    }

    /** Those that wait here with this mark or a greater one, in order. */
    List<LocalWaiter> markedFrom(long mark) {
        List<LocalWaiter> marked = new ArrayList<>();
        waiting.forEach((waiter, own) -> {
            if (own >= mark) {
                marked.add(waiter);
            }
        });
        return marked;
    }

    /** How many wait, those that lead included. */
    long size() {
        return (long) waiting.size() + leaders.size();
    }

    /** Its place behind those that lead, 1 = next; 0 when it does not wait here. */
    long place(LocalWaiter waiter) {
        long place = leaders.size();
        for (LocalWaiter other : waiting.keySet()) {
            place++;
            if (other == waiter) {
                return place;
            }
        }
        return 0;
    }
}
