package dev.mortise.tests.deployments;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.AcquireOptions;
import dev.mortise.Durability;
import dev.mortise.Lease;
import dev.mortise.Mortise;
import dev.mortise.redis.RedisMortise;
import dev.mortise.testkit.ClusterDeployment;
import dev.mortise.testkit.TestCertificates;
import dev.mortise.testkit.junit.ClusterExtension;
import io.lettuce.core.SslOptions;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A Cluster with a password and TLS, of which a client is told one node. */
final class ClusterTlsTest extends OnCluster {
    /** Many connections by TLS are opened at once by a JVM that has just begun. */
    private static final Duration TIMEOUT_OF_A_COLD_JVM = Duration.ofSeconds(10);

    private static final TestCertificates certificates = TestCertificates.create();

    @RegisterExtension
    static final ClusterExtension cluster =
            ClusterExtension.of(ClusterDeployment.builder().password("p").tls(certificates.server()));

    @AfterAll
    static void delete() {
        certificates.close();
    }

    @Override
    ClusterDeployment cluster() {
        return cluster.deployment();
    }

    @Test
    void locks_of_all_nodes_are_had_copied_and_handed_on() throws Exception {
        Mortise one = client();
        Mortise two = client();
        AcquireOptions copied = AcquireOptions.waitUpTo(PATIENCE).durability(Durability.replicas(1));
        for (int i = 0; i < 6; i++) {
            Lease held = one.lock("lock-" + i).acquire(copied);
            CompletableFuture<Lease> next = two.lock("lock-" + i).acquireAsync(copied);
            untilWaiting(one.lock("lock-" + i), 1);
            held.release();
            assertThat(get(next).fencingToken()).isGreaterThan(held.fencingToken());
        }
    }

    private Mortise client() {
        return closing(RedisMortise.builder()
                .cluster(cluster().tlsUris().get(0))
                .tls(SslOptions.builder()
                        .trustManager(certificates.authority().toFile())
                        .build())
                .lease(TIMEOUT_OF_A_COLD_JVM.multipliedBy(6))
                .commandTimeout(TIMEOUT_OF_A_COLD_JVM)
                .build());
    }
}
