package dev.mortise.tests.deployments;

import dev.mortise.QuorumMortise;
import dev.mortise.redis.QuorumBuilder;
import dev.mortise.redis.RedisMortise;
import java.time.Duration;
import java.util.List;

/** What tests of a quorum share. */
abstract class OnQuorum extends OnNodes {
    /** As short as a lease of a quorum whose nodes answer within 500 ms can be. */
    static final Duration LEASE = Duration.ofSeconds(12);

    final QuorumMortise client(List<String> nodes) {
        return closing(builder(nodes).build());
    }

    static QuorumBuilder builder(List<String> nodes) {
        QuorumBuilder builder = RedisMortise.quorumBuilder().lease(LEASE);
        nodes.forEach(builder::node);
        return builder;
    }
}
