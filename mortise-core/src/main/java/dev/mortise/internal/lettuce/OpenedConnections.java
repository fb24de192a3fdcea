package dev.mortise.internal.lettuce;

import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.util.concurrent.CompletableFuture;

/** The two connections to one server: for commands and for the inbox. Opened together, replaced together. */
record OpenedConnections(
        StatefulRedisConnection<String, String> commands, StatefulRedisPubSubConnection<String, String> inbox) {
    /** Completes when both are closed. */
    CompletableFuture<Void> close() {
        return CompletableFuture.allOf(commands.closeAsync(), inbox.closeAsync());
    }
}
