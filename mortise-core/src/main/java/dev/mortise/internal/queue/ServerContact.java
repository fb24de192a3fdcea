package dev.mortise.internal.queue;

import dev.mortise.internal.queue.WaiterQueue.Tidings;
import dev.mortise.internal.runtime.Steps;
import dev.mortise.internal.store.StoreException;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one local queue knows of its lock from answers and failures: whether the server answers, until when the holder was
 * known, and what failed last. Decides nothing. Not thread-safe: guarded by its queue.
 */
final class ServerContact {
    /** How often the server has granted something here, or put a waiter into its queue. */
    private long answers;

    /** Whether the last request of a leader that outlasts an outage failed. False when no acquire leads. */
    private boolean unreachable;

    /** Until when it is known who holds the lock: the server answered then, or the lock was held here. Null = never yet. */
    private @Nullable Long knownUntil;

    /** Why the last request that failed did so; null when none failed. */
    private @Nullable StoreException failure;

    /** When that failed, ns. */
    private long failedAtNanos;

    /** Those whose time is over, and who want to know why they got nothing. */
    private Set<LocalWaiter> curious = Set.of();

    /** The mark of a waiter that comes now. Behind a holder it counts as one that the server has answered since. */
    long mark(boolean isHeld) {
        return isHeld ? answers - 1 : answers;
    }

    /** The least mark of waiters that came after the last answer: they do not outlast an outage. */
    long newcomersMark() {
        return answers;
    }

    boolean isUnreachable() {
        return unreachable;
    }

    /** A request of a leader that outlasts an outage failed. */
    void lost() {
        unreachable = true;
    }

    /** No acquire leads any more, so no request says whether the server can be reached. */
    void noLeader() {
        unreachable = false;
    }

    /** The server has granted something here, or put a waiter into its queue. */
    void answered(long now, Steps then) {
        answers++;
        unreachable = false;
        knownUntil = now;
        tellTheCurious(then);
    }

    void failed(StoreException reason, long now, Steps then) {
        failure = reason;
        failedAtNanos = now;
        tellTheCurious(then);
    }

    /** The lock was held here until then, and is no longer. */
    void heldUntil(long nanos) {
        knownUntil = nanos;
    }

    /** What is known since then, ns. If that is nothing, the waiter is told as soon as it is something. */
    Tidings tidings(LocalWaiter waiter, long since) {
        Long known = knownUntil;
        if (known != null && known >= since) {
            return new Tidings(true, null);
        }
        StoreException reason = failure != null && failedAtNanos >= since ? failure : null;
        if (reason == null) {
            if (curious.isEmpty()) {
                curious = new HashSet<>();
            }
            curious.add(waiter);
        }
        return new Tidings(false, reason);
    }

    /** It does not want to know any more. */
    void forget(LocalWaiter waiter) {
        if (!curious.isEmpty()) {
            curious.remove(waiter);
        }
    }

    private void tellTheCurious(Steps then) {
        Set<LocalWaiter> told = curious;
        curious = Set.of();
        told.forEach(waiter -> then.add(waiter::heard));
    }
}
