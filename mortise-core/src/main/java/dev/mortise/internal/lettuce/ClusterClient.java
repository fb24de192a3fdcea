package dev.mortise.internal.lettuce;

import dev.mortise.internal.runtime.Await;
import dev.mortise.internal.script.ScriptRunner;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.ClusterTopologyRefreshOptions;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.SlotHash;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.cluster.models.partitions.RedisClusterNode;
import io.lettuce.core.cluster.pubsub.StatefulRedisClusterPubSubConnection;
import io.lettuce.core.codec.StringCodec;
import io.netty.util.Timer;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/** A Lettuce client for a cluster: Mortise's own, or a shared one. */
final class ClusterClient {
    private static final Duration ADAPT_AT_MOST_EVERY = Duration.ofMillis(500);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(15);
    private static final long ASK_AT_MOST_EVERY = TimeUnit.MILLISECONDS.toNanos(500);

    private final RedisClusterClient client;
    private final NodeWay nodeWay;
    private final Connector settings;
    private final Timer timer;
    private final Runnable shutdown;
    private final FirstTries first;
    private final AtomicBoolean asking = new AtomicBoolean();

    /** When asking who has which slots ended last. Written by whoever asks, one at a time. */
    private volatile long askedAt;

    private final Openings<StatefulRedisClusterConnection<String, String>> ways;
    private final Openings<StatefulRedisClusterPubSubConnection<String, String>> inboxes;
    private final PerNode<Openings<StatefulRedisConnection<String, String>>> nodes =
            new PerNode<>(this::isMember, Openings::forget);

    /** Once true stays true. */
    private volatile boolean closed;

    /** Our own. */
    ClusterClient(List<RedisURI> seeds, Connector settings) {
        DriverThreads threads = new DriverThreads(settings);
        List<RedisURI> addresses =
                seeds.stream().map(seed -> Lettuce.prepared(seed, settings)).toList();
        this.client = RedisClusterClient.create(threads.resources(), addresses);
        this.settings = settings;
        client.setOptions(options(settings));
        this.timer = threads.timer();
        RedisClient direct = new FuturesClient(threads.resources());
        direct.setOptions(client.getOptions());
        // The nodes tell where they are; how one logs in there, and whether by TLS, only a seed knows.
        this.nodeWay = (host, port) -> direct.connect(
                StringCodec.UTF8,
                RedisURI.builder(addresses.get(0)).withHost(host).withPort(port).build());
        this.shutdown = () -> direct.shutdownAsync(0, 1, TimeUnit.SECONDS)
                .whenComplete((done, failure) -> client.shutdownAsync(0, 1, TimeUnit.SECONDS)
                        .whenComplete((andThen, nothing) -> threads.close()));
        this.askedAt = settings.time().nanos() - ASK_AT_MOST_EVERY;
        this.first = new FirstTries(addresses, settings);
        this.ways = openings(() -> first.open(() -> client.connect(StringCodec.UTF8)));
        this.inboxes = openings(() -> first.open(() -> client.connectPubSub(StringCodec.UTF8)));
    }

    /** Somebody else's. */
    ClusterClient(RedisClusterClient theirs, Connector settings) {
        this.client = theirs;
        this.settings = settings;
        this.nodeWay = this::throughTheirs;
        Limits limits = Limits.beside(theirs.getResources(), settings.timeout());
        this.timer = limits.timer();
        this.shutdown = limits::close;
        Lettuce.adviseOn(theirs.getOptions());
        this.askedAt = settings.time().nanos() - ASK_AT_MOST_EVERY;
        this.first = new FirstTries(List.of(), settings);
        this.ways = openings(() -> client.connect(StringCodec.UTF8));
        this.inboxes = openings(() -> client.connectPubSub(StringCodec.UTF8));
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
            long patience = Lettuce.firstLimit(settings.timeout());
            commands = Await.result(ways.next(patience));
            apart = Await.result(ways.next(patience));
            var inbox = Await.result(inboxes.next(patience));
            return new ClusterRunner(this, commands, apart, inbox, settings.time(), settings.timeout());
        } catch (RuntimeException e) {
            if (apart != null) {
                apart.closeAsync();
            }
            if (commands != null) {
                commands.closeAsync();
            }
            close();
            throw Failures.connecting(e);
        } finally {
            first.over();
        }
    }

    /** A connection for scripts, to all nodes. Blocks until it is up, for as long as opening one may take. */
    StatefulRedisClusterConnection<String, String> commands() {
        return Await.result(ways.next());
    }

    /** A connection for messages, to one of the nodes. Blocks until it is up, for as long as opening one may take. */
    StatefulRedisClusterPubSubConnection<String, String> inbox() {
        return Await.result(inboxes.next());
    }

    /**
     * Asks the nodes who has which slots, unless that was done a moment ago. Never blocks. Each time takes a connection to each
     * node: were they asked again before they have answered, who is slow to connect would never get there.
     */
    void lookAgain() {
        if (settings.time().nanos() - askedAt >= ASK_AT_MOST_EVERY && asking.compareAndSet(false, true)) {
            client.refreshPartitionsAsync().whenComplete((done, failure) -> {
                askedAt = settings.time().nanos();
                asking.set(false);
            });
        }
    }

    /** Asks the nodes now who has which slots; completes when that is known, or cannot be. Never blocks, never fails. */
    CompletableFuture<Void> lookNow() {
        return TimedCommand.of(
                        client::refreshPartitionsAsync,
                        timer(),
                        settings.timeout().toMillis())
                .handle((done, failure) -> null);
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

    /** Whether the cluster has a node there, as far as is known. */
    boolean isMember(String address) {
        return client.getPartitions().stream()
                .anyMatch(node -> address(node.getUri()).equals(address));
    }

    /** Where the masters are that have slots, as far as is known. */
    List<RedisURI> masters() {
        return client.getPartitions().stream()
                .filter(node -> node.is(RedisClusterNode.NodeFlag.UPSTREAM)
                        && !node.getSlots().isEmpty())
                .map(RedisClusterNode::getUri)
                .sorted(Comparator.comparing(ClusterClient::address))
                .toList();
    }

    /** Where that node is, as a key of what belongs to it. */
    static String address(RedisURI node) {
        return node.getHost() + ":" + node.getPort();
    }

    /** A connection to that node alone, within the time that opening one may take. Never blocks. */
    CompletableFuture<StatefulRedisConnection<String, String>> open(RedisURI node) {
        String host = node.getHost();
        int port = node.getPort();
        Openings<StatefulRedisConnection<String, String>> openings =
                nodes.of(address(node), added -> openings(() -> nodeWay.open(host, port)));
        if (closed) {
            openings.close();
        }
        return openings.next();
    }

    Timer timer() {
        return timer;
    }

    void close() {
        closed = true;
        ways.close();
        inboxes.close();
        nodes.all().forEach(Openings::close);
        shutdown.run();
    }

    private <C extends StatefulConnection<?, ?>> Openings<C> openings(Supplier<C> opener) {
        return new Openings<>(
                opener, StatefulConnection::closeAsync, settings.time(), Lettuce.openingLimit(settings.timeout()));
    }

    /**
     * Their addresses, and so their login, are not to be had. What they open has both; it is opened for this node alone, and
     * closed with it, as nobody else may use it.
     */
    private StatefulRedisConnection<String, String> throughTheirs(String host, int port) {
        StatefulRedisClusterConnection<String, String> way = client.connect(StringCodec.UTF8);
        try {
            StatefulRedisConnection<String, String> node = way.getConnection(host, port);
            node.addListener(new Reconnects(() -> {}, way::closeAsync));
            return node;
        } catch (RuntimeException e) {
            way.closeAsync();
            throw e;
        }
    }

    private static ClusterClientOptions options(Connector settings) {
        ClusterClientOptions.Builder options = ClusterClientOptions.builder();
        Lettuce.configure(options, settings);
        // Nodes may join at any time, and then be named by a redirection first.
        return options.validateClusterNodeMembership(false)
                .topologyRefreshOptions(ClusterTopologyRefreshOptions.builder()
                        .adaptiveRefreshTriggersTimeout(ADAPT_AT_MOST_EVERY)
                        .enablePeriodicRefresh(LOOK_EVERY)
                        .build())
                .build();
    }

    /** Opens a connection to one node; blocks. */
    private interface NodeWay {
        StatefulRedisConnection<String, String> open(String host, int port);
    }
}
