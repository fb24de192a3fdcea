package dev.mortise.internal.quorum;

import java.time.Duration;

/**
 * How a quorum behaves.
 *
 * @param retryDelayMin the shortest pause after a round in which the votes were split
 * @param retryDelayMax the longest; pauses are random and grow from round to round
 * @param maxAttempts after so many rounds without a majority an acquire ends; 0 = no bound
 * @param driftFactor by how much of a lease the clocks of a client and a node may differ over it, from
 *     {@link #LEAST_DRIFT} on
 * @param late how long a request that got no answer may still be on its way
 * @param opening for how long a client that opens asks again what no majority has answered
 */
public record QuorumSettings(
        Duration retryDelayMin,
        Duration retryDelayMax,
        int maxAttempts,
        double driftFactor,
        Duration late,
        Duration opening) {
    /** What the validity of every lease allows for. */
    public static final double LEAST_DRIFT = 0.01;

    private static final double MOST_DRIFT = 0.5;

    /**
     * Checks it as a whole.
     *
     * @throws IllegalArgumentException naming the setting and its value
     */
    public QuorumSettings {
        if (retryDelayMin.compareTo(Duration.ofMillis(1)) < 0) {
            throw new IllegalArgumentException("retryDelayMin must be at least 1 ms, was " + retryDelayMin);
        }
        if (retryDelayMax.compareTo(retryDelayMin) < 0 || retryDelayMax.compareTo(Duration.ofMinutes(1)) > 0) {
            throw new IllegalArgumentException(
                    "retryDelayMax must be from retryDelayMin (" + retryDelayMin + ") to PT1M, was " + retryDelayMax);
        }
        if (maxAttempts < 0) {
            throw new IllegalArgumentException("maxAttempts must be 0 or more, was " + maxAttempts);
        }
        if (!(driftFactor >= LEAST_DRIFT && driftFactor <= MOST_DRIFT)) {
            throw new IllegalArgumentException(
                    "driftFactor must be from " + LEAST_DRIFT + " to " + MOST_DRIFT + ", was " + driftFactor);
        }
        if (late.isNegative() || late.compareTo(Duration.ofHours(1)) > 0) {
            throw new IllegalArgumentException("late must be from 0 to PT1H, was " + late);
        }
        if (opening.isNegative() || opening.compareTo(Duration.ofHours(1)) > 0) {
            throw new IllegalArgumentException("opening must be from 0 to PT1H, was " + opening);
        }
    }

    /** As usual. */
    public static QuorumSettings defaults() {
        return new QuorumSettings(
                Duration.ofMillis(10),
                Duration.ofMillis(300),
                0,
                LEAST_DRIFT,
                Duration.ofSeconds(10),
                Duration.ofSeconds(20));
    }

    /** How long a node is to do by its clock what is to last that long here. */
    public Duration onNode(Duration here) {
        return Duration.ofMillis(onNode(here.toMillis()));
    }

    /** How long a node is to keep a lease that is that long here; 0 = without expiry. */
    long onNode(long leaseMillis) {
        return leaseMillis + (long) Math.ceil(leaseMillis * (driftFactor - LEAST_DRIFT));
    }
}
