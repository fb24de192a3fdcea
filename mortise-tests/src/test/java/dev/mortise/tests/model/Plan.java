package dev.mortise.tests.model;

import java.util.List;
import java.util.Random;

/** A sequence of steps, to be run any number of times. */
record Plan(long seed, Setup setup, List<Step> steps) {
    private static final int FEWEST_STEPS = 30;
    private static final int MOST_STEPS = 70;

    static Plan random(long seed) {
        Random random = new Random(seed * 0x9E3779B97F4A7C15L);
        Setup setup = Setup.random(random);
        int count = FEWEST_STEPS + random.nextInt(MOST_STEPS - FEWEST_STEPS + 1);
        return new Plan(seed, setup, Steps.random(random, setup, count));
    }

    /** What a node of a quorum goes through. */
    static Plan ofQuorum(long seed) {
        Random random = new Random(seed * 0x9E3779B97F4A7C15L);
        Setup setup = Setup.ofQuorum(random);
        int count = FEWEST_STEPS + random.nextInt(MOST_STEPS - FEWEST_STEPS + 1);
        return new Plan(seed, setup, Steps.random(random, setup, count));
    }

    Plan with(List<Step> fewer) {
        return new Plan(seed, setup, List.copyOf(fewer));
    }
}
