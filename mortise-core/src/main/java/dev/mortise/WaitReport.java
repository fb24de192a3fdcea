package dev.mortise;

import java.util.List;
import java.util.Optional;

/**
 * What stands in the way of a wait, as it was at one moment. For people: nothing is as it was when they read it.
 *
 * @param place in the queue, 1 = next; 0 = not in the queue, or not known
 * @param lock holders and queue, without the waiter itself; empty when the server could not be asked
 * @param ahead those who are served before the waiter, the next one first, as far as they are known: of another client, only
 *     those that have asked the server
 * @param chain why the holder does not go on, if it waits itself: each holds what the one before it waits for, and the first
 *     one the lock in question. Empty when no holder is known to wait
 */
public record WaitReport(int place, Optional<LockInfo> lock, List<LockInfo.Waiter> ahead, List<HolderWait> chain) {
    /** Copies the lists. */
    public WaitReport {
        ahead = List.copyOf(ahead);
        chain = List.copyOf(chain);
    }

    /** Nothing is known but the last known place. */
    public static WaitReport unknown(int place) {
        return new WaitReport(place, Optional.empty(), List.of(), List.of());
    }

    /** Who holds the lock; empty when that is not known. */
    public List<LockInfo.Holder> holders() {
        return lock.map(LockInfo::holders).orElse(List.of());
    }

    /** All of it as one line, such as "held by …; own place in the queue 2, behind …; 5 others wait". */
    public String describe() {
        return WaitText.of(this);
    }
}
