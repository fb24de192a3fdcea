package dev.mortise.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.ClientStatus.Deployment;
import dev.mortise.LockProvider;
import dev.mortise.redis.RedisMortise;
import dev.mortise.testkit.ClusterDeployment;
import dev.mortise.testkit.IndependentMasters;
import dev.mortise.testkit.RedisProcess;
import dev.mortise.testkit.SentinelDeployment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class BenchTest {
    @Test
    void one_server() throws Exception {
        try (RedisProcess server = RedisProcess.start()) {
            measures(Deployment.STANDALONE, () -> RedisMortise.connect(server.uri()), List.of(server));
        }
    }

    @Test
    void behind_sentinels() throws Exception {
        try (SentinelDeployment sentinel = SentinelDeployment.start()) {
            measures(Deployment.SENTINEL, () -> RedisMortise.connect(sentinel.uri()), List.of(sentinel.master()));
        }
    }

    @Test
    void a_cluster() throws Exception {
        try (ClusterDeployment cluster = ClusterDeployment.builder().replicas(0).start()) {
            String[] seeds = cluster.uris().toArray(String[]::new);
            measures(
                    Deployment.CLUSTER,
                    () -> RedisMortise.builder().cluster(seeds).build(),
                    cluster.nodes());
        }
    }

    @Test
    void a_quorum() throws Exception {
        try (IndependentMasters masters = IndependentMasters.start(3)) {
            String[] nodes = masters.uris().toArray(String[]::new);
            measures(Deployment.QUORUM, () -> RedisMortise.quorum(nodes), masters.nodes());
        }
    }

    private static void measures(Deployment deployment, Supplier<LockProvider> open, List<RedisProcess> servers)
            throws InterruptedException {
        try (LockProvider client = open.get();
                LockProvider other = open.get()) {
            BenchResult result = new Bench(client, other, Duration.ofMillis(900)).run();
            assertThat(result.deployment()).isEqualTo(deployment);
            for (LatencyFigures figures : List.of(result.roundTrip(), result.cycle(), result.handOff())) {
                assertThat(figures.count()).isPositive();
                assertThat(figures.p50()).isPositive().isLessThanOrEqualTo(figures.p99());
                assertThat(figures.p99()).isLessThanOrEqualTo(figures.max());
            }
            assertThat(client.leases()).isEmpty();
            assertThat(other.leases()).isEmpty();
        }
        assertNothingLeft(servers);
    }

    /** The marker of a quiet period is that of the deployment. */
    static void assertNothingLeft(List<RedisProcess> servers) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(keys(servers)).isSubsetOf("mortise:meta"));
    }

    static List<String> keys(List<RedisProcess> servers) {
        List<String> keys = new ArrayList<>();
        for (RedisProcess server : servers) {
            ((List<?>) Objects.requireNonNull(server.command("KEYS", "*"))).forEach(key -> keys.add(key.toString()));
        }
        return keys;
    }
}
