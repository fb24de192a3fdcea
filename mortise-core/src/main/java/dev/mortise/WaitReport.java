package dev.mortise;

import java.util.List;
import java.util.Optional;

/**
 * What stands in the way of a wait, as it was at one moment. For people: nothing is as it was when they read it.
 *
 * @param place in the queue, 1 = next; 0 = not in the queue, or not known
 * @param lock the first holders and the head of the queue, without the waiter itself; empty when the server could not be
 *     asked. Of either, at most 16 that the server knows are in it, and at most 16 waiters of the same client; which ones of
 *     many holders is not said. {@link LockInfo#used()} counts the permits of all
 * @param others how many others wait, whether they are in {@code lock} or not
 * @param ahead those who are served before the waiter, the next one first, as far as they are in {@code lock}: of another
 *     client, only those that have asked the server
 * @param chain why the holder does not go on, if it waits itself: each holds what the one before it waits for, and the first
 *     one the lock in question. Three at most. Empty when no holder is known to wait
 */
public record WaitReport(
        int place, Optional<LockInfo> lock, int others, List<LockInfo.Waiter> ahead, List<HolderWait> chain) {
    /** Copies the lists. */
    public WaitReport {
        ahead = List.copyOf(ahead);
        chain = List.copyOf(chain);
    }

    /** Nothing is known but the last known place. */
    public static WaitReport unknown(int place) {
        return new WaitReport(place, Optional.empty(), 0, List.of(), List.of());
    }

    /** Who holds the lock, 16 of them at most; empty when that is not known. */
    public List<LockInfo.Holder> holders() {
        return lock.map(LockInfo::holders).orElse(List.of());
    }

    /** All of it as one line, such as "held by …; own place in the queue 2, behind …; 5 others wait". */
    public String describe() {
        return WaitText.of(this);
    }
}
