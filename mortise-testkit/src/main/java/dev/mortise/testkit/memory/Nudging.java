package dev.mortise.testkit.memory;

import dev.mortise.internal.store.Shape;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * On a node of a quorum nobody is made a holder unasked: those who could be are told to ask, in order. Who has not asked
 * for long, or cannot be reached, leaves the queue. For those who heard it the node is kept for a moment.
 */
final class Nudging {
    static final long FRESH_MILLIS = 10_000;
    private static final long KEPT_MILLIS = 10;
    private static final int MOST = 32;
    private static final int VISITS = 104;

    private Nudging() {}

    /** Whether it still asks: one that does not is gone, or its wait has ended. */
    static boolean isFresh(Waiter waiter, long now) {
        return waiter.hasAsked(FRESH_MILLIS, now);
    }

    /** For how long whoever has no place in the queue lets those pass who were told; the clock may have gone back. */
    static long keptMillis(LockState lock, long now) {
        long left = lock.keptUntilMillis - now;
        return left <= KEPT_MILLIS ? Math.max(0, left) : 0;
    }

    /**
     * Tells the first, or the first readers; not more than fit.
     *
     * @param caller lease id that knows already, or ""
     */
    static void nudge(LockState lock, Shape shape, String caller, long now, Post post) {
        Set<String> unreachable = new HashSet<>();
        long used = lock.used();
        int told = 0;
        int visits = 0;
        for (Map.Entry<Long, Waiter> entry : List.copyOf(lock.queue.byTicket().entrySet())) {
            Waiter waiter = entry.getValue();
            if (used >= shape.capacity() || told == MOST || visits++ == VISITS) {
                return;
            }
            if (waiter.leaseId().equals(caller)) {
                continue;
            }
            if (!isFresh(waiter, now)) {
                lock.queue.leave(entry.getKey());
                continue;
            }
            if (used + waiter.permits() > shape.capacity()) {
                return;
            }
            String client = InMemoryServer.clientOf(waiter.leaseId());
            if (!unreachable.contains(client) && post.nudged(waiter.leaseId(), waiter.leaseId())) {
                used += waiter.permits();
                told++;
                lock.keptUntilMillis = now + KEPT_MILLIS;
            } else {
                unreachable.add(client);
                lock.queue.leave(entry.getKey());
            }
        }
    }
}
