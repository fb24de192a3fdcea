package dev.mortise.internal.client;

import dev.mortise.AcquireOptions;
import dev.mortise.Durability;
import dev.mortise.internal.deadlock.DeadlockSettings;
import dev.mortise.internal.insight.InsightSettings;
import dev.mortise.internal.lease.LeaseLimits;
import dev.mortise.internal.queue.HandOffBudget;
import java.time.Duration;

/**
 * The configuration of a client.
 *
 * @param lease the default, for acquires whose options name none
 * @param commandTimeout how long one answer may take
 * @param maxWaiters the bound of a lock's queue
 * @param quietPeriod zero = none
 * @param mostHandOffs how often a lock is handed on in this client while others wait; 0 = never, also when there are none
 * @param longestHandOffs how long it is handed on while others wait
 * @param durability the default, for acquires whose options name none
 * @param deadlocks how they are looked for
 * @param insight what is told unasked of waits and leases
 * @param janitor how often it is looked for what is stale; zero = never
 */
public record ClientConfig(
        String clientName,
        Duration lease,
        Duration commandTimeout,
        int maxWaiters,
        Duration quietPeriod,
        int mostHandOffs,
        Duration longestHandOffs,
        Durability durability,
        DeadlockSettings deadlocks,
        InsightSettings insight,
        Duration janitor) {
    /** The most hand-offs, and the longest time of them, while other clients wait. */
    public static final int MOST_HAND_OFFS = 64;

    public static final Duration LONGEST_HAND_OFFS = Duration.ofMillis(10);

    /**
     * Checks it as a whole.
     *
     * @throws IllegalArgumentException naming the setting and its value
     */
    public ClientConfig {
        if (!clientName.matches("[A-Za-z0-9_.:/@-]{0,64}")) {
            throw new IllegalArgumentException(
                    "clientName must be up to 64 letters, digits and _ . : / - @, was '" + clientName + "'");
        }
        range("lease", lease, AcquireOptions.MIN_LEASE, AcquireOptions.MAX_DURATION);
        range("commandTimeout", commandTimeout, Duration.ofMillis(10), Duration.ofMinutes(1));
        range("quietPeriod", quietPeriod, Duration.ZERO, Duration.ofDays(1));
        range("longestHandOffs", longestHandOffs, Duration.ZERO, Duration.ofMinutes(1));
        if (commandTimeout.multipliedBy(6).compareTo(lease) > 0) {
            throw new IllegalArgumentException(
                    "commandTimeout must be at most a sixth of the lease (" + lease + "), was " + commandTimeout);
        }
        if (!quietPeriod.isZero() && quietPeriod.compareTo(lease) < 0) {
            throw new IllegalArgumentException(
                    "quietPeriod must be zero or at least the lease (" + lease + "), was " + quietPeriod);
        }
        if (!janitor.isZero()) {
            range("janitor", janitor, Duration.ofSeconds(1), Duration.ofDays(1));
        }
        if (maxWaiters < 1 || maxWaiters > 1_000_000) {
            throw new IllegalArgumentException("maxWaiters must be from 1 to 1000000, was " + maxWaiters);
        }
        if (mostHandOffs < 0 || mostHandOffs > 1_000_000) {
            throw new IllegalArgumentException("mostHandOffs must be from 0 to 1000000, was " + mostHandOffs);
        }
    }

    /** With the usual look for deadlocks, the usual insight, and no janitor. */
    public ClientConfig(
            String clientName,
            Duration lease,
            Duration commandTimeout,
            int maxWaiters,
            Duration quietPeriod,
            int mostHandOffs,
            Duration longestHandOffs,
            Durability durability) {
        this(
                clientName,
                lease,
                commandTimeout,
                maxWaiters,
                quietPeriod,
                mostHandOffs,
                longestHandOffs,
                durability,
                DeadlockSettings.USUAL,
                InsightSettings.USUAL,
                Duration.ZERO);
    }

    /** Without copies. */
    public ClientConfig(
            String clientName,
            Duration lease,
            Duration commandTimeout,
            int maxWaiters,
            Duration quietPeriod,
            int mostHandOffs,
            Duration longestHandOffs) {
        this(
                clientName,
                lease,
                commandTimeout,
                maxWaiters,
                quietPeriod,
                mostHandOffs,
                longestHandOffs,
                Durability.none());
    }

    /** With the usual hand-offs. */
    public ClientConfig(
            String clientName, Duration lease, Duration commandTimeout, int maxWaiters, Duration quietPeriod) {
        this(clientName, lease, commandTimeout, maxWaiters, quietPeriod, MOST_HAND_OFFS, LONGEST_HAND_OFFS);
    }

    /** The same, which looks for deadlocks in that way. */
    public ClientConfig with(DeadlockSettings newDeadlocks) {
        return with(newDeadlocks, insight, janitor);
    }

    /** The same, which tells that unasked. */
    public ClientConfig with(InsightSettings newInsight) {
        return with(deadlocks, newInsight, janitor);
    }

    /** The same with a janitor that works that often. */
    public ClientConfig withJanitor(Duration period) {
        return with(deadlocks, insight, period);
    }

    /** The only place that copies. */
    private ClientConfig with(DeadlockSettings newDeadlocks, InsightSettings newInsight, Duration newJanitor) {
        return new ClientConfig(
                clientName,
                lease,
                commandTimeout,
                maxWaiters,
                quietPeriod,
                mostHandOffs,
                longestHandOffs,
                durability,
                newDeadlocks,
                newInsight,
                newJanitor);
    }

    LeaseLimits limits() {
        return new LeaseLimits(commandTimeout, quietPeriod);
    }

    HandOffBudget.Limits handOffLimits() {
        return new HandOffBudget.Limits(mostHandOffs, longestHandOffs.toNanos());
    }

    /** Both bounds are allowed. */
    private static void range(String what, Duration value, Duration min, Duration max) {
        if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
            throw new IllegalArgumentException(what + " must be from " + min + " to " + max + ", was " + value);
        }
    }
}
