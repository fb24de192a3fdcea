package dev.mortise.tests.deployments;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.AcquireOptions;
import dev.mortise.Durability;
import dev.mortise.Mortise;
import dev.mortise.testkit.contract.ClientSettings;
import dev.mortise.testkit.contract.DistributedLockContract;
import dev.mortise.testkit.junit.ClusterExtension;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class RestrictedUserClusterLockTest extends DistributedLockContract {
    @RegisterExtension
    static final ClusterExtension cluster = ClusterExtension.create();

    @BeforeAll
    static void makeTheUser() {
        cluster.deployment().nodes().forEach(node -> node.command(DocumentedUser.command(DocumentedUser.CLUSTER)));
    }

    @AfterAll
    static void nothingWasDenied() {
        cluster.deployment().nodes().forEach(DocumentedUser::wasDeniedNothing);
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
        return Clients.of(settings)
                .cluster(cluster.deployment().nodes().stream()
                        .map(node -> DocumentedUser.uri(node.port()))
                        .toArray(String[]::new))
                .keyPrefix(DocumentedUser.PREFIX)
                .build();
    }
}
