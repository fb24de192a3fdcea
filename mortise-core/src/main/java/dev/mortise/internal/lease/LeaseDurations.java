package dev.mortise.internal.lease;

import dev.mortise.AcquireOptions;
import java.time.Duration;
import java.util.Objects;

/** Durations from outside, checked, in ns. */
public final class LeaseDurations {
    private LeaseDurations() {}

    /** A lifetime. */
    public static long lease(String what, Duration duration) {
        Objects.requireNonNull(duration, what);
        if (duration.compareTo(AcquireOptions.MIN_LEASE) < 0) {
            throw new IllegalArgumentException(
                    what + " must be at least " + AcquireOptions.MIN_LEASE + ", was " + duration);
        }
        return nanos(what, duration);
    }

    /** Anything up to a year. */
    public static long nanos(String what, Duration duration) {
        if (duration.isNegative() || duration.compareTo(AcquireOptions.MAX_DURATION) > 0) {
            throw new IllegalArgumentException(
                    what + " must be from zero to " + AcquireOptions.MAX_DURATION + ", was " + duration);
        }
        return duration.toNanos();
    }
}
