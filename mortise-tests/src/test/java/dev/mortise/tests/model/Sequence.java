package dev.mortise.tests.model;

import java.util.List;
import java.util.Random;

/** A sequence of steps, to be run any number of times. */
record Sequence(long seed, SequenceSetup setup, List<Step> steps) {
    private static final int FEWEST_STEPS = 30;
    private static final int MOST_STEPS = 70;

    static Sequence random(long seed) {
        Random random = new Random(seed * 0x9E3779B97F4A7C15L);
        SequenceSetup setup = SequenceSetup.random(random);
        int count = FEWEST_STEPS + random.nextInt(MOST_STEPS - FEWEST_STEPS + 1);
        return new Sequence(seed, setup, RandomSteps.random(random, setup, count));
    }

    /** What a node of a quorum goes through. */
    static Sequence ofQuorum(long seed) {
        Random random = new Random(seed * 0x9E3779B97F4A7C15L);
        SequenceSetup setup = SequenceSetup.ofQuorum(random);
        int count = FEWEST_STEPS + random.nextInt(MOST_STEPS - FEWEST_STEPS + 1);
        return new Sequence(seed, setup, RandomSteps.random(random, setup, count));
    }

    Sequence with(List<Step> fewer) {
        return new Sequence(seed, setup, List.copyOf(fewer));
    }
}
