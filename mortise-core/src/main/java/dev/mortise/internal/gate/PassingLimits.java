package dev.mortise.internal.gate;

/**
 * How long a lock may stay in one JVM while other clients wait for it.
 *
 * @param passes most passes; 0 = a lock is never passed on
 * @param nanos longest time, ns
 */
public record PassingLimits(int passes, long nanos) {}
