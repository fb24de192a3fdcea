package dev.mortise.internal.client;

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
        String clientName, Duration lease, Duration commandTimeout, int maxWaiters, Duration quietPeriod) {}
