package dev.mortise.testkit.contract;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Keeps what a test acquired and does not look at again. A lease whose handle is not reachable is collected and released, at any
 * moment; a test that drops one may see its lock free.
 */
public final class Kept {
    /** Far more than one test acquires; the oldest go, so that a run of many tests does not keep all its clients. */
    private static final int MOST = 2_000;

    /** Guarded by itself. */
    private static final Deque<Object> kept = new ArrayDeque<>();

    private Kept() {}

    /** Keeps a lease, or the future of one, for as long as a test may take. */
    public static <T> T kept(T acquired) {
        synchronized (kept) {
            if (kept.size() == MOST) {
                kept.removeFirst();
            }
            kept.addLast(acquired);
        }
        return acquired;
    }
}
