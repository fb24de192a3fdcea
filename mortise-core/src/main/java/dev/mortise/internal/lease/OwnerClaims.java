package dev.mortise.internal.lease;

import java.util.concurrent.CompletableFuture;

/** What other clients may believe of the owners of this one while these wait. Thread-safe, never blocks. */
public interface OwnerClaims {
    /** Nothing is believed, as nearly always. Complete; to wait for it costs nothing where it is asked first whether it is done. */
    CompletableFuture<?> NOTHING = CompletableFuture.completedFuture("");

    /** No client believes anything: deadlocks are not looked for. */
    OwnerClaims NONE = party -> NOTHING;

    /**
     * To be called before an owner gives up a lease, or its wait ends without a grant.
     *
     * @param party as in {@link LeaseTerms}
     * @return completes when nothing is believed of it any more, or after one command time-out; never fails
     */
    CompletableFuture<?> takeBack(String party);
}
