package dev.mortise.internal.lease;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Where a lease goes when it ends. Called with no lock held and on any thread; never blocks. */
public interface Home {
    /** Its holder gave it back. Its outcome completes sooner or later. */
    void released(LeaseState lease);

    /** It was lost or dropped. Completes when the server has been told, if it has to be. */
    CompletableFuture<?> ended(LeaseState lease);

    /**
     * Makes its tenure its own, so that it can leave this client or change: nobody else here has a part in it or gets it
     * afterwards.
     *
     * @return its tenure from then on; null when the lease has ended meanwhile
     */
    CompletableFuture<@Nullable Hold> alone(LeaseState lease);

    /** The server says that others wait for the lock. */
    void contended();

    /** Whether nobody else can stand on the tenure of that lease beside it. */
    boolean isAlone(LeaseState lease);
}
