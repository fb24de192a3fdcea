package dev.mortise.internal.lettuce;

import dev.mortise.internal.runtime.Await;
import dev.mortise.internal.runtime.Time;
import dev.mortise.internal.store.StoreException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One of the ways that scripts go into a cluster. Thread-safe. */
final class ClusterConnection {
    /*
     * What Lettuce calls a connection to a cluster has one to each node. One of those may stay open and carry nothing any
     * more, as when a host was cut off for a while. So there is a line for each node. When a line is suspect, its node is
     * tried by a new connection. If the node answers there, the line was at fault, and the whole connection is replaced. If it
     * does not, the node is at fault: the cluster will replace it, and nothing changes for the other nodes.
     */
    private static final Logger log = LoggerFactory.getLogger(ClusterConnection.class);

    private static final long LOOK_EVERY = TimeUnit.SECONDS.toNanos(1);

    private final ClusterClient client;
    private final Time time;
    private final long timeoutNanos;
    private final Set<String> tried = ConcurrentHashMap.newKeySet();
    private final PerNode<Outage> outages;
    private final List<Runnable> reconnectActions = new CopyOnWriteArrayList<>();
    private final ReentrantLock guard = new ReentrantLock();

    /** Written with the guard. */
    private volatile Lines current;

    /** Once true stays true; written with the guard. */
    private volatile boolean closed;

    ClusterConnection(
            ClusterClient client, StatefulRedisClusterConnection<String, String> first, Time time, long timeoutNanos) {
        this.client = client;
        this.time = time;
        this.timeoutNanos = timeoutNanos;
        this.outages = new PerNode<>(client::isMember, left -> {});
        this.current = new Lines(client, first);
    }

    /** The line to the node that has the key, as far as is known. */
    NodeRoute to(String key) {
        Lines lines = current;
        RedisURI node;
        try {
            node = client.masterOf(key);
        } catch (StoreException nobodyKnown) {
            return lines.anywhere;
        }
        return lines.nodes.of(ClusterClient.address(node), added -> line(lines, added, node));
    }

    /** The connection to that node, for what is no script and has no key; opened if need be. */
    CompletionStage<StatefulRedisConnection<String, String>> toNode(RedisURI node) {
        return current.connection.getConnectionAsync(node.getHost(), node.getPort());
    }

    /** Why the node there was not reached when that was tried last; empty when it was, or was not tried. */
    String whyNot(String node) {
        return outageOf(node).reason();
    }

    /** Runs the action each time it is up again after a break. */
    void onReconnect(Runnable action) {
        reconnectActions.add(action);
        current.connection.addListener(new Reconnects(action));
    }

    /** Completes when it is closed. */
    CompletableFuture<Void> close() {
        guard.lock();
        try {
            closed = true;
            return current.connection.closeAsync();
        } finally {
            guard.unlock();
        }
    }

    private NodeRoute line(Lines lines, String name, RedisURI node) {
        Outage outage = outageOf(name);
        ScriptConnection scripts = new ScriptConnection(
                lines.connection.async(),
                // Lettuce opens it again, or another one, when it can: there is nothing to replace.
                () -> true,
                healed -> {
                    if (!closed && current == lines && tried.add(name)) {
                        time.background().execute(() -> look(lines, name, node, healed));
                    }
                },
                outage::reason);
        return NodeRoute.to(node, lines.connection, scripts);
    }

    private Outage outageOf(String node) {
        return outages.of(node, added -> new Outage("the node " + added));
    }

    /** Blocks. */
    private void look(Lines lines, String name, RedisURI node, BooleanSupplier healed) {
        Outage outage = outageOf(name);
        long pause = 0;
        try {
            Await.result(client.open(node)).closeAsync();
            outage.over();
            if (!healed.getAsBoolean()) {
                replace(lines);
            }
        } catch (RuntimeException | Error e) {
            pause = LOOK_EVERY;
            if (!closed) {
                outage.failed(e);
                log.debug("Node {} does not answer", name, e);
            }
        } finally {
            time.schedule(pause, () -> tried.remove(name));
        }
    }

    /** Blocks. */
    private void replace(Lines before) {
        StatefulRedisClusterConnection<String, String> opened = client.commands();
        guard.lock();
        try {
            if (closed || current != before) {
                opened.closeAsync();
                return;
            }
            current = new Lines(client, opened);
        } finally {
            guard.unlock();
        }
        log.debug("A connection did not answer; all of this way are replaced");
        time.schedule(timeoutNanos, before.connection::closeAsync);
        for (Runnable action : reconnectActions) {
            opened.addListener(new Reconnects(action));
            action.run();
        }
    }

    /** A connection to the cluster, and its lines. */
    private static final class Lines {
        private final StatefulRedisClusterConnection<String, String> connection;
        private final PerNode<NodeRoute> nodes;
        private final NodeRoute anywhere;

        private Lines(ClusterClient client, StatefulRedisClusterConnection<String, String> connection) {
            this.connection = connection;
            this.nodes = new PerNode<>(client::isMember, left -> {});
            this.anywhere = NodeRoute.anywhere(connection);
        }
    }
}
