package dev.mortise.faults.check;

/**
 * A read or write that the fenced register has accepted.
 *
 * @param write whether it was a write, of {@code value}; else it was a read, which saw that
 */
public record RegisterEntry(String lock, boolean write, long token, String leaseId, long value) {}
