package dev.mortise.internal.waiting;

import java.util.function.BooleanSupplier;

/**
 * A grant as the client may rely on it.
 *
 * @param base send time that its validity counts from, ns
 * @param worthNanos from there; 0 = without expiry
 * @param claimOnly whether the worth is just the claim time of a pushed grant
 * @param releaseHint the ticket that probably stands at the head of the queue
 * @param latePossible whether another request of this lease id may still arrive at the server, asked at its release
 */
public record Grant(
        String leaseId,
        long token,
        long base,
        long worthNanos,
        boolean claimOnly,
        long releaseHint,
        boolean queued,
        BooleanSupplier latePossible) {}
