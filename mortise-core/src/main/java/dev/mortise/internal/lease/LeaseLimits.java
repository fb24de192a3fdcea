package dev.mortise.internal.lease;

import dev.mortise.AcquireOptions;
import dev.mortise.Renewal;
import java.time.Duration;

/**
 * What lengths of leases go with the configuration of a client.
 *
 * @param commandTimeout a renewed lease must last three of them
 * @param quietPeriod no lease may be longer; zero = none
 */
public record LeaseLimits(Duration commandTimeout, Duration quietPeriod) {
    /**
     * Refuses leases without expiry where they would not outlast a loss of data: their holders rely on them for a minute
     * after the server answered last.
     *
     * @throws IllegalArgumentException when the quiet period is shorter than that
     */
    public void checkUntilReleased() {
        if (!quietPeriod.isZero() && quietPeriod.toNanos() < Validity.NO_EXPIRY_NANOS) {
            throw new IllegalArgumentException("untilReleased needs a quietPeriod of at least "
                    + Duration.ofNanos(Validity.NO_EXPIRY_NANOS) + ", or none; it was " + quietPeriod);
        }
    }

    /**
     * Refuses what does not go together.
     *
     * @throws IllegalArgumentException when a lease of that length could not be kept, or outlasts the quiet period
     */
    public void check(Duration lease, Renewal renewal) {
        // In ns: this is asked for each acquire, and multiplying a Duration takes as long as all the rest of it.
        if (renewal == Renewal.ON && lease.toNanos() < 3 * commandTimeout.toNanos()) {
            throw new IllegalArgumentException(
                    "lease must be at least 3 x commandTimeout (" + commandTimeout.multipliedBy(3)
                            + ") to be renewed, was " + lease + "; use Renewal.OFF or a shorter commandTimeout");
        }
        if (renewal == Renewal.ON && lease.compareTo(AcquireOptions.MIN_LEASE) < 0) {
            throw new IllegalArgumentException("lease must be at least " + AcquireOptions.MIN_LEASE
                    + " to be renewed, was " + lease + "; use Renewal.OFF");
        }
        if (!quietPeriod.isZero() && lease.compareTo(quietPeriod) > 0) {
            throw new IllegalArgumentException(
                    "lease must not be longer than quietPeriod (" + quietPeriod + "), was " + lease);
        }
    }
}
