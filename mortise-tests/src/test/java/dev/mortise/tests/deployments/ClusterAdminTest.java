package dev.mortise.tests.deployments;

import dev.mortise.Mortise;
import dev.mortise.testkit.contract.AdminContract;
import dev.mortise.testkit.contract.ClientSettings;
import dev.mortise.testkit.junit.ClusterExtension;
import org.junit.jupiter.api.extension.RegisterExtension;

final class ClusterAdminTest extends AdminContract {
    @RegisterExtension
    static final ClusterExtension cluster = ClusterExtension.create();

    @Override
    protected Mortise open(ClientSettings settings) {
        return Clients.of(settings)
                .cluster(cluster.deployment().uris().toArray(String[]::new))
                .build();
    }
}
