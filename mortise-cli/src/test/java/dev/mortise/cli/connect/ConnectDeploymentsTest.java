package dev.mortise.cli.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mortise.ClientStatus.Deployment;
import dev.mortise.Lease;
import dev.mortise.LockInfo;
import dev.mortise.LockProvider;
import dev.mortise.LockUnavailableException;
import dev.mortise.QuorumMortise;
import dev.mortise.testkit.ClusterDeployment;
import dev.mortise.testkit.IndependentMasters;
import dev.mortise.testkit.SentinelDeployment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConnectDeploymentsTest {
    private static final String PASSWORD = "geheim";

    @Test
    void a_cluster_is_found_out_behind_one_node_or_asked_for_or_named_by_several() throws Exception {
        try (ClusterDeployment cluster =
                ClusterDeployment.builder().replicas(0).password(PASSWORD).start()) {
            String one = cluster.uris().get(0);
            assertDeployment(Deployment.CLUSTER, "--redis", one);
            assertDeployment(Deployment.CLUSTER, "--redis", one, "--cluster");
            assertDeployment(
                    Deployment.CLUSTER,
                    "--redis",
                    one,
                    "--redis",
                    cluster.uris().get(1));
        }
    }

    @Test
    void sentinels_name_the_server() throws Exception {
        try (SentinelDeployment sentinel =
                SentinelDeployment.builder().password(PASSWORD).start()) {
            assertDeployment(Deployment.SENTINEL, "--redis", sentinel.uri());
        }
    }

    @Test
    void independent_servers_are_a_quorum_when_that_is_said(@TempDir Path directory) throws Exception {
        try (IndependentMasters masters = IndependentMasters.start(3)) {
            Path file = Files.write(directory.resolve("uris"), masters.uris());
            assertDeployment(Deployment.QUORUM, "--redis-file", file.toString(), "--quorum");
            List<String> args = new ArrayList<>(List.of("--quorum"));
            masters.uris().forEach(uri -> args.addAll(List.of("--redis", uri)));
            try (LockProvider client = Connecting.open(args.toArray(String[]::new))) {
                assertThat(client).isInstanceOf(QuorumMortise.class);
            }
            assertThatThrownBy(() -> Connecting.open("--redis-file", file.toString()))
                    .isInstanceOf(LockUnavailableException.class)
                    .hasMessageContaining("say --quorum");
        }
    }

    private static void assertDeployment(Deployment deployment, String... args) throws InterruptedException {
        try (LockProvider client = Connecting.open(args);
                Lease lease = client.lock("x").acquire()) {
            assertThat(client.clientStatus().deployment()).isEqualTo(deployment);
            assertThat(client.admin().inspect("x").holders())
                    .extracting(LockInfo.Holder::fencingToken)
                    .contains(lease.fencingToken());
            assertThat(client.admin().list()).extracting(LockInfo::name).containsExactly("x");
        }
    }
}
