package dev.mortise.internal.quorum;

import dev.mortise.internal.time.Time;
import java.util.List;

/** What the parts of a quorum share. */
record Quorum(List<Node> nodes, Time time, QuorumSettings settings, Proposals proposals, Errands errands) {
    /** So many nodes decide. */
    int majority() {
        return nodes.size() / 2 + 1;
    }

    /** Without so many nodes the others are no majority. */
    int blocking() {
        return nodes.size() - majority() + 1;
    }
}
