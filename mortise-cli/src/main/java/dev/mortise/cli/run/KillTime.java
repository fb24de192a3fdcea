package dev.mortise.cli.run;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * When a command is ended so that it is over before somebody else can have its lock.
 *
 * @param killAfter the time between TERM and KILL
 * @param margin how much of the lease is left at the KILL, for what the end itself takes
 */
record KillTime(Duration killAfter, Duration margin) {
    private static final Duration USUAL = Duration.ofSeconds(5);
    private static final Duration LONGEST_MARGIN = Duration.ofMillis(500);

    /** What is left for a renewal that comes at a third of the lease, and its repetitions. */
    private static final int MOST = 3;

    private static final int USUAL_PART = 4;
    private static final int MARGIN_PART = 10;

    /**
     * @param killAfter as asked for; null: five seconds, or less where the hold is short
     * @param hold the shorter one of the lease and the longest hold
     * @throws IllegalArgumentException when it does not fit into that
     */
    static KillTime of(@Nullable Duration killAfter, Duration hold) {
        Duration margin = shorter(LONGEST_MARGIN, hold.dividedBy(MARGIN_PART));
        if (killAfter == null) {
            return new KillTime(shorter(USUAL, hold.dividedBy(USUAL_PART)), margin);
        }
        Duration most = hold.dividedBy(MOST);
        if (killAfter.compareTo(most) > 0) {
            throw new IllegalArgumentException("--kill-after of " + killAfter.toMillis()
                    + "ms is too long: TERM comes that much before the lease or --max-hold of " + hold.toMillis()
                    + "ms ends, and renewals need time too; at most a third of it, " + most.toMillis() + "ms");
        }
        return new KillTime(killAfter, margin);
    }

    /** How much of the lease is left when TERM is sent. */
    Duration term() {
        return killAfter.plus(margin);
    }

    static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }
}
