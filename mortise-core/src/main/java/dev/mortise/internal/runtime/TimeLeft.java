package dev.mortise.internal.runtime;

import java.time.Duration;

/** How much is left of a limit that several waits share. Immutable, thread-safe. */
public final class TimeLeft {
    private final Duration limit;
    private final long began = System.nanoTime();

    private TimeLeft(Duration limit) {
        this.limit = limit;
    }

    /** Begins now. */
    public static TimeLeft of(Duration limit) {
        return new TimeLeft(limit);
    }

    /** What is left; zero when it is over. */
    public Duration now() {
        Duration left = limit.minus(passed());
        return left.isNegative() ? Duration.ZERO : left;
    }

    /** How long ago it began. */
    public Duration passed() {
        return Duration.ofNanos(System.nanoTime() - began);
    }
}
