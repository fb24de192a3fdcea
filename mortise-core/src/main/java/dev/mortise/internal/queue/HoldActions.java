package dev.mortise.internal.queue;

import dev.mortise.internal.lease.Hold;
import dev.mortise.internal.lease.LeaseState;
import dev.mortise.internal.store.Reserved;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** What a local queue needs from outside: the clock, and what happens to a hold on the server. Thread-safe, never blocks. */
interface HoldActions {
    /** Elapsed time of this client. */
    long nanos();

    /** The lease goes back to the server, and gets its outcome from there. */
    void release(LeaseState lease);

    /** A hold that no lease stands on goes back to the server. Completes when it has. */
    CompletableFuture<?> cleanUp(Hold hold);

    /** Asks for more tokens, whether other clients wait, and to be told when one does. Empty when the hold is gone there. */
    CompletableFuture<Optional<Reserved>> reserve(Hold hold, long leaseNanos, long tokens);

    /** The server has this hold no more, or will not: it is not renewed any longer. */
    void forget(Hold hold);

    /** The same holder on the server for the one lease that is left on it, which the queue no longer hands on. */
    Hold sole(Hold hold);

    /** A share of its own on the server for a lease that stands beside others on that hold; null when the hold is gone. */
    CompletableFuture<@Nullable Hold> split(Hold hold, LeaseState lease);

    /** The lease stands on another hold now. */
    void moved(LeaseState lease, Hold from);
}
