package dev.mortise.internal.lettuce;

import io.lettuce.core.api.StatefulRedisConnection;
import java.util.concurrent.CompletableFuture;

/** What blocks a connection while it runs, and so has one for itself. Thread-safe. */
interface LineCall {
    /**
     * Sends it, unless it is over. Never throws.
     *
     * @return completes when all that was sent was answered: then the connection is as it was before. Fails otherwise
     */
    CompletableFuture<?> on(StatefulRedisConnection<String, String> connection);

    /** Its bound is over. */
    void timeIsUp();

    /** Nothing will be heard of it any more; it may have been executed. */
    void fail(Throwable failure);

    /** What is said of it when its connection has broken. */
    String whenBroken();

    /** Completes when it is over. */
    CompletableFuture<?> result();
}
