package dev.mortise.internal.lease;

import dev.mortise.internal.store.Late;
import dev.mortise.internal.store.Shape;
import java.util.function.Supplier;

/**
 * One grant as the server made it, and as the client may rely on it.
 *
 * @param sentAtNanos when the request was sent that its validity counts from
 * @param lifetimeNanos from there; 0 = without expiry
 * @param releaseHint the ticket that probably stands at the head of the queue
 * @param waiting how many others wait
 * @param late whether another request of this lease id may still arrive at the server, asked at its release
 */
public record HoldFacts(
        String lock,
        String leaseId,
        Shape shape,
        long permits,
        long token,
        long sentAtNanos,
        long lifetimeNanos,
        long releaseHint,
        long waiting,
        Supplier<Late> late) {}
