package dev.mortise.internal.gate;

import dev.mortise.internal.lease.HeldLease;
import dev.mortise.internal.lease.Home;
import dev.mortise.internal.lease.Tenure;
import dev.mortise.internal.store.Reserved;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** What a gate needs from outside: the clock, and what it has done on the server. Thread-safe, never blocks. */
interface Backing {
    long nanos();

    /** The lease goes back to the server, and gets its outcome from there. */
    void release(HeldLease lease);

    /** A tenure on which nothing stands any more goes back to the server. */
    CompletableFuture<?> cleanUp(Tenure tenure);

    /** Asks for more tokens, and to be told who waits. */
    CompletableFuture<Optional<Reserved>> reserve(Tenure tenure, long leaseNanos, long tokens);

    /** The server has this tenure no more. */
    void forget(Tenure tenure);

    /** Where a tenure is at home that no gate has. */
    Home direct();

    /** A share of its own on the server for a lease that stands beside others on one; null when the tenure is gone. */
    CompletableFuture<@Nullable Tenure> split(Tenure tenure, HeldLease lease);

    /** That lease stands on another tenure now. */
    void moved(HeldLease lease, Tenure from);
}
