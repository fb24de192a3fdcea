package dev.mortise.internal.acquire;

import dev.mortise.internal.lease.Hold;

/**
 * What a waiter gets.
 *
 * @param hold what its lease stands on
 * @param token its own
 * @param claimOnly whether what is left of the hold is to be confirmed, or topped up, soon
 * @param queued whether it had to wait
 */
public record Grant(Hold hold, long token, boolean claimOnly, boolean queued) {}
