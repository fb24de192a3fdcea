package dev.mortise.testkit.junit;

import dev.mortise.testkit.ClusterDeployment;
import dev.mortise.testkit.ClusterDeploymentBuilder;

/**
 * A cluster for a test class, whole and empty before each test:
 *
 * <pre>{@code
 * @RegisterExtension
 * static final ClusterExtension cluster = ClusterExtension.create();
 * }</pre>
 */
public final class ClusterExtension extends DeploymentExtension<ClusterDeployment> {
    private ClusterExtension(ClusterDeploymentBuilder settings) {
        super(ClusterDeployment.class, settings::start);
    }

    /** Three masters with a replica each, no password. */
    public static ClusterExtension create() {
        return of(ClusterDeployment.builder());
    }

    /** With these settings. */
    public static ClusterExtension of(ClusterDeploymentBuilder settings) {
        return new ClusterExtension(settings);
    }

    /** Where a client connects. */
    public String uri() {
        return deployment().uri();
    }
}
