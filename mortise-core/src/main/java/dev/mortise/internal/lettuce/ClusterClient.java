package dev.mortise.internal.lettuce;

import dev.mortise.internal.script.ScriptRunner;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SslOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.ClusterTopologyRefreshOptions;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.SlotHash;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.cluster.models.partitions.RedisClusterNode;
import io.lettuce.core.cluster.pubsub.StatefulRedisClusterPubSubConnection;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.resource.ClientResources;
import io.netty.util.Timer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** A Lettuce client for a cluster: our own, or somebody else's. */
final class ClusterClient {
    private static final Duration ADAPT_AT_MOST_EVERY = Duration.ofMillis(500);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(15);
    private static final long ASK_AT_MOST_EVERY = TimeUnit.MILLISECONDS.toNanos(500);

    private final RedisClusterClient client;
    private final RedisClient direct;
    private final Connector settings;
    private final Runnable shutdown;
    private final AtomicLong askedAt;

    /** Our own. */
    ClusterClient(List<RedisURI> seeds, Connector settings) {
        ClientResources resources = Lettuce.resources();
        List<RedisURI> addresses = seeds.stream()
                .map(seed -> Lettuce.prepared(seed, settings.timeout(), settings.clientName()))
                .toList();
        this.client = RedisClusterClient.create(resources, addresses);
        this.settings = settings;
        this.shutdown = () -> client.shutdownAsync(0, 1, TimeUnit.SECONDS)
                .whenComplete((done, failure) -> resources.shutdown(0, 1, TimeUnit.SECONDS));
        this.askedAt = new AtomicLong(settings.time().nanos() - ASK_AT_MOST_EVERY);
        client.setOptions(options(settings.timeout(), settings.ssl()));
        this.direct = RedisClient.create(resources);
        direct.setOptions(client.getOptions());
    }

    /** Somebody else's. */
    ClusterClient(RedisClusterClient theirs, Connector settings) {
        this.client = theirs;
        this.settings = settings;
        this.shutdown = () -> {};
        this.direct = RedisClient.create(theirs.getResources());
        direct.setOptions(theirs.getOptions());
        Lettuce.adviseOn(theirs.getOptions());
        this.askedAt = new AtomicLong(settings.time().nanos() - ASK_AT_MOST_EVERY);
    }

    /**
     * Blocks until connected.
     *
     * @throws dev.mortise.internal.store.StoreException when no node can be reached, or they refuse
     */
    ScriptRunner connect() {
        StatefulRedisClusterConnection<String, String> commands = null;
        StatefulRedisClusterConnection<String, String> apart = null;
        try {
            commands = commands();
            apart = commands();
            return new ClusterRunner(this, commands, apart, inbox(), settings.time(), settings.timeout());
        } catch (RuntimeException e) {
            if (apart != null) {
                apart.closeAsync();
            }
            if (commands != null) {
                commands.closeAsync();
            }
            close();
            throw Failures.connecting(e);
        }
    }

    /** A connection for scripts, to all nodes. Blocks until it is up. */
    StatefulRedisClusterConnection<String, String> commands() {
        return client.connect(StringCodec.UTF8);
    }

    /** A connection for messages, to one of the nodes. Blocks until it is up. */
    StatefulRedisClusterPubSubConnection<String, String> inbox() {
        return client.connectPubSub(StringCodec.UTF8);
    }

    /** Asks the nodes who has which slots, unless that was done a moment ago. Never blocks. */
    void lookAgain() {
        long now = settings.time().nanos();
        long before = askedAt.get();
        if (now - before >= ASK_AT_MOST_EVERY && askedAt.compareAndSet(before, now)) {
            client.refreshPartitionsAsync();
        }
    }

    /**
     * Where the node is that has the key, as far as is known.
     *
     * @throws dev.mortise.internal.store.StoreException when that is not known
     */
    RedisURI masterOf(String key) {
        RedisClusterNode node = client.getPartitions().getPartitionBySlot(SlotHash.getSlot(key));
        if (node == null) {
            throw Failures.notConnected("nobody is known to have this slot");
        }
        return node.getUri();
    }

    /** A connection to that node alone. Blocks until it is up. */
    StatefulRedisConnection<String, String> open(RedisURI node) {
        return direct.connect(StringCodec.UTF8, node);
    }

    Timer timer() {
        return client.getResources().timer();
    }

    void close() {
        direct.shutdownAsync(0, 1, TimeUnit.SECONDS).whenComplete((done, failure) -> shutdown.run());
    }

    private static ClusterClientOptions options(Duration timeout, Optional<SslOptions> ssl) {
        ClusterClientOptions.Builder options = ClusterClientOptions.builder();
        Lettuce.configure(options, timeout, ssl);
        // Nodes may join at any time, and then be named by a redirection first.
        return options.validateClusterNodeMembership(false)
                .topologyRefreshOptions(ClusterTopologyRefreshOptions.builder()
                        .adaptiveRefreshTriggersTimeout(ADAPT_AT_MOST_EVERY)
                        .enablePeriodicRefresh(LOOK_EVERY)
                        .build())
                .build();
    }
}
