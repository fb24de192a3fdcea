package dev.mortise.benchmarks.rival;

import java.time.Duration;

/**
 * How long a lock is held for without a sign of life.
 *
 * @param renewed whether the library keeps it alive; Spring Integration as it comes and naive code never do
 */
public record RivalLease(Duration lease, boolean renewed) {
    /** What Mortise and Redisson do when nothing is said. */
    public static final RivalLease USUAL = new RivalLease(Duration.ofSeconds(30), true);

    public long millis() {
        return lease.toMillis();
    }
}
