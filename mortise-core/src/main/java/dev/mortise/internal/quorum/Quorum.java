package dev.mortise.internal.quorum;

import dev.mortise.internal.runtime.Time;
import java.util.List;

/** What the parts of a quorum share. */
record Quorum(List<Node> nodes, Time time, QuorumSettings settings, TokenProposals proposals, NodeOutbox outbox) {
    /** So many nodes decide. */
    int majority() {
        return nodes.size() / 2 + 1;
    }

    /** Without so many nodes the others are no majority. */
    int blocking() {
        return nodes.size() - majority() + 1;
    }
}
