package dev.mortise.internal.quorum;

/**
 * How one node was when it was last asked something.
 *
 * @param reachable whether it answered
 * @param latencyNanos how long its last answer took; 0 = none yet
 * @param lastError of the last request that failed; "" = none did
 */
public record NodeStatus(String name, boolean reachable, long latencyNanos, String lastError) {}
