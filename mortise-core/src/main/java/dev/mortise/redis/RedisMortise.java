package dev.mortise.redis;

import dev.mortise.Durability;
import dev.mortise.LockListener;
import dev.mortise.LockUnavailableException;
import dev.mortise.Mortise;
import dev.mortise.internal.client.ClientConfig;
import dev.mortise.internal.client.LockClient;
import dev.mortise.internal.lettuce.StandaloneConnector;
import dev.mortise.internal.script.Keys;
import dev.mortise.internal.script.QuietMarker;
import dev.mortise.internal.script.ScriptLockStore;
import dev.mortise.internal.script.ScriptRunner;
import dev.mortise.internal.store.StoreException;
import dev.mortise.internal.time.SystemTime;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SslOptions;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Makes clients for a standalone Redis or Valkey server, version 7.0 or later. */
public final class RedisMortise {
    private static final String LOCAL = "redis://127.0.0.1:6379/0";

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
     * @param uri {@code redis://[[user]:password@]host[:port][/database]}, or the same with {@code rediss} for TLS
     * @throws IllegalArgumentException when the URI is not well-formed; the message names the part and never a password
     * @throws LockUnavailableException when the server cannot be reached
     */
    public static Mortise connect(String uri) {
        return builder().uri(uri).build();
    }

    /** For everything else. */
    public static Builder builder() {
        return new Builder();
    }

    /** Collects settings; values are checked together by {@link #build()}. Not thread-safe. */
    public static final class Builder {
        private String uri = LOCAL;
        private boolean uriGiven;
        private @Nullable RedisClient client;
        private String keyPrefix = "mortise";
        private String clientName = "";
        private Duration lease = Duration.ofSeconds(30);
        private Duration commandTimeout = Duration.ofSeconds(2);
        private int maxWaiters = 10_000;
        private Duration quietPeriod = Duration.ZERO;
        private int mostPasses = ClientConfig.MOST_PASSES;
        private Duration longestPassing = ClientConfig.LONGEST_PASSING;
        private Durability durability = Durability.none();
        private @Nullable SslOptions tls;
        private @Nullable LockListener listener;

        private Builder() {}

        /** Where the server is; see {@link RedisMortise#connect(String)}. */
        public Builder uri(String uri) {
            this.uri = Objects.requireNonNull(uri, "uri");
            this.uriGiven = true;
            return this;
        }

        /** Uses a client you have, made with an address; it is shared and never closed here. Not together with a URI. */
        public Builder client(RedisClient client) {
            this.client = Objects.requireNonNull(client, "client");
            return this;
        }

        /** What every key begins with; {@code mortise} by default. Clients with different prefixes do not meet. */
        public Builder keyPrefix(String keyPrefix) {
            this.keyPrefix = Objects.requireNonNull(keyPrefix, "keyPrefix");
            return this;
        }

        /** Shown to whoever asks who holds a lock; up to 64 letters, digits and _ . : / - @. */
        public Builder clientName(String clientName) {
            this.clientName = Objects.requireNonNull(clientName, "clientName");
            return this;
        }

        /** The lease of whoever names none; 30 s by default. */
        public Builder lease(Duration lease) {
            this.lease = Objects.requireNonNull(lease, "lease");
            return this;
        }

        /** How long one answer of the server may take; 2 s by default, and at most a sixth of the lease. */
        public Builder commandTimeout(Duration commandTimeout) {
            this.commandTimeout = Objects.requireNonNull(commandTimeout, "commandTimeout");
            return this;
        }

        /** How many may wait for one lock before it answers QueueFullException; 10,000 by default. */
        public Builder maxWaiters(int maxWaiters) {
            this.maxWaiters = maxWaiters;
            return this;
        }

        /**
         * After a restart, or when its data is gone, the server grants nothing new for so long, which must be at least the
         * longest lease in use; holders keep what they have. Zero, the default, means none. All clients of one server and
         * prefix must agree.
         */
        public Builder quietPeriod(Duration quietPeriod) {
            this.quietPeriod = Objects.requireNonNull(quietPeriod, "quietPeriod");
            return this;
        }

        /**
         * How long a lock may stay in this JVM while other clients wait for it: its threads pass it on among themselves, at
         * no request, at most so often and so long (64 passes and 10 ms by default, whichever is first); then it is the
         * others' turn. While nobody else waits there is no limit. More of it is faster under contention, less is fairer
         * towards other JVMs. With 0 passes every acquire asks the server for itself, also of readers, and all waiters of
         * all JVMs are served in one order.
         *
         * @param mostPasses 0 to 1,000,000
         * @param longest zero to a minute
         */
        public Builder passing(int mostPasses, Duration longest) {
            this.mostPasses = mostPasses;
            this.longestPassing = Objects.requireNonNull(longest, "longest");
            return this;
        }

        /** Trust and keys for {@code rediss}; without it, those of the Java runtime. */
        public Builder tls(SslOptions tls) {
            this.tls = Objects.requireNonNull(tls, "tls");
            return this;
        }

        /** Hears what happens to locks of this client. */
        public Builder listener(LockListener listener) {
            this.listener = Objects.requireNonNull(listener, "listener");
            return this;
        }

        /**
         * How far a grant must have been copied before the caller gets it, for whoever names nothing else by
         * {@link dev.mortise.AcquireOptions#durability}; {@link Durability#none()} by default. With anything else each grant
         * costs one request more, on a connection of its own (up to 8, opened when needed), and locks are not passed on
         * inside this client.
         */
        public Builder durability(Durability durability) {
            this.durability = Objects.requireNonNull(durability, "durability");
            return this;
        }

        /** Deadlocks are not looked for. This version never does. */
        public Builder noDeadlockDetection() {
            return this;
        }

        /**
         * Connects. Blocks until both connections are up.
         *
         * @throws IllegalArgumentException when settings are wrong or contradict each other
         * @throws LockUnavailableException when the server cannot be reached
         */
        public Mortise build() {
            RedisURI address = RedisUris.parse(uri);
            Keys keys = new Keys(keyPrefix);
            checkSources();
            ClientConfig config = new ClientConfig(
                    clientName, lease, commandTimeout, maxWaiters, quietPeriod, mostPasses, longestPassing, durability);
            ScriptRunner runner;
            try {
                runner = client != null
                        ? StandaloneConnector.connect(client, commandTimeout)
                        : StandaloneConnector.connect(address, commandTimeout, Optional.ofNullable(tls), clientName);
            } catch (StoreException e) {
                String where = client != null ? "the server of the shared client" : RedisUris.withoutSecrets(address);
                throw new LockUnavailableException("", "Redis at " + where + " cannot be used: " + e.getMessage(), e);
            }
            QuietMarker quiet = quietPeriod.isZero() ? QuietMarker.none() : QuietMarker.of(keys, quietPeriod);
            return LockClient.open(
                    new ScriptLockStore(runner, keys, quiet),
                    new SystemTime(clientName.isEmpty() ? "client" : clientName),
                    config,
                    listener);
        }

        private void checkSources() {
            if (client != null && uriGiven) {
                throw new IllegalArgumentException("client and uri exclude each other");
            }
            if (client != null && tls != null) {
                throw new IllegalArgumentException("client and tls exclude each other: the client has its own");
            }
        }
    }
}
