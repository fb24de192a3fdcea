package dev.mortise.internal.store;

/**
 * A hold as it was on record.
 *
 * @param token of its latest grant: another one says that it has changed
 */
public record ExactHold(String leaseId, long token) {}
