package dev.mortise.internal.client;

import dev.mortise.internal.lease.LeaseLimits;
import java.time.Duration;

/**
 * The configuration of a client, checked.
 *
 * @param lease of who names none
 * @param commandTimeout how long one answer may take
 * @param maxWaiters the bound of a lock's queue
 * @param quietPeriod zero = none
 */
public record ClientConfig(
        String clientName, Duration lease, Duration commandTimeout, int maxWaiters, Duration quietPeriod) {
    LeaseLimits limits() {
        return new LeaseLimits(commandTimeout, quietPeriod);
    }
}
