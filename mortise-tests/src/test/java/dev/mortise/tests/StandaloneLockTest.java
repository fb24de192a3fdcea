package dev.mortise.tests;

import dev.mortise.Mortise;
import dev.mortise.redis.RedisMortise;
import dev.mortise.testkit.contract.ClientSettings;
import dev.mortise.testkit.contract.DistributedLockContract;
import dev.mortise.testkit.junit.RedisExtension;
import java.time.Duration;
import org.junit.jupiter.api.extension.RegisterExtension;

final class StandaloneLockTest extends DistributedLockContract {
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
                .passing(settings.inOrder() ? 0 : 64, Duration.ofMillis(10))
                .listener(settings.listener())
                .build();
    }
}
