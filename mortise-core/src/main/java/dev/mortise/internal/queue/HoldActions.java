package dev.mortise.internal.queue;

import dev.mortise.internal.lease.Hold;
import dev.mortise.internal.lease.Home;
import dev.mortise.internal.lease.LeaseState;
import dev.mortise.internal.store.Reserved;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** What a queue needs from outside: the clock, and what it has done on the server. Thread-safe, never blocks. */
interface HoldActions {
    long nanos();

    /** The lease goes back to the server, and gets its outcome from there. */
    void release(LeaseState lease);

    /** A tenure on which nothing stands any more goes back to the server. */
    CompletableFuture<?> cleanUp(Hold tenure);

    /** Asks for more tokens, and to be told who waits. */
    CompletableFuture<Optional<Reserved>> reserve(Hold tenure, long leaseNanos, long tokens);

    /** The server has this tenure no more. */
    void forget(Hold tenure);

    /** Where a tenure is at home that no queue has. */
    Home direct();

    /** A share of its own on the server for a lease that stands beside others on one; null when the tenure is gone. */
    CompletableFuture<@Nullable Hold> split(Hold tenure, LeaseState lease);

    /** That lease stands on another tenure now. */
    void moved(LeaseState lease, Hold from);
}
