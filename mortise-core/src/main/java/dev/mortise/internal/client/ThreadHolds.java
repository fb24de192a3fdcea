package dev.mortise.internal.client;

import dev.mortise.LockKind;
import dev.mortise.internal.lease.LeaseHandle;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What each thread holds by {@code asLock()}, by lock. Seen and changed by that thread only; gone with it, while the
 * keeper notices that it ended.
 */
final class ThreadHolds {
    private final ThreadLocal<Map<Key, Hold>> holds = ThreadLocal.withInitial(HashMap::new);

    @Nullable
    Hold current(Key lock) {
        return holds.get().get(lock);
    }

    void begin(Key lock, LeaseHandle lease, Side side) {
        holds.get().put(lock, new Hold(lease, side));
    }

    void end(Key lock) {
        Map<Key, Hold> mine = holds.get();
        mine.remove(lock);
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

    /** One hold by one lease, entered that many times on each side. */
    static final class Hold {
        private LeaseHandle lease;
        private int exclusive;
        private int shared;

        private Hold(LeaseHandle lease, Side side) {
            this.lease = lease;
            enter(side);
        }

        LeaseHandle lease() {
            return lease;
        }

        /** From now on it is by this lease. */
        void lease(LeaseHandle next) {
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
