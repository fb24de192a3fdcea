package dev.mortise.tests.deployments;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.AcquireOptions;
import dev.mortise.Durability;
import dev.mortise.Mortise;
import dev.mortise.testkit.ClusterDeployment;
import dev.mortise.testkit.TestCertificates;
import dev.mortise.testkit.contract.ClientSettings;
import dev.mortise.testkit.contract.DistributedLockContract;
import dev.mortise.testkit.junit.ClusterExtension;
import io.lettuce.core.SslOptions;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class ClusterTlsLockTest extends DistributedLockContract {
    private static final TestCertificates certificates = TestCertificates.create();

    @RegisterExtension
    static final ClusterExtension cluster =
            ClusterExtension.of(ClusterDeployment.builder().password("p").tls(certificates.server()));

    @AfterAll
    static void delete() {
        certificates.close();
    }

    @Test
    void grants_are_copied() throws Exception {
        try (Mortise client = open(ClientSettings.defaults().leasing(Duration.ofSeconds(12)))) {
            for (int i = 0; i < 6; i++) {
                AcquireOptions copied =
                        AcquireOptions.waitUpTo(Duration.ofSeconds(30)).durability(Durability.replicas(1));
                assertThat(client.lock("copied-" + i).acquire(copied).isValid()).isTrue();
            }
        }
    }

    @Override
    protected Mortise open(ClientSettings settings) {
        SslOptions tls = SslOptions.builder()
                .trustManager(certificates.authority().toFile())
                .build();
        return Clients.of(settings)
                .cluster(cluster.deployment().tlsUris().get(0))
                .tls(tls)
                .build();
    }
}
