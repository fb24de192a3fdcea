package dev.mortise.tests.deployments;

import dev.mortise.Mortise;
import dev.mortise.testkit.contract.AdminContract;
import dev.mortise.testkit.contract.ClientSettings;
import dev.mortise.testkit.junit.IndependentMastersExtension;
import org.junit.jupiter.api.extension.RegisterExtension;

final class QuorumAdminTest extends AdminContract {
    @RegisterExtension
    static final IndependentMastersExtension masters = IndependentMastersExtension.create(3);

    @Override
    protected Mortise open(ClientSettings settings) {
        return Clients.ofQuorum(masters.deployment().uris(), settings);
    }

    @Override
    protected boolean isOneAuthority() {
        return false;
    }
}
