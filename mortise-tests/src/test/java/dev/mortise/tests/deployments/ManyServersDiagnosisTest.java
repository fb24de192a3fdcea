package dev.mortise.tests.deployments;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.ClientStatus;
import dev.mortise.ClientStatus.Deployment;
import dev.mortise.LockProvider;
import dev.mortise.Mortise;
import dev.mortise.QuorumMortise;
import dev.mortise.admin.Diagnosis;
import dev.mortise.admin.Diagnosis.Finding;
import dev.mortise.admin.Diagnosis.Severity;
import dev.mortise.redis.RedisMortise;
import dev.mortise.testkit.ClusterDeployment;
import dev.mortise.testkit.RedisProcess;
import dev.mortise.testkit.SentinelDeployment;
import dev.mortise.testkit.junit.ClusterExtension;
import dev.mortise.testkit.junit.IndependentMastersExtension;
import dev.mortise.testkit.junit.SentinelExtension;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Every server is looked at, and findings say which; what is about all of them is said once. */
final class ManyServersDiagnosisTest extends OnNodes {
    @RegisterExtension
    static final ClusterExtension clusters = ClusterExtension.create();

    @RegisterExtension
    static final SentinelExtension sentinels = SentinelExtension.create();

    @RegisterExtension
    static final IndependentMastersExtension masters = IndependentMastersExtension.create(3);

    @Test
    void every_master_of_a_cluster() {
        ClusterDeployment cluster = clusters.deployment();
        Mortise client = closing(RedisMortise.builder()
                .cluster(cluster.uris().toArray(String[]::new))
                .build());
        Diagnosis found = client.admin().diagnose();
        assertThat(of(found, "server.version"))
                .hasSize(3)
                .extracting(Finding::server)
                .containsExactlyInAnyOrderElementsOf(addresses(cluster.masters()));
        assertThat(of(found, "cluster.nodes")).singleElement().satisfies(finding -> {
            assertThat(finding.what()).contains("3 masters with slots and 6 nodes");
            assertThat(finding.severity()).isEqualTo(Severity.INFO);
        });
        assertThat(of(found, "not-looked-at")).isEmpty();
        ClientStatus status = client.status();
        assertThat(status.deployment()).isEqualTo(Deployment.CLUSTER);
        assertThat(status.servers())
                .extracting(ClientStatus.Server::address)
                .containsExactlyInAnyOrderElementsOf(addresses(cluster.masters()));
        assertThat(status.servers())
                .allSatisfy(server -> assertThat(server.version()).matches("(Redis|Valkey) .*"));
    }

    @Test
    void a_master_of_a_cluster_that_does_not_answer_spoils_no_other() {
        ClusterDeployment cluster = clusters.deployment();
        Mortise client = closing(RedisMortise.builder()
                .cluster(cluster.uris().toArray(String[]::new))
                .commandTimeout(TIMEOUT)
                .build());
        RedisProcess frozen = cluster.masters().get(0);
        frozen.pause();
        try {
            Diagnosis found = client.admin().diagnose();
            assertThat(found.findings())
                    .filteredOn(finding -> finding.server().equals("127.0.0.1:" + frozen.port()))
                    .extracting(Finding::code)
                    .contains("server.unreachable");
            assertThat(of(found, "server.version").size()).isGreaterThanOrEqualTo(2);
        } finally {
            frozen.resume();
        }
    }

    @Test
    void the_sentinels_are_asked_too() {
        SentinelDeployment deployment = sentinels.deployment();
        Mortise client = closing(RedisMortise.builder().uri(deployment.uri()).build());
        Diagnosis found = client.admin().diagnose();
        assertThat(of(found, "sentinel.count"))
                .singleElement()
                .satisfies(finding -> assertThat(finding.what())
                        .contains(deployment.sentinels().size() + " sentinels"));
        assertThat(of(found, "server.version"))
                .singleElement()
                .satisfies(finding -> assertThat(finding.server())
                        .isEqualTo("127.0.0.1:" + deployment.master().port()));
        assertThat(of(found, "replicas.lag")).isNotEmpty();
        assertThat(client.status().deployment()).isEqualTo(Deployment.SENTINEL);
        assertThat(client.status().servers())
                .singleElement()
                .satisfies(server -> assertThat(server.address())
                        .isEqualTo("127.0.0.1:" + deployment.master().port()));
    }

    @Test
    void every_node_of_a_quorum() {
        QuorumMortise client =
                closing(RedisMortise.quorum(masters.deployment().uris().toArray(String[]::new)));
        masters.deployment().nodes().get(1).command("CONFIG", "SET", "maxmemory", "100mb");
        masters.deployment().nodes().get(1).command("CONFIG", "SET", "maxmemory-policy", "allkeys-lru");
        RedisProcess gone = masters.deployment().nodes().get(2);
        gone.kill();
        until(
                "it is known to be gone",
                () -> servers(client).filter(ClientStatus.Server::isReachable).count() == 2);
        Diagnosis found = client.admin().diagnose();
        assertThat(of(found, "server.version")).hasSize(2);
        assertThat(of(found, "memory.eviction"))
                .singleElement()
                .satisfies(finding -> assertThat(finding.server())
                        .isEqualTo(addresses(masters.deployment().nodes()).get(1)));
        assertThat(of(found, "server.unreachable"))
                .singleElement()
                .satisfies(finding -> assertThat(finding.server()).isEqualTo("127.0.0.1:" + gone.port()));
        ClientStatus status = client.clientStatus();
        assertThat(status.deployment()).isEqualTo(Deployment.QUORUM);
        assertThat(status.isReachable()).isTrue();
        assertThat(status.isInboxHeard()).isTrue();
        assertThat(status.servers().get(0).roundTrip()).isPositive().isLessThan(Duration.ofSeconds(5));
        assertThat(status.servers().get(2).lastError()).isNotEmpty();
        masters.deployment().nodes().get(1).kill();
        until("there is no majority", () -> !client.clientStatus().isReachable());
    }

    private static Stream<ClientStatus.Server> servers(LockProvider client) {
        return client.clientStatus().servers().stream();
    }

    private static List<String> addresses(List<RedisProcess> servers) {
        return servers.stream().map(server -> "127.0.0.1:" + server.port()).toList();
    }

    private static List<Finding> of(Diagnosis found, String code) {
        return found.findings().stream()
                .filter(finding -> finding.code().equals(code))
                .toList();
    }
}
