package dev.mortise.tests.model;

import org.junit.jupiter.api.Test;

/** As {@link DifferentialTest}, of what a node of a quorum goes through. */
class NodeDifferentialTest {
    @Test
    void a_node_of_a_quorum_does_what_the_model_does() {
        DifferentialTest.compare(Sequence::ofQuorum);
    }
}
