package dev.mortise.tests.model;

/** The reference model as a node of a quorum. */
class VotingOnModelTest extends VotingRules {
    @Override
    Side begin(SequenceSetup setup) {
        return new ModelSide(setup, World.START_MICROS);
    }
}
