package dev.mortise.internal.lettuce;

import dev.mortise.internal.runtime.Time;
import dev.mortise.internal.store.Failure;
import dev.mortise.internal.store.StoreException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The scripts' way to one node of a Cluster. The driver opens it when it is asked for the first time, and rejects what is sent
 * until it is open: that says nothing about the node. So it is waited for. Thread-safe, never blocks.
 */
final class NodeRoute {
    private final ScriptConnection scripts;
    private final StatefulRedisClusterConnection<String, String> connection;
    private final @Nullable RedisURI node;

    /** Whether the driver has opened it once. Once true stays true: a connection that breaks is opened again unasked. */
    private volatile boolean opened;

    private NodeRoute(
            ScriptConnection scripts,
            StatefulRedisClusterConnection<String, String> connection,
            @Nullable RedisURI node) {
        this.scripts = scripts;
        this.connection = connection;
        this.node = node;
        this.opened = node == null;
    }

    /** To that node. */
    static NodeRoute to(
            RedisURI node, StatefulRedisClusterConnection<String, String> connection, ScriptConnection scripts) {
        return new NodeRoute(scripts, connection, node);
    }

    /** For keys that no node is known to have: the driver finds one, or says that there is none. */
    static NodeRoute anywhere(StatefulRedisClusterConnection<String, String> connection) {
        return new NodeRoute(
                new ScriptConnection(connection.async(), () -> true, healed -> {}, () -> ""), connection, null);
    }

    ScriptConnection scripts() {
        return scripts;
    }

    /** Whether what is sent is not rejected for lack of a first connection. */
    boolean isOpened() {
        return opened;
    }

    /**
     * Has the driver open it. Completes when it is open; fails with a {@link StoreException} when the driver cannot open it, or has
     * not within that time.
     */
    CompletableFuture<Void> open(Time time, long nanos) {
        RedisURI to = node;
        if (to == null) {
            return CompletableFuture.completedFuture(null);
        }
        CompletableFuture<Void> result = new CompletableFuture<>();
        Time.Timer limit = time.schedule(
                nanos,
                () -> result.completeExceptionally(Failures.notConnected(
                        "no connection came up within " + TimeUnit.NANOSECONDS.toMillis(nanos) + " ms")));
        Failure.or(() -> connection.getConnectionAsync(to.getHost(), to.getPort()))
                .whenComplete((open, failure) -> {
                    limit.cancel();
                    if (failure == null) {
                        opened = true;
                        result.complete(null);
                    } else {
                        result.completeExceptionally(Failures.classify(failure));
                    }
                });
        return result;
    }
}
