package dev.mortise.tests.deployments;

import dev.mortise.Mortise;
import dev.mortise.testkit.ClusterDeployment;
import dev.mortise.testkit.TestCertificates;
import dev.mortise.testkit.contract.ClientSettings;
import dev.mortise.testkit.contract.DistributedLockContract;
import dev.mortise.testkit.junit.ClusterExtension;
import io.lettuce.core.SslOptions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.extension.RegisterExtension;

/** With a password and TLS; a client is told one node. */
final class ClusterTlsLockTest extends DistributedLockContract {
    private static final TestCertificates certificates = TestCertificates.create();

    @RegisterExtension
    static final ClusterExtension cluster =
            ClusterExtension.of(ClusterDeployment.builder().password("p").tls(certificates.server()));

    @AfterAll
    static void delete() {
        certificates.close();
    }

    @Override
    protected Mortise open(ClientSettings settings) {
        return Clients.of(settings)
                .cluster(cluster.deployment().tlsUris().get(0))
                .tls(SslOptions.builder()
                        .trustManager(certificates.authority().toFile())
                        .build())
                .build();
    }
}
