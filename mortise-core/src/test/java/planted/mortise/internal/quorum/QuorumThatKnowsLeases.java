package planted.mortise.internal.quorum;

import planted.mortise.internal.lease.LeaseThatKnowsAcquire;

interface QuorumThatKnowsLeases {
    LeaseThatKnowsAcquire lease();
}
