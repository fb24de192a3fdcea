package dev.mortise.internal.queue;

/**
 * How long a lock may stay in one JVM while other clients wait for it.
 *
 * @param passes most passes, at least 1
 * @param nanos longest time, ns
 */
public record HandOffLimits(int passes, long nanos) {}
