package dev.mortise.internal.store;

/**
 * What is known of one server without asking it.
 *
 * @param address without a login
 * @param version "" = not known
 * @param latencyNanos how long its last answer took; 0 = not known
 * @param lastError why it was not reached; "" = nothing known
 */
public record KnownServer(String address, String version, boolean isReachable, long latencyNanos, String lastError) {}
