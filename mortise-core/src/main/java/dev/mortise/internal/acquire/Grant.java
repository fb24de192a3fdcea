package dev.mortise.internal.acquire;

import dev.mortise.internal.lease.Hold;

/**
 * What a waiter gets.
 *
 * @param tenure what its lease stands on
 * @param token its own
 * @param claimOnly whether what is left of the tenure is to be confirmed, or topped up, soon
 * @param queued whether it had to wait
 */
public record Grant(Hold tenure, long token, boolean claimOnly, boolean queued) {}
