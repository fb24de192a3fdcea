package dev.mortise.internal.lease;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** What other clients may believe of the owners of this one while these wait. Thread-safe, never blocks. */
public interface OwnerClaims {
    /** No client believes anything: deadlocks are not looked for. */
    OwnerClaims NONE = party -> null;

    /**
     * To be called before an owner gives up a lease, or its wait ends without a grant.
     *
     * @param party as in {@link LeaseTerms}
     * @return null when nothing is believed of it, as nearly always; else it completes when that is taken back
     */
    @Nullable
    CompletableFuture<?> takeBack(String party);
}
