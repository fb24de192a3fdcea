package dev.mortise.faults.place;

import dev.mortise.LockListener;
import dev.mortise.LockProvider;
import dev.mortise.redis.QuorumBuilder;
import dev.mortise.redis.RedisMortise;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** A deployment. */
public enum Kind {
    /** One server. */
    STANDALONE,
    /** Three masters that share the slots. */
    CLUSTER,
    /** Five independent masters. */
    QUORUM;

    private static final Duration CLAIM = Duration.ofSeconds(5);

    /** The least that a quorum accepts. */
    private static final Duration QUIET = Duration.ofSeconds(10);

    /** Blocks until its servers are up. */
    public ProxiedServers start() {
        return switch (this) {
            case STANDALONE -> ProxiedServers.standalone();
            case CLUSTER -> ProxiedServers.cluster();
            case QUORUM -> ProxiedServers.quorum();
        };
    }

    /** A client of it. */
    public LockProvider open(
            List<String> uris, Duration lease, boolean localHandOff, String clientName, LockListener listener) {
        if (this == QUORUM) {
            QuorumBuilder builder = RedisMortise.quorumBuilder()
                    .lease(lease)
                    .nodeTimeout(lease.dividedBy(24))
                    .clientName(clientName)
                    .listener(listener);
            uris.forEach(builder::node);
            return builder.build();
        }
        RedisMortise.Builder builder = RedisMortise.builder()
                .lease(lease)
                .commandTimeout(lease.dividedBy(6))
                .clientName(clientName)
                .listener(listener);
        if (!localHandOff) {
            builder.localHandOff(0, Duration.ZERO);
        }
        return (this == CLUSTER ? builder.cluster(uris.toArray(String[]::new)) : builder.uri(uris.get(0))).build();
    }

    /** Whether locks are served in the order of those who ask. */
    public boolean hasOrder() {
        return this != QUORUM;
    }

    /** For how long a server that started anew grants nothing. */
    public Duration quiet(Duration lease) {
        return this != QUORUM ? Duration.ZERO : lease.compareTo(QUIET) > 0 ? lease : QUIET;
    }

    /** Where the server that tells a waiter does not know whether it listens, dead ones have the lock for a claim. */
    public Duration deadWaiter(Duration lease) {
        return this != CLUSTER ? Duration.ZERO : lease.compareTo(CLAIM) < 0 ? lease : CLAIM;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
