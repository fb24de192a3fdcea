package dev.mortise.internal.gate;

/**
 * How long a lock may stay in one JVM while other clients wait for it.
 *
 * @param passes most passes, at least 1
 * @param nanos longest time, ns
 */
public record PassingLimits(int passes, long nanos) {}
