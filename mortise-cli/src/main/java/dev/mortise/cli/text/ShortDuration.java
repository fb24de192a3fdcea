package dev.mortise.cli.text;

import java.time.Duration;
import java.time.Instant;

/** Durations in a column: {@code 850ms}, {@code 4.7s}, {@code 2m05s}, {@code 3h04m}, {@code 5d03h}. Never rounded up. */
public final class ShortDuration {
    private static final long MINUTE = 60;
    private static final long HOUR = 60 * MINUTE;
    private static final long DAY = 24 * HOUR;

    private ShortDuration() {}

    /** In six characters or fewer, up to 99 days; zero when it is negative. */
    public static String of(Duration time) {
        if (time.isNegative()) {
            return "0ms";
        }
        long seconds = time.toSeconds();
        if (seconds == 0) {
            return time.toMillis() + "ms";
        }
        if (seconds < MINUTE) {
            return seconds + "." + time.toMillisPart() / 100 + "s";
        }
        if (seconds < HOUR) {
            return two(seconds / MINUTE, "m", seconds % MINUTE, "s");
        }
        return seconds < DAY
                ? two(seconds / HOUR, "h", seconds % HOUR / MINUTE, "m")
                : two(seconds / DAY, "d", seconds % DAY / HOUR, "h");
    }

    /** The time from one to the other. Clocks differ: what begins only later has just begun. */
    public static String between(Instant from, Instant to) {
        return of(Duration.between(from, to));
    }

    private static String two(long large, String largeUnit, long small, String smallUnit) {
        return large + largeUnit + (small < 10 ? "0" : "") + small + smallUnit;
    }
}
