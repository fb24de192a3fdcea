package dev.mortise.internal.client;

import dev.mortise.internal.lease.Held;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What each thread holds by {@code asLock()}, by key of lock. Seen and changed by that thread only; gone with it, while
 * the keeper notices that it ended.
 */
final class ThreadHolds {
    private final ThreadLocal<Map<String, Hold>> holds = ThreadLocal.withInitial(HashMap::new);

    @Nullable
    Hold current(String lock) {
        return holds.get().get(lock);
    }

    void begin(String lock, Held lease) {
        holds.get().put(lock, new Hold(lease));
    }

    void end(String lock) {
        Map<String, Hold> mine = holds.get();
        mine.remove(lock);
        if (mine.isEmpty()) {
            holds.remove();
        }
    }

    /** One hold, entered that many times. */
    static final class Hold {
        private final Held lease;
        private int count = 1;

        private Hold(Held lease) {
            this.lease = lease;
        }

        Held lease() {
            return lease;
        }

        void enter() {
            if (count == Integer.MAX_VALUE) {
                throw new Error("Maximum lock count exceeded");
            }
            count++;
        }

        /** Whether that was the outermost. */
        boolean exit() {
            count--;
            return count == 0;
        }
    }
}
