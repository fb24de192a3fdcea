package dev.mortise.tests.deployments;

import dev.mortise.Mortise;
import dev.mortise.testkit.contract.AdminContract;
import dev.mortise.testkit.contract.ClientSettings;
import dev.mortise.testkit.memory.InMemoryMortise;
import java.time.Duration;

final class InMemoryAdminTest extends AdminContract {

    private final InMemoryMortise server = InMemoryMortise.start();

    @Override
    protected Mortise open(ClientSettings settings) {
        InMemoryMortise.Builder builder = server.builder()
                .clientName(settings.name())
                .lease(settings.lease())
                .commandTimeout(settings.commandTimeout())
                .maxWaiters(settings.maxWaiters())
                .localHandOff(settings.inOrder() ? 0 : 64, Duration.ofMillis(10));
        settings.listeners().forEach(builder::listener);
        return builder.build();
    }
}
