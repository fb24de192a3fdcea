package dev.mortise.tests.deployments;

import dev.mortise.Mortise;
import dev.mortise.testkit.contract.AllOfContract;
import dev.mortise.testkit.contract.ClientSettings;
import dev.mortise.testkit.memory.InMemoryMortise;

final class InMemoryAllOfTest extends AllOfContract {

    private final InMemoryMortise server = InMemoryMortise.start();

    @Override
    protected Mortise open(ClientSettings settings) {
        InMemoryMortise.Builder builder = server.builder()
                .clientName(settings.name())
                .lease(settings.lease())
                .commandTimeout(settings.commandTimeout())
                .maxWaiters(settings.maxWaiters());
        settings.listeners().forEach(builder::listener);
        return builder.build();
    }
}
