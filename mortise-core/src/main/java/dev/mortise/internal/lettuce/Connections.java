package dev.mortise.internal.lettuce;

import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;

/** The two connections to one server: for commands and for the inbox. Opened together, replaced together. */
record Connections(
        StatefulRedisConnection<String, String> commands, StatefulRedisPubSubConnection<String, String> inbox) {
    void close() {
        commands.closeAsync();
        inbox.closeAsync();
    }
}
