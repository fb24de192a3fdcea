package dev.mortise.internal.lease;

import java.util.concurrent.CompletableFuture;

/** What other clients may believe of the owners of this one while these wait. Thread-safe, never blocks. */
public interface OwnerClaims {
    /** Nothing is believed, as nearly always. Complete; to wait for it costs nothing where it is asked first whether it is done. */
    CompletableFuture<Boolean> NOTHING = CompletableFuture.completedFuture(true);

    /** No client believes anything: deadlocks are not looked for. */
    OwnerClaims NONE = party -> NOTHING;

    /**
     * To be called before an owner gives up a lease, or its wait ends without a grant.
     *
     * @param party as in {@link LeaseTerms}
     * @return completes when nothing that is believed of it is certain any more: with true when the server says so or keeps no
     *     record of it, and with false when the server was silent for so long. That may take longer than a command time-out, so no
     *     caller is to wait for it alone. Never fails
     */
    CompletableFuture<Boolean> takeBack(String party);
}
