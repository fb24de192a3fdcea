package dev.mortise.tests.deployments;

import dev.mortise.Mortise;
import dev.mortise.testkit.contract.AdminContract;
import dev.mortise.testkit.contract.ClientSettings;
import dev.mortise.testkit.junit.RedisExtension;
import org.junit.jupiter.api.extension.RegisterExtension;

final class StandaloneAdminTest extends AdminContract {
    @RegisterExtension
    static final RedisExtension redis = RedisExtension.create();

    @Override
    protected Mortise open(ClientSettings settings) {
        return Clients.of(settings).uri(redis.uri()).build();
    }
}
