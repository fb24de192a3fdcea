package dev.mortise.internal.store;

/**
 * What a lease on record has from now on.
 *
 * @param token the first of its new fencing tokens
 * @param waiting how many others wait
 */
public record Reserved(long token, long waiting) {}
