package dev.mortise.internal.runtime;

import java.util.concurrent.TimeUnit;

/**
 * The pauses between attempts: each about twice as long as the one before it, up to a longest, and random within a factor of
 * three, so that callers which failed together do not come again together. Not thread-safe.
 */
public final class Backoff {
    private final Time time;
    private final Pauses pauses;

    /** About how long the next pause is. */
    private long pauseNanos;

    public Backoff(Time time, Pauses pauses) {
        this.time = time;
        this.pauses = pauses;
        this.pauseNanos = pauses.firstNanos();
    }

    /** The next pause, ns: from half to one and a half of what it is about. */
    public long nextNanos() {
        long pause = pauseNanos / 2 + time.random(pauseNanos);
        pauseNanos = Math.min(2 * pauseNanos, pauses.longestNanos());
        return pause;
    }

    /** An attempt has succeeded: begins anew. */
    public void reset() {
        pauseNanos = pauses.firstNanos();
    }

    /**
     * How long pauses are.
     *
     * @param firstNanos about how long the first is, ns
     * @param longestNanos about how long the longest is, ns
     */
    public record Pauses(long firstNanos, long longestNanos) {
        /** As {@link #Pauses(long, long)}, in ms. */
        public static Pauses ofMillis(long first, long longest) {
            return new Pauses(TimeUnit.MILLISECONDS.toNanos(first), TimeUnit.MILLISECONDS.toNanos(longest));
        }
    }
}
