package dev.mortise.admin;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;

/**
 * What {@link LockAdmin#collectStale} takes for stale. Immutable.
 *
 * @param grace for how long a live client may be cut off without losing anything; 60 s to 30 days. A client that lives is heard of
 *     every 10 s, so nothing is stale before 10 s more are over
 * @param pattern of the names of the locks that are looked at, as {@link LockAdmin#list} takes it
 * @param kinds those that are looked for; not empty
 */
public record StalePolicy(Duration grace, String pattern, Set<StaleKind> kinds) {
    /** The shortest grace time, and the default. */
    public static final Duration MIN_GRACE = Duration.ofSeconds(60);

    /** The longest grace time. */
    public static final Duration MAX_GRACE = Duration.ofDays(30);

    private static final StalePolicy DEFAULTS = new StalePolicy(MIN_GRACE, "*", EnumSet.allOf(StaleKind.class));

    /**
     * Checks it.
     *
     * @throws IllegalArgumentException naming the setting and its value
     */
    public StalePolicy {
        Objects.requireNonNull(pattern, "pattern");
        kinds = Set.copyOf(kinds);
        if (grace.compareTo(MIN_GRACE) < 0 || grace.compareTo(MAX_GRACE) > 0) {
            throw new IllegalArgumentException(
                    "grace must be from " + MIN_GRACE + " to " + MAX_GRACE + ", was " + grace);
        }
        if (kinds.isEmpty()) {
            throw new IllegalArgumentException("kinds must not be empty");
        }
    }

    /** All kinds, of all locks, after 60 s. */
    public static StalePolicy defaults() {
        return DEFAULTS;
    }

    /** The same with that grace time. */
    public StalePolicy grace(Duration newGrace) {
        return new StalePolicy(newGrace, pattern, kinds);
    }

    /** The same for the locks whose names match. Records of waits and heartbeats belong to no lock, and are left out then. */
    public StalePolicy pattern(String newPattern) {
        return new StalePolicy(grace, newPattern, kinds);
    }

    /** The same for these kinds only. */
    public StalePolicy kinds(StaleKind first, StaleKind... others) {
        return new StalePolicy(grace, pattern, EnumSet.of(first, others));
    }
}
