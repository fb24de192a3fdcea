package dev.mortise.redis;

import dev.mortise.ClientStatus.Deployment;
import dev.mortise.internal.lettuce.Connector;
import dev.mortise.internal.lettuce.Logins;
import dev.mortise.internal.script.ScriptRunner;
import dev.mortise.redis.RedisAddress.Kind;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCredentialsProvider;
import io.lettuce.core.cluster.RedisClusterClient;
import java.time.Duration;

/** What a client talks to: an address, or a Lettuce client that somebody has. */
sealed interface Target {
    /** Blocks until connected. */
    ScriptRunner open(Connector connector);

    /** For messages; no secrets. */
    String describe();

    /** Which user logs in, for messages; empty when that is not known. */
    default String user() {
        return "";
    }

    /** How long it is quiet after it may have lost writes, unless that is set. */
    default Duration usualQuietPeriod(Duration lease) {
        return Duration.ZERO;
    }

    /** What it leads to, as far as that is known before it is reached. */
    default Deployment deployment() {
        return Deployment.STANDALONE;
    }

    /** Whether it is known that a replica may take its place. */
    default boolean failsOver() {
        return false;
    }

    /** Whether it has a place for a quiet marker. */
    default boolean keepsQuiet() {
        return true;
    }

    /** Whether its connections are made here, with the trust and keys given here. */
    default boolean isMadeHere() {
        return false;
    }

    /**
     * Checks that each login is known from one place, and there is somebody to log in to.
     *
     * @throws IllegalArgumentException when it is not so
     */
    default void checkBeside(Logins logins) {
        if (!logins.equals(Logins.NONE)) {
            throw new IllegalArgumentException("client and credentials exclude each other: the client has its own");
        }
    }

    /** By URI. */
    record Address(RedisAddress address) implements Target {
        @Override
        public ScriptRunner open(Connector connector) {
            return address.kind() == Kind.CLUSTER
                    ? connector.cluster(address.uris())
                    : connector.server(address.first());
        }

        @Override
        public String describe() {
            return "Redis at " + address.withoutSecrets();
        }

        @Override
        public String user() {
            RedisCredentialsProvider login = address.first().getCredentialsProvider();
            String name = login instanceof RedisCredentialsProvider.ImmediateRedisCredentialsProvider known
                    ? known.resolveCredentialsNow().getUsername()
                    : "";
            return name == null || name.isEmpty() ? "default" : name;
        }

        @Override
        public void checkBeside(Logins logins) {
            address.checkBeside(logins);
            if (logins.sentinels().isPresent() && address.kind() != Kind.SENTINEL) {
                throw new IllegalArgumentException("sentinelCredentials: the URI leads to no sentinel");
            }
        }

        @Override
        public Duration usualQuietPeriod(Duration lease) {
            return failsOver() ? lease : Duration.ZERO;
        }

        @Override
        public Deployment deployment() {
            return switch (address.kind()) {
                case SENTINEL -> Deployment.SENTINEL;
                case CLUSTER -> Deployment.CLUSTER;
                default -> Deployment.STANDALONE;
            };
        }

        @Override
        public boolean failsOver() {
            return address.kind() == Kind.SENTINEL;
        }

        @Override
        public boolean keepsQuiet() {
            return address.kind() != Kind.CLUSTER;
        }

        @Override
        public boolean isMadeHere() {
            return true;
        }
    }

    /** By somebody's client. */
    record SharedClient(RedisClient client) implements Target {
        @Override
        public ScriptRunner open(Connector connector) {
            return connector.server(client);
        }

        @Override
        public String describe() {
            return "the server of the shared client";
        }
    }

    /** By somebody's client of a Cluster. */
    record SharedClusterClient(RedisClusterClient client) implements Target {
        @Override
        public ScriptRunner open(Connector connector) {
            return connector.cluster(client);
        }

        @Override
        public String describe() {
            return "the Cluster of the shared client";
        }

        @Override
        public Deployment deployment() {
            return Deployment.CLUSTER;
        }

        @Override
        public boolean keepsQuiet() {
            return false;
        }
    }
}
