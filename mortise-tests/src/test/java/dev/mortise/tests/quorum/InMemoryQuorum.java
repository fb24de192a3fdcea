package dev.mortise.tests.quorum;

import dev.mortise.LockListener;
import dev.mortise.Mortise;
import dev.mortise.internal.client.ClientConfig;
import dev.mortise.internal.client.Listeners;
import dev.mortise.internal.client.QuorumClient;
import dev.mortise.internal.insight.InsightSettings;
import dev.mortise.internal.quorum.QuorumSettings;
import dev.mortise.internal.quorum.QuorumStore;
import dev.mortise.internal.runtime.SystemTime;
import dev.mortise.testkit.contract.ClientSettings;
import dev.mortise.testkit.memory.InMemoryLockStore;
import dev.mortise.testkit.memory.InMemoryServer;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;

/** Three nodes in memory, in real time. */
final class InMemoryQuorum {
    private final List<InMemoryServer> nodes = List.of(node(), node(), node());

    private static InMemoryServer node() {
        return new InMemoryServer(() -> ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now()));
    }

    Mortise open(ClientSettings settings) {
        SystemTime time = new SystemTime("quorum");
        Map<String, InMemoryLockStore> ends = Map.of(
                "node1", new InMemoryLockStore(nodes.get(0)),
                "node2", new InMemoryLockStore(nodes.get(1)),
                "node3", new InMemoryLockStore(nodes.get(2)));
        ClientConfig config = new ClientConfig(
                        settings.name(),
                        settings.lease(),
                        settings.commandTimeout(),
                        settings.maxWaiters(),
                        Duration.ZERO,
                        0,
                        Duration.ZERO)
                .with(InsightSettings.USUAL.slowWaitsAfter(settings.slowWaitAfter()));
        Listeners listeners = null;
        for (LockListener listener : settings.listeners()) {
            listeners = Listeners.add(listeners, listener);
        }
        return new QuorumAsMortise(
                QuorumClient.open(new QuorumStore(ends, time, QuorumSettings.defaults()), time, config, listeners));
    }
}
