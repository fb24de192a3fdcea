package dev.mortise.redis;

import dev.mortise.Durability;
import dev.mortise.LockUnavailableException;
import dev.mortise.QuorumMortise;
import dev.mortise.internal.client.ClientConfig;
import dev.mortise.internal.client.QuorumClient;
import dev.mortise.internal.lettuce.Logins;
import dev.mortise.internal.lettuce.QuorumConnector;
import dev.mortise.internal.quorum.QuorumSettings;
import dev.mortise.internal.quorum.QuorumStore;
import dev.mortise.internal.script.Keys;
import dev.mortise.internal.script.KnownVersions;
import dev.mortise.internal.script.Place;
import dev.mortise.internal.script.QuietMarker;
import dev.mortise.internal.script.Rights;
import dev.mortise.internal.script.ScriptLockStore;
import dev.mortise.internal.script.ScriptRunner;
import dev.mortise.internal.script.ServerFindings;
import dev.mortise.internal.store.Fencing;
import dev.mortise.internal.store.VotingStore;
import dev.mortise.redis.RedisAddress.Kind;
import io.lettuce.core.RedisClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Collects settings of a client of several independent masters; values are checked together by {@link #build()}. Not
 * thread-safe.
 */
public final class QuorumBuilder extends ClientBuilder<QuorumBuilder> {
    private static final int LEAST_NODES = 3;

    /** A round of votes, a second one that outbids, and the way there and back: what the engine calls one answer. */
    private static final int TIMEOUTS_PER_ANSWER = 4;

    private static final int TIMEOUTS_PER_LEASE = 24;
    private static final Duration LEAST_TIMEOUT = Duration.ofMillis(3);

    /** So that clocks may differ by five seconds, also where a node has lost its data: see {@link Fencing#LAG}. */
    private static final Duration LEAST_QUIET = Duration.ofSeconds(10);

    private final Map<String, Function<QuorumConnector, ScriptRunner>> nodes = new LinkedHashMap<>();
    private final List<RedisAddress> addresses = new ArrayList<>();
    private Duration nodeTimeout = Duration.ofMillis(500);
    private Duration retryDelayMin = QuorumSettings.defaults().retryDelayMin();
    private Duration retryDelayMax = QuorumSettings.defaults().retryDelayMax();
    private int maxAttempts;
    private double driftFactor = QuorumSettings.LEAST_DRIFT;
    private @Nullable Duration quietPeriod;

    QuorumBuilder() {}

    @Override
    QuorumBuilder self() {
        return this;
    }

    /**
     * One more node: a server, or the master that its sentinels name.
     *
     * @param uri as for {@link RedisMortise#connect(String)}
     * @throws IllegalArgumentException when the URI is not well-formed, or that node was named before
     */
    public QuorumBuilder node(String uri) {
        RedisAddress address = RedisUris.parse(List.of(Objects.requireNonNull(uri, "uri")));
        if (address.kind() == Kind.CLUSTER) {
            throw new IllegalArgumentException("node: a Cluster is one authority and cannot be a node of a quorum");
        }
        addresses.add(address);
        return add(address.withoutSecrets(), connector -> connector.node(address.first()));
    }

    /** One more node, by a client you have, made with an address; it is shared and never closed here. */
    public QuorumBuilder node(RedisClient client) {
        Objects.requireNonNull(client, "client");
        return add("shared client " + (nodes.size() + 1), connector -> connector.node(client));
    }

    /**
     * How long one answer of one node may take; 500 ms by default, at least 3 ms and at most a 24th of the lease. A
     * node that is slower counts as not there.
     */
    public QuorumBuilder nodeTimeout(Duration nodeTimeout) {
        this.nodeTimeout = Objects.requireNonNull(nodeTimeout, "nodeTimeout");
        return this;
    }

    /**
     * How long a waiter pauses at least, and at most, before it tries again after it and others have kept each other
     * from a majority; 10 and 300 ms by default. Pauses are random and grow from try to try.
     */
    public QuorumBuilder retryDelay(Duration min, Duration max) {
        this.retryDelayMin = Objects.requireNonNull(min, "min");
        this.retryDelayMax = Objects.requireNonNull(max, "max");
        return this;
    }

    /**
     * After this number of tries without a majority an acquire ends as if its time were up; 0, the default, for no
     * bound.
     */
    public QuorumBuilder maxAttempts(int maxAttempts) {
        this.maxAttempts = maxAttempts;
        return this;
    }

    /**
     * By which fraction of a lease the clocks of this client and of a node may differ while it lasts: 0.01, the
     * default, to 0.5. A node keeps a lease longer than this client relies on it, by what is above the default.
     */
    public QuorumBuilder driftFactor(double driftFactor) {
        this.driftFactor = driftFactor;
        return this;
    }

    /**
     * For how long a node that was restarted, failed over, or lost its data gives no votes. At least the longest lease
     * in use, and 10 s; by default it is the lease, but at least 10 s. Give all clients of one quorum and prefix the
     * same; the longest that one of them has told counts for all. Fencing tokens keep their order over such a loss as
     * long as clocks differ by less than this period, less 5 s.
     */
    public QuorumBuilder quietPeriod(Duration quietPeriod) {
        this.quietPeriod = Objects.requireNonNull(quietPeriod, "quietPeriod");
        return this;
    }

    /**
     * Connects. Blocks until a majority is connected and has answered, and the others were tried; those are connected when they
     * are there. Nodes that are too slow at first are asked again, for as long as a client may take to connect: ten node
     * time-outs, at least 20 s.
     *
     * @throws IllegalArgumentException when settings are wrong or contradict each other
     * @throws LockUnavailableException when no majority can be reached; says of each node why
     */
    public QuorumMortise build() {
        if (nodes.size() < LEAST_NODES) {
            throw new IllegalArgumentException(
                    "a quorum needs " + LEAST_NODES + " nodes at least, had " + nodes.size());
        }
        if (tls().isPresent() && addresses.isEmpty()) {
            throw new IllegalArgumentException("client and tls exclude each other: the clients have their own");
        }
        if (sharesResources() && addresses.isEmpty()) {
            throw new IllegalArgumentException(
                    "client and clientResources exclude each other: the clients have their own");
        }
        Logins logins = logins();
        if (!logins.equals(Logins.NONE) && addresses.isEmpty()) {
            throw new IllegalArgumentException("client and credentials exclude each other: the clients have their own");
        }
        addresses.forEach(address -> address.checkBeside(logins));
        if (logins.sentinels().isPresent() && addresses.stream().noneMatch(node -> node.kind() == Kind.SENTINEL)) {
            throw new IllegalArgumentException("sentinelCredentials: no URI leads to a sentinel");
        }
        if (nodeTimeout.compareTo(LEAST_TIMEOUT) < 0
                || nodeTimeout.compareTo(lease().dividedBy(TIMEOUTS_PER_LEASE)) > 0) {
            throw new IllegalArgumentException("nodeTimeout must be from " + LEAST_TIMEOUT + " to a 24th of the lease ("
                    + lease().dividedBy(TIMEOUTS_PER_LEASE) + "), was " + nodeTimeout);
        }
        Keys keys = keys();
        Duration quiet = quietPeriod();
        // How long a request without an answer may still be on its way: as the engine has it.
        Duration answer = nodeTimeout.multipliedBy(TIMEOUTS_PER_ANSWER);
        QuorumSettings settings = new QuorumSettings(
                retryDelayMin,
                retryDelayMax,
                maxAttempts,
                driftFactor,
                answer.multipliedBy(5),
                QuorumConnector.openingTime(nodeTimeout));
        ClientConfig config = config(answer, quiet, 0, Duration.ZERO, Durability.none());
        Opening opening = opening(nodeTimeout);
        QuorumConnector connector = opening.connector().quorum();
        Map<String, VotingStore> stores = new LinkedHashMap<>();
        NodeChecks checks = new NodeChecks(
                opening.time(), opening.time().nanos() + settings.opening().toNanos());
        nodes.forEach((name, node) -> {
            QuietMarker marker = QuietMarker.of(keys, settings.onNode(quiet));
            ScriptRunner runner = node.apply(connector);
            KnownVersions versions = new KnownVersions();
            stores.put(name, new ScriptLockStore(runner, keys, marker, versions));
            new ServerFindings(keys, false, lease(), quiet, versions).report(runner, name);
            checks.add(name, runner, new Place(keys, marker), new Rights(keys, marker, ""));
        });
        QuorumStore store = new QuorumStore(stores, opening.time(), settings);
        try {
            connector.awaitFirst();
            checks.run();
        } catch (RuntimeException | Error e) {
            store.close();
            opening.time().close();
            throw e;
        }
        return QuorumClient.open(store, opening.time(), config, listeners());
    }

    private Duration quietPeriod() {
        if (quietPeriod == null) {
            return lease().compareTo(LEAST_QUIET) < 0 ? LEAST_QUIET : lease();
        }
        if (quietPeriod.compareTo(LEAST_QUIET) < 0) {
            throw new IllegalArgumentException("quietPeriod must be at least " + LEAST_QUIET + ", was " + quietPeriod);
        }
        return quietPeriod;
    }

    private QuorumBuilder add(String name, Function<QuorumConnector, ScriptRunner> node) {
        if (nodes.putIfAbsent(name, node) != null) {
            throw new IllegalArgumentException("node: " + name + " was named before, and would vote twice");
        }
        return this;
    }
}
