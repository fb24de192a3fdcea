package dev.mortise.tests.deployments;

import dev.mortise.Mortise;
import dev.mortise.internal.client.QuorumClient;
import dev.mortise.redis.QuorumBuilder;
import dev.mortise.redis.RedisMortise;
import dev.mortise.testkit.contract.ClientSettings;
import dev.mortise.tests.quorum.QuorumAsMortise;
import java.time.Duration;
import java.util.List;

/** Clients as a contract wants them; where they connect is left to its subclass. */
final class Clients {
    private Clients() {}

    static RedisMortise.Builder of(ClientSettings settings) {
        RedisMortise.Builder builder = RedisMortise.builder()
                .clientName(settings.name())
                .lease(settings.lease())
                .commandTimeout(settings.commandTimeout())
                .maxWaiters(settings.maxWaiters())
                .slowWaitAfter(settings.slowWaitAfter())
                .localHandOff(settings.inOrder() ? 0 : 64, Duration.ofMillis(10));
        settings.listeners().forEach(builder::listener);
        return builder;
    }

    /** The engine over the nodes, which is all that a contract of one authority asks for, less what only that can do. */
    static Mortise ofQuorum(List<String> nodes, ClientSettings settings) {
        QuorumBuilder builder = RedisMortise.quorumBuilder()
                .clientName(settings.name())
                .lease(settings.lease())
                .quietPeriod(Duration.ofMinutes(5))
                .nodeTimeout(settings.commandTimeout().dividedBy(4))
                .slowWaitAfter(settings.slowWaitAfter())
                .maxWaiters(settings.maxWaiters());
        settings.listeners().forEach(builder::listener);
        nodes.forEach(builder::node);
        return new QuorumAsMortise((QuorumClient) builder.build());
    }
}
