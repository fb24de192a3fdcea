package dev.mortise.internal.runtime;

/**
 * The pauses between attempts: each about twice as long as the one before it, up to a longest, and random within a factor of
 * three, so that those who failed together do not come again together. Not thread-safe.
 */
public final class Backoff {
    private final Time time;
    private final long firstNanos;
    private final long longestNanos;
    private long pauseNanos;

    /**
     * @param firstNanos about how long the first pause is, ns
     * @param longestNanos about how long the longest is, ns
     */
    public Backoff(Time time, long firstNanos, long longestNanos) {
        this.time = time;
        this.firstNanos = firstNanos;
        this.longestNanos = longestNanos;
        this.pauseNanos = firstNanos;
    }

    /** The next pause, ns: from half to one and a half of what it is about. */
    public long nextNanos() {
        long pause = pauseNanos / 2 + time.random(pauseNanos);
        pauseNanos = Math.min(2 * pauseNanos, longestNanos);
        return pause;
    }

    /** An attempt has succeeded: begins anew. */
    public void reset() {
        pauseNanos = firstNanos;
    }
}
