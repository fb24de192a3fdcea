package dev.mortise.internal.client;

import dev.mortise.LockKind;
import dev.mortise.internal.lease.LossAware;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What each thread holds by {@code asLock()}, by lock. Seen and changed by that thread only; gone with it, while the
 * registry notices that it ended.
 */
final class ReentrantHolds {
    /** Of a thread that ended, only the lease is left. A round of renewals finds that, and lets it run out. */
    private final ThreadLocal<Map<Key, Hold>> holds = ThreadLocal.withInitial(HashMap::new);

    @Nullable
    Hold current(Key lock) {
        return holds.get().get(lock);
    }

    /** A hold of that lock which was lost stays behind it, until the thread has left it as often as it entered. */
    void begin(Key lock, LossAware lease, Side side) {
        holds.get().compute(lock, (same, lost) -> new Hold(lease, side, lost));
    }

    /** The thread has left its outermost entry. A hold that was lost before is there again, to be left in its turn. */
    void end(Key lock) {
        Map<Key, Hold> mine = holds.get();
        Hold ended = mine.remove(lock);
        if (ended != null && ended.lost != null) {
            mine.put(lock, ended.lost);
        }
        if (mine.isEmpty()) {
            holds.remove();
        }
    }

    /** The kind too: a name that the thread lost may be something else by now. */
    record Key(String lock, LockKind kind) {}

    /** A mutex has the first side only. */
    enum Side {
        EXCLUSIVE,
        SHARED
    }

    /** One hold by one lease. Used by its thread only. */
    static final class Hold {
        /** Changes when the thread goes on as a reader. */
        private LossAware lease;

        /** How often the thread has entered this side and not left it. */
        private int exclusive;

        /** The same of the other side. */
        private int shared;

        /** Whether its thread was told that it is lost. */
        private boolean told;

        /** One that the thread entered before, lost, and has not left. */
        private final @Nullable Hold lost;

        private Hold(LossAware lease, Side side, @Nullable Hold before) {
            this.lease = lease;
            // The outermost only: a thread that never leaves must not pile them up.
            this.lost = before == null || before.lost == null ? before : before.lost;
            enter(side);
        }

        /** Once true stays true. */
        boolean isTold() {
            return told;
        }

        void tell() {
            told = true;
        }

        LossAware lease() {
            return lease;
        }

        /** From now on it is by this lease. */
        void lease(LossAware next) {
            lease = next;
        }

        boolean isEntered(Side side) {
            return count(side) > 0;
        }

        void enter(Side side) {
            if (count(side) == Integer.MAX_VALUE) {
                throw new Error("Maximum lock count exceeded");
            }
            add(side, 1);
        }

        void exit(Side side) {
            add(side, -1);
        }

        /** Whether that was the outermost. */
        boolean isOver() {
            return exclusive == 0 && shared == 0;
        }

        private int count(Side side) {
            return side == Side.EXCLUSIVE ? exclusive : shared;
        }

        private void add(Side side, int change) {
            if (side == Side.EXCLUSIVE) {
                exclusive += change;
            } else {
                shared += change;
            }
        }
    }
}
