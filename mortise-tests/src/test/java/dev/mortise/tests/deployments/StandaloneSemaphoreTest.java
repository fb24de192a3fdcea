package dev.mortise.tests.deployments;

import dev.mortise.Mortise;
import dev.mortise.testkit.contract.ClientSettings;
import dev.mortise.testkit.contract.SemaphoreContract;
import dev.mortise.testkit.junit.RedisExtension;
import org.junit.jupiter.api.extension.RegisterExtension;

final class StandaloneSemaphoreTest extends SemaphoreContract {
    @RegisterExtension
    static final RedisExtension redis = RedisExtension.create();

    @Override
    protected Mortise open(ClientSettings settings) {
        return Clients.of(settings).uri(redis.uri()).build();
    }
}
