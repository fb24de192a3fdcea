package dev.mortise.internal.store;

/**
 * What a client says of itself with each heartbeat.
 *
 * @param startedMillis when it was opened, ms since 1970 by its own clock; 0 = not said
 */
public record ClientRecord(String id, String host, long pid, String name, String version, long startedMillis) {}
