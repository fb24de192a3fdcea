package dev.mortise.testkit.junit;

import dev.mortise.testkit.SentinelDeployment;
import dev.mortise.testkit.SentinelDeploymentBuilder;

/**
 * A master with replicas and Sentinels for a test class, whole and empty before each test:
 *
 * <pre>{@code
 * @RegisterExtension
 * static final SentinelExtension sentinel = SentinelExtension.create();
 * }</pre>
 */
public final class SentinelExtension extends DeploymentExtension<SentinelDeployment> {
    private SentinelExtension(SentinelDeploymentBuilder settings) {
        super(SentinelDeployment.class, settings::start);
    }

    /** One replica, no password. */
    public static SentinelExtension create() {
        return of(SentinelDeployment.builder());
    }

    /** With these settings. */
    public static SentinelExtension of(SentinelDeploymentBuilder settings) {
        return new SentinelExtension(settings);
    }

    /** Where a client connects. */
    public String uri() {
        return deployment().uri();
    }
}
