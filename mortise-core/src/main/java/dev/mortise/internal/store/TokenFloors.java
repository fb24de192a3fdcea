package dev.mortise.internal.store;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * The largest fencing token that this client knows of each lock: later ones are above it, also where the server has forgotten
 * it. By lock, as a token far ahead of the clock must not carry those of other locks along. Of the locks that were used last
 * only: servers seed tokens by their clocks, so what is older is passed by those. Thread-safe, never blocks for long.
 */
public final class TokenFloors {
    /** That many locks at least, and twice as many at most. */
    private static final int GENERATION = 8192;

    private volatile ConcurrentMap<String, Long> young = new ConcurrentHashMap<>();
    private volatile ConcurrentMap<String, Long> old = new ConcurrentHashMap<>();

    /** 0 = nothing is known. */
    public long of(String lock) {
        return Math.max(young.getOrDefault(lock, 0L), old.getOrDefault(lock, 0L));
    }

    /** That token was seen; answers the largest. */
    public long raise(String lock, long token) {
        return advance(lock, 0, token);
    }

    /** Goes up by at least {@code step}, and to at least {@code least}; answers where it is then. */
    public long advance(String lock, long step, long least) {
        long before = old.getOrDefault(lock, 0L);
        long now = young.compute(
                lock, (name, known) -> Math.max(Math.max(known == null ? 0 : known, before) + step, least));
        if (young.size() >= GENERATION) {
            nextGeneration();
        }
        return now;
    }

    private synchronized void nextGeneration() {
        if (young.size() >= GENERATION) {
            old = young;
            young = new ConcurrentHashMap<>();
        }
    }
}
