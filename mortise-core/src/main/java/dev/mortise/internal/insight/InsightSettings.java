package dev.mortise.internal.insight;

import java.time.Duration;

/**
 * What is told unasked of waits and leases.
 *
 * @param slowWaitAfter how long a wait has lasted before it is told; zero = never
 * @param longHoldAfter how long a lease has been held before it is told; zero = never
 * @param capturesStacks whether a lease remembers where it was acquired
 */
public record InsightSettings(Duration slowWaitAfter, Duration longHoldAfter, boolean capturesStacks) {
    private static final Duration LEAST = Duration.ofMillis(100);
    private static final Duration MOST = Duration.ofDays(1);

    /**
     * Waits are told after as long as the usual lease lasts: by then that of a holder which died before the wait began is over. So
     * a person should look at it.
     */
    public static final InsightSettings USUAL = new InsightSettings(Duration.ofSeconds(30), Duration.ZERO, false);

    /** @throws IllegalArgumentException when one is neither zero nor from 100 ms to a day */
    public InsightSettings {
        check("slowWaitAfter", slowWaitAfter);
        check("longHoldAfter", longHoldAfter);
    }

    /** The same, telling a wait after that time, which is not zero. */
    public InsightSettings slowWaitsAfter(Duration after) {
        if (after.isZero()) {
            throw new IllegalArgumentException(
                    "slowWaitAfter must be from " + LEAST + " to " + MOST + "; noSlowWaitReports() switches it off");
        }
        return new InsightSettings(after, longHoldAfter, capturesStacks);
    }

    /** The same, telling no wait. */
    public InsightSettings withoutSlowWaits() {
        return new InsightSettings(Duration.ZERO, longHoldAfter, capturesStacks);
    }

    /** The same, telling a lease after that time, which is not zero. */
    public InsightSettings longHoldsAfter(Duration after) {
        if (after.isZero()) {
            throw new IllegalArgumentException("longHoldAfter must be from " + LEAST + " to " + MOST);
        }
        return new InsightSettings(slowWaitAfter, after, capturesStacks);
    }

    /** The same, where each lease remembers where it was acquired. */
    public InsightSettings capturingStacks() {
        return new InsightSettings(slowWaitAfter, longHoldAfter, true);
    }

    private static void check(String what, Duration value) {
        if (!value.isZero() && (value.compareTo(LEAST) < 0 || value.compareTo(MOST) > 0)) {
            throw new IllegalArgumentException(what + " must be from " + LEAST + " to " + MOST + ", was " + value);
        }
    }
}
