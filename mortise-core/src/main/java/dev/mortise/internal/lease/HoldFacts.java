package dev.mortise.internal.lease;

import dev.mortise.internal.store.Late;
import dev.mortise.internal.store.Shape;
import java.util.function.Supplier;

/**
 * What the server has granted, as the client may rely on it.
 *
 * @param base send time that its validity counts from, ns
 * @param worthNanos from there; 0 = without expiry
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
        long base,
        long worthNanos,
        long releaseHint,
        long waiting,
        Supplier<Late> late) {
    /** It as a tenure, which has that home. */
    public Hold tenure(Home home) {
        return new Hold(lock, leaseId, shape, permits, token, base, worthNanos, releaseHint, late, home);
    }
}
