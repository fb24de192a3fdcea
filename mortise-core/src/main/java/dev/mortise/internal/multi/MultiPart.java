package dev.mortise.internal.multi;

import dev.mortise.internal.lease.LeaseHandle;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * One acquire under way, of one lock or of all of them. Nothing here blocks. Thread-safe. To leave it twice, or when it is
 * over, changes nothing.
 */
public interface MultiPart {
    /**
     * Completes once, on any thread, when it is over here and on the server: with what was granted; with nothing when it
     * was not to be had in time, or was left; exceptionally with {@link dev.mortise.LockException} and nothing else.
     */
    CompletableFuture<List<LeaseHandle>> result();

    /** Ends it, unless it is over. */
    void leave();
}
