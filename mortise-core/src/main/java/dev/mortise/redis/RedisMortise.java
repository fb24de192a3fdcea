package dev.mortise.redis;

import dev.mortise.Durability;
import dev.mortise.LockUnavailableException;
import dev.mortise.Mortise;
import dev.mortise.QuorumMortise;
import dev.mortise.internal.client.ClientConfig;
import dev.mortise.internal.client.LockClient;
import dev.mortise.internal.script.Keys;
import dev.mortise.internal.script.KnownVersions;
import dev.mortise.internal.script.Place;
import dev.mortise.internal.script.QuietMarker;
import dev.mortise.internal.script.Rights;
import dev.mortise.internal.script.ScriptLockStore;
import dev.mortise.internal.script.ScriptRunner;
import dev.mortise.internal.script.ServerFindings;
import dev.mortise.interop.InteropLocks;
import dev.mortise.interop.LockLayout;
import io.lettuce.core.RedisClient;
import io.lettuce.core.cluster.RedisClusterClient;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Makes clients for Redis and Valkey, version 7.0 or later: one server, Sentinel, Cluster, or a quorum of masters. */
public final class RedisMortise {
    static final String LOCAL = "redis://127.0.0.1:6379/0";

    private RedisMortise() {}

    /**
     * A client of redis://127.0.0.1:6379/0 with default settings. Blocks until connected.
     *
     * @throws LockUnavailableException when the server cannot be reached
     */
    public static Mortise connect() {
        return connect(LOCAL);
    }

    /**
     * A client with default settings. Blocks until connected.
     *
     * @param uri one of
     *     <ul>
     *       <li>{@code redis://[[user]:password@]host[:port][/database]}, or {@code rediss} for TLS
     *       <li>{@code redis-sentinel://[[user]:password@]host[:port],host[:port]…[/database]#master}, or
     *           {@code rediss-sentinel}
     *       <li>{@code redis-socket://[[user]:password@]/path[?database=n]}
     *     </ul>
     * @throws IllegalArgumentException when the URI is not well-formed; the message names the part and never a password
     * @throws LockUnavailableException when the server cannot be reached, or lacks a right that is needed
     */
    public static Mortise connect(String uri) {
        return builder().uri(uri).build();
    }

    /** For everything else that has one authority. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * A client of independent masters, with default settings: a lock is held when a majority of them has it. Blocks
     * until a majority is connected.
     *
     * @param uris of three nodes or more, best an odd number; each as for {@link #connect(String)}
     * @throws IllegalArgumentException when a URI is not well-formed, or there are too few of them
     * @throws LockUnavailableException when no majority can be reached
     */
    public static QuorumMortise quorum(String... uris) {
        QuorumBuilder builder = quorumBuilder();
        for (String uri : uris) {
            builder.node(uri);
        }
        return builder.build();
    }

    /** For everything else that has a quorum. */
    public static QuorumBuilder quorumBuilder() {
        return new QuorumBuilder();
    }

    /**
     * A client of locks as programs of another library keep them, with default settings: it excludes them, and they exclude it.
     * Blocks until connected.
     *
     * @param uri as for {@link #connect(String)}
     * @param layout how that library keeps its locks, such as {@code LockLayout.pythonRedisLock()}
     * @throws IllegalArgumentException when the URI is not well-formed
     * @throws LockUnavailableException when the server cannot be reached
     */
    public static InteropLocks interop(String uri, LockLayout layout) {
        return interop(layout).uri(uri).build();
    }

    /** For everything else that has locks of another library. */
    public static InteropBuilder interop(LockLayout layout) {
        return new InteropBuilder(layout);
    }

    /** Collects settings; values are checked together by {@link #build()}. Not thread-safe. */
    public static final class Builder extends ClientBuilder<Builder> {
        private List<String> uris = List.of();
        private boolean isCluster;
        private @Nullable RedisClient client;
        private @Nullable RedisClusterClient clusterClient;
        private Duration commandTimeout = Duration.ofSeconds(2);
        private @Nullable Duration quietPeriod;
        private int mostHandOffs = ClientConfig.MOST_HAND_OFFS;
        private Duration longestHandOffs = ClientConfig.LONGEST_HAND_OFFS;
        private Durability durability = Durability.none();
        private boolean isLate;

        private Builder() {}

        @Override
        Builder self() {
            return this;
        }

        /** Where the server is, or its sentinels are; see {@link RedisMortise#connect(String)}. */
        public Builder uri(String uri) {
            this.uris = List.of(Objects.requireNonNull(uri, "uri"));
            this.isCluster = false;
            return this;
        }

        /**
         * Some nodes of a Cluster, of which one at least can be reached; they tell the others.
         *
         * @param seeds {@code redis://[[user]:password@]host[:port]}, or the same with {@code rediss}
         */
        public Builder cluster(String... seeds) {
            this.uris = List.of(seeds);
            this.isCluster = true;
            return this;
        }

        /**
         * Uses a client you have, made with an address; it is shared and never closed here. Not together with a URI.
         */
        public Builder client(RedisClient client) {
            this.client = Objects.requireNonNull(client, "client");
            return this;
        }

        /** Uses a client of a Cluster that you have; it is shared and never closed here. Not together with a URI. */
        public Builder client(RedisClusterClient client) {
            this.clusterClient = Objects.requireNonNull(client, "client");
            return this;
        }

        /** How long one answer of the server may take; 2 s by default, and at most a sixth of the lease. */
        public Builder commandTimeout(Duration commandTimeout) {
            this.commandTimeout = Objects.requireNonNull(commandTimeout, "commandTimeout");
            return this;
        }

        /**
         * For how long the server grants nothing new after a restart, a fail-over, or a loss of its data; holders keep
         * their leases. At least the longest lease in use, plus the time for which a former master that is cut off may
         * still grant. By default it is the lease with Sentinel, and zero, which means none, elsewhere. Give all
         * clients of one server and prefix the same; the longest that one of them has told counts for all. A Cluster
         * keeps none.
         */
        public Builder quietPeriod(Duration quietPeriod) {
            this.quietPeriod = Objects.requireNonNull(quietPeriod, "quietPeriod");
            return this;
        }

        /**
         * How long a lock may stay in this JVM while other clients wait for it. Threads of this client hand it on among
         * themselves without a request: at most 64 hand-offs or 10 ms by default, whichever comes first; then it is the
         * others' turn. While no other client waits there is no limit. More is faster under contention, less is fairer
         * towards other JVMs. With 0 hand-offs every acquire asks the server itself, readers included, and all waiters
         * of all JVMs are served in one order.
         *
         * @param mostHandOffs the most hand-offs, 0 to 1,000,000
         * @param longest the longest time, zero to a minute
         */
        public Builder localHandOff(int mostHandOffs, Duration longest) {
            this.mostHandOffs = mostHandOffs;
            this.longestHandOffs = Objects.requireNonNull(longest, "longest");
            return this;
        }

        /**
         * How far a grant must have been copied before the caller gets it, for acquires whose options name none (see
         * {@link dev.mortise.AcquireOptions#durability}); {@link Durability#none()} by default. Any other value costs
         * one more request for each grant, on a separate connection (up to 8, opened when needed), and locks are not
         * handed on inside this client.
         */
        public Builder durability(Durability durability) {
            this.durability = Objects.requireNonNull(durability, "durability");
            return this;
        }

        /**
         * {@link #build()} returns at once, and connects in the background. Calls wait for that, for a command time-out at
         * most. While the server cannot be reached, or refuses, that is tried again; calls that need it fail with
         * {@link LockUnavailableException}, which says why, and so does the log. For programs that may start before it.
         */
        public Builder connectLazily() {
            this.isLate = true;
            return this;
        }

        /**
         * Connects. Blocks until all connections are up, unless {@link #connectLazily()} was called.
         *
         * @throws IllegalArgumentException when settings are wrong or contradict each other
         * @throws LockUnavailableException when the server cannot be reached, or lacks a right that is needed
         */
        public Mortise build() {
            Target target = target();
            if (tls().isPresent() && !target.isMadeHere()) {
                throw new IllegalArgumentException("client and tls exclude each other: the client has its own");
            }
            if (sharesResources() && !target.isMadeHere()) {
                throw new IllegalArgumentException(
                        "client and clientResources exclude each other: the client has its own");
            }
            target.checkBeside(logins());
            Duration quiet = quietPeriod == null ? target.usualQuietPeriod(lease()) : quietPeriod;
            if (!quiet.isZero() && !target.keepsQuiet()) {
                throw new IllegalArgumentException("quietPeriod must be zero with a Cluster, was " + quiet);
            }
            Keys keys = keys();
            ClientConfig config = config(commandTimeout, quiet, mostHandOffs, longestHandOffs, durability);
            Opening opening = opening(commandTimeout);
            QuietMarker marker = quiet.isZero() ? QuietMarker.none() : QuietMarker.of(keys, quiet);
            KnownVersions versions = new KnownVersions();
            Place place = new Place(keys, marker);
            Rights rights = new Rights(keys, marker, logins().servers().isEmpty() ? target.user() : "");
            ServerFindings findings =
                    new ServerFindings(keys, target.failsOver() || !quiet.isZero(), lease(), quiet, versions);
            Function<ScriptRunner, ScriptLockStore> store =
                    runner -> new ScriptLockStore(runner, keys, marker, versions);
            if (isLate) {
                return opening.runLate(
                        target,
                        place,
                        rights,
                        findings,
                        runner -> LockClient.openLate(store.apply(runner), opening.time(), config, listeners()));
            }
            return opening.run(
                    target,
                    place,
                    rights,
                    findings,
                    runner -> LockClient.open(store.apply(runner), opening.time(), config, listeners()));
        }

        private Target target() {
            int sources = (client == null ? 0 : 1) + (clusterClient == null ? 0 : 1) + (uris.isEmpty() ? 0 : 1);
            if (sources > 1) {
                throw new IllegalArgumentException("uri, cluster and client exclude each other");
            }
            if (client != null) {
                return new Target.SharedClient(client);
            }
            if (clusterClient != null) {
                return new Target.SharedClusterClient(clusterClient);
            }
            if (isCluster) {
                return new Target.Address(RedisUris.parseCluster(uris));
            }
            return new Target.Address(RedisUris.parse(uris.isEmpty() ? List.of(LOCAL) : uris));
        }
    }
}
