package dev.mortise.internal.acquire;

import dev.mortise.LockException;
import dev.mortise.internal.lease.LeaseHandle;
import dev.mortise.internal.lease.LeaseTerms;
import dev.mortise.internal.store.AcquireReply;
import dev.mortise.internal.store.AcquireRequest;
import dev.mortise.internal.store.Late;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** What an acquire asks the server for: to be let in, or for a reader to become the writer. Never blocks. */
public interface Petition {
    /** Asks; may be repeated. */
    CompletableFuture<AcquireReply> ask(AcquireRequest request);

    /**
     * Takes it back, from whichever side of its grant. Completes when it is gone there, or after one command time-out.
     *
     * @param late whether a request may still arrive at the server, asked again when that matters
     * @param mayBeKnown whether the server may know of it; if not, nothing is repeated
     */
    CompletableFuture<?> withdraw(Supplier<Late> late, boolean mayBeKnown);

    /** Makes the lease of its grant, registered from there on. */
    LeaseHandle lease(LeaseTerms terms, Grant grant);

    /** Why it was refused for good: any reply but granted, queued, busy and quiet. */
    LockException refusal(AcquireReply reply);
}
