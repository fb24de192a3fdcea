package dev.mortise.tests.quorum;

import dev.mortise.Mortise;
import dev.mortise.testkit.contract.ClientSettings;
import dev.mortise.testkit.contract.DistributedLockContract;

final class QuorumLockContractTest extends DistributedLockContract {
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
