package dev.mortise.tests.deployments;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.Mortise;
import dev.mortise.redis.RedisMortise;
import dev.mortise.testkit.ClusterDeployment;
import dev.mortise.testkit.TestCertificates;
import dev.mortise.testkit.junit.ClusterExtension;
import dev.mortise.testkit.resp.RespClient;
import dev.mortise.tests.Stats;
import io.lettuce.core.SslOptions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A client of a Cluster asks each node once, by a connection of its own, who has which slots. What it opens besides stays, also
 * where it takes time until a connection is up.
 */
final class ClusterConnectionsTest extends OnNodes {
    private static final TestCertificates certificates = TestCertificates.create();

    @RegisterExtension
    static final ClusterExtension plain = ClusterExtension.create();

    @RegisterExtension
    static final ClusterExtension tls =
            ClusterExtension.of(ClusterDeployment.builder().password("p").tls(certificates.server()));

    @AfterAll
    static void delete() {
        certificates.close();
    }

    @Test
    void no_connection_is_opened_in_vain() throws Exception {
        ClusterDeployment cluster = plain.deployment();
        opensWhatItKeeps(cluster, RedisMortise.builder().cluster(cluster.uris().get(0)));
    }

    @Test
    void no_connection_is_opened_in_vain_with_a_password_and_tls() throws Exception {
        ClusterDeployment cluster = tls.deployment();
        opensWhatItKeeps(
                cluster,
                RedisMortise.builder()
                        .cluster(cluster.tlsUris().get(0))
                        .tls(SslOptions.builder()
                                .trustManager(certificates.authority().toFile())
                                .build()));
    }

    private void opensWhatItKeeps(ClusterDeployment cluster, RedisMortise.Builder settings) throws Exception {
        List<RespClient> nodes = new ArrayList<>();
        cluster.nodes().forEach(node -> nodes.add(closing(node.connect())));
        long opened = sum(nodes, "stats", "total_connections_received");
        long open = sum(nodes, "clients", "connected_clients");
        // Nothing that is slow on a busy machine is taken for broken.
        Mortise client = closing(settings.lease(PATIENCE.multipliedBy(6))
                .commandTimeout(PATIENCE)
                .build());
        for (int i = 0; i < 20; i++) {
            client.lock("lock-" + i).acquire().release();
        }
        until("the nodes were asked who has which slots", () -> closed(nodes, opened, open) >= nodes.size());
        assertThat(closed(nodes, opened, open)).as("closed again").isEqualTo(nodes.size());
    }

    /** How many were opened since, and are not open any more. */
    private static long closed(List<RespClient> nodes, long opened, long open) {
        long closed = open - sum(nodes, "clients", "connected_clients");
        return closed + sum(nodes, "stats", "total_connections_received") - opened;
    }

    private static long sum(List<RespClient> nodes, String section, String field) {
        return nodes.stream()
                .mapToLong(node -> Stats.field(String.valueOf(node.command("INFO", section)), field))
                .sum();
    }
}
