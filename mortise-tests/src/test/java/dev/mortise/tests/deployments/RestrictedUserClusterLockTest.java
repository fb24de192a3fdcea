package dev.mortise.tests.deployments;

import dev.mortise.Mortise;
import dev.mortise.testkit.contract.ClientSettings;
import dev.mortise.testkit.contract.DistributedLockContract;
import dev.mortise.testkit.junit.ClusterExtension;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
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
