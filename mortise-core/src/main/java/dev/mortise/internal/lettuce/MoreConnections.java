package dev.mortise.internal.lettuce;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.StringCodec;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** Opens further connections to where a client has its first. */
final class MoreConnections {
    private MoreConnections() {}

    /** @param uri empty for the client's own address, which it tells nobody */
    static Supplier<CompletionStage<StatefulRedisConnection<String, String>>> of(
            RedisClient client, Optional<RedisURI> uri) {
        return () -> uri.<CompletionStage<StatefulRedisConnection<String, String>>>map(
                        there -> client.connectAsync(StringCodec.UTF8, there))
                .orElseGet(() -> apart(client));
    }

    /** There is no way to that address that does not block; it must not block a thread that carries replies. */
    private static CompletionStage<StatefulRedisConnection<String, String>> apart(RedisClient client) {
        CompletableFuture<StatefulRedisConnection<String, String>> opened = new CompletableFuture<>();
        client.getResources().eventExecutorGroup().execute(() -> {
            try {
                opened.complete(client.connect(StringCodec.UTF8));
            } catch (RuntimeException e) {
                opened.completeExceptionally(e);
            }
        });
        return opened;
    }
}
