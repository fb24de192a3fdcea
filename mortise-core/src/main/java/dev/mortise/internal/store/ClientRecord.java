package dev.mortise.internal.store;

/** What a client says of itself with each heartbeat. */
public record ClientRecord(String id, String host, long pid, String name, String version) {}
