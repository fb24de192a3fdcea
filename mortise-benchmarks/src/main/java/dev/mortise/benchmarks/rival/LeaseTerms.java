package dev.mortise.benchmarks.rival;

import java.time.Duration;

/**
 * How long a lock is held for without a sign of life.
 *
 * @param renewed whether the library keeps it alive; naive code never does
 */
public record LeaseTerms(Duration lease, boolean renewed) {
    /** What Mortise and Redisson do when nothing is said. */
    public static final LeaseTerms USUAL = new LeaseTerms(Duration.ofSeconds(30), true);

    public long millis() {
        return lease.toMillis();
    }
}
