package dev.mortise.tests.quorum;

import dev.mortise.Mortise;
import dev.mortise.testkit.contract.AdminContract;
import dev.mortise.testkit.contract.ClientSettings;

final class InMemoryQuorumAdminTest extends AdminContract {
    private final InMemoryQuorum quorum = new InMemoryQuorum();

    @Override
    protected Mortise open(ClientSettings settings) {
        return quorum.open(settings);
    }

    @Override
    protected boolean isOneAuthority() {
        return false;
    }
}
