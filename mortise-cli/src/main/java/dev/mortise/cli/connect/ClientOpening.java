package dev.mortise.cli.connect;

import dev.mortise.LockProvider;
import dev.mortise.LockUnavailableException;
import dev.mortise.cli.exit.ExitCode;
import dev.mortise.cli.exit.ExitException;
import dev.mortise.redis.ClientBuilder;
import dev.mortise.redis.QuorumBuilder;
import dev.mortise.redis.RedisMortise;
import io.lettuce.core.SslOptions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Opens one client, in one try.
 *
 * @param timeout for one answer; null: what is usual
 * @param quietPeriod null: what is usual
 */
record ClientOpening(
        ServerUris servers,
        String prefix,
        ClientUse use,
        @Nullable Duration timeout,
        @Nullable Duration quietPeriod,
        Optional<SslOptions> tls) {
    private static final Duration USUAL = Duration.ofSeconds(2);
    private static final Duration USUAL_OF_NODE = Duration.ofMillis(500);
    private static final Duration LEAST_LEASE = Duration.ofSeconds(1);
    private static final int ANSWERS_IN_A_LEASE = 6;
    private static final int NODE_ANSWERS_IN_A_LEASE = 24;

    /** The words of the builder and those of the command line. */
    private static final Map<String, String> OPTIONS = Map.of(
            "keyPrefix", "--prefix",
            "commandTimeout", "--command-timeout",
            "nodeTimeout", "--command-timeout",
            "quietPeriod", "--quiet-period",
            "lease", "--lease");

    /**
     * Blocks until connected.
     *
     * @throws ExitException when settings are wrong or contradict each other
     * @throws LockUnavailableException when the servers cannot be reached, or refuse
     */
    LockProvider open() {
        try {
            return switch (servers.form()) {
                case SINGLE -> single();
                case SEEDS -> seeds();
                case CLUSTER -> cluster();
                case QUORUM -> quorum();
            };
        } catch (IllegalArgumentException e) {
            throw new ExitException(ExitCode.USAGE, inOptions(String.valueOf(e.getMessage())));
        }
    }

    private LockProvider single() {
        try {
            return one().uri(servers.uris().get(0)).build();
        } catch (LockUnavailableException e) {
            if (!namesCluster(e)) {
                throw e;
            }
        }
        return cluster();
    }

    /** A node of a Cluster refuses to be the only server, and says how it wants to be reached. */
    private static boolean namesCluster(LockUnavailableException refusal) {
        return String.valueOf(refusal.getMessage()).contains("builder().cluster(");
    }

    private LockProvider seeds() {
        try {
            return cluster();
        } catch (LockUnavailableException e) {
            throw new LockUnavailableException(
                    e.lockName(),
                    e.getMessage() + " (several URIs are nodes of a Cluster; of independent servers, say --quorum)",
                    e);
        }
    }

    private LockProvider cluster() {
        return one().cluster(servers.uris().toArray(String[]::new)).build();
    }

    private LockProvider quorum() {
        Duration limit = limit(USUAL_OF_NODE, NODE_ANSWERS_IN_A_LEASE);
        QuorumBuilder builder = common(RedisMortise.quorumBuilder(), limit.multipliedBy(NODE_ANSWERS_IN_A_LEASE));
        builder.nodeTimeout(limit);
        if (quietPeriod != null) {
            builder.quietPeriod(quietPeriod);
        }
        List<String> uris = servers.uris();
        for (int i = 0; i < uris.size(); i++) {
            try {
                builder.node(uris.get(i));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("URI " + (i + 1) + " of " + uris.size() + ", " + e.getMessage(), e);
            }
        }
        return builder.build();
    }

    private RedisMortise.Builder one() {
        Duration limit = limit(USUAL, ANSWERS_IN_A_LEASE);
        RedisMortise.Builder builder = common(RedisMortise.builder(), limit.multipliedBy(ANSWERS_IN_A_LEASE));
        builder.commandTimeout(limit);
        return quietPeriod == null ? builder : builder.quietPeriod(quietPeriod);
    }

    /** @param shortest the shortest lease that goes with the time-out */
    private <B extends ClientBuilder<B>> B common(B builder, Duration shortest) {
        // With Sentinel and in a quorum a client tells its lease as the quiet period, and the longest one counts for
        // all. So
        // one that takes no lock tells the shortest.
        Duration brief = shortest.compareTo(LEAST_LEASE) < 0 ? LEAST_LEASE : shortest;
        builder.keyPrefix(prefix).clientName(use.clientName()).lease(use.takesNoLock() ? brief : use.lease());
        tls.ifPresent(builder::tls);
        return builder;
    }

    private Duration limit(Duration usual, int parts) {
        if (timeout != null) {
            return timeout;
        }
        Duration part = use.lease().dividedBy(parts);
        return use.takesNoLock() || part.compareTo(usual) > 0 ? usual : part;
    }

    private static String inOptions(String message) {
        String first = message.split("[ :]", 2)[0];
        return OPTIONS.getOrDefault(first, first) + message.substring(first.length());
    }

    @Override
    public String toString() {
        return "ClientOpening[" + servers + "]";
    }
}
