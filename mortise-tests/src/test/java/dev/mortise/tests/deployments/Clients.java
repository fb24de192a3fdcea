package dev.mortise.tests.deployments;

import dev.mortise.redis.RedisMortise;
import dev.mortise.testkit.contract.ClientSettings;
import java.time.Duration;

/** Clients as a contract wants them; where they connect is left to its subclass. */
final class Clients {
    private Clients() {}

    static RedisMortise.Builder of(ClientSettings settings) {
        return RedisMortise.builder()
                .clientName(settings.name())
                .lease(settings.lease())
                .commandTimeout(settings.commandTimeout())
                .maxWaiters(settings.maxWaiters())
                .passing(settings.inOrder() ? 0 : 64, Duration.ofMillis(10))
                .listener(settings.listener());
    }
}
