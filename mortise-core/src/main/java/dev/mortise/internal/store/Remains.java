package dev.mortise.internal.store;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * What clients have left behind on an authority. What is dropped is looked at once more in the same step, by the clock and the
 * rules of the server. Nothing here blocks. Every future completes within a few command time-outs, on any thread; it fails with
 * {@link StoreException} and nothing else. Thread-safe.
 */
public interface Remains {
    /**
     * What of a lock may be stale: what is over, and of what nothing was heard for the grace time. Changes nothing. Waiters are
     * among it of which the server does not know whether they ask.
     */
    CompletableFuture<FoundLeftovers> of(String lock, long graceMillis);

    /**
     * Drops what is stale of these.
     *
     * @param some of {@link #of}
     * @return one for each, in order
     */
    CompletableFuture<List<Dropping>> drop(String lock, List<Leftover> some, long graceMillis);

    /**
     * Records in the register of waits that were not refreshed for the grace time after they were over.
     *
     * @param drop whether they are dropped
     */
    CompletableFuture<List<Leftover>> waits(long graceMillis, boolean drop);

    /**
     * A heartbeat without an end, which no client writes, gets one, the grace time from now; if its client lives, that sets its
     * own.
     *
     * @return whether it had none
     */
    CompletableFuture<Boolean> endHeartbeat(String clientId, long graceMillis);
}
