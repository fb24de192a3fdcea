package dev.mortise.tests;

import dev.mortise.Mortise;
import dev.mortise.redis.RedisMortise;
import dev.mortise.testkit.contract.ClientSettings;
import dev.mortise.testkit.contract.SemaphoreContract;
import dev.mortise.testkit.junit.RedisExtension;
import org.junit.jupiter.api.extension.RegisterExtension;

final class StandaloneSemaphoreTest extends SemaphoreContract {
    @RegisterExtension
    static final RedisExtension redis = RedisExtension.create();

    @Override
    protected Mortise open(ClientSettings settings) {
        return RedisMortise.builder()
                .uri(redis.uri())
                .clientName(settings.name())
                .lease(settings.lease())
                .commandTimeout(settings.commandTimeout())
                .maxWaiters(settings.maxWaiters())
                .listener(settings.listener())
                .build();
    }
}
