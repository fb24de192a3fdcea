package dev.mortise.cli.watch;

import java.time.Duration;

/** When the next round begins. */
final class WatchPace {
    /** Rounds take no more than one part in so many of the time. */
    private static final int PARTS = 4;

    private WatchPace() {}

    /** From the beginning of one round to that of the next: longer than the interval after a round that took long. */
    static Duration every(Duration interval, Duration took) {
        Duration least = took.multipliedBy(PARTS);
        return least.compareTo(interval) > 0 ? least : interval;
    }
}
