package dev.mortise.tests.world;

import java.util.List;
import java.util.Random;

/** A {@link ServerWorld}, to be run any number of times. */
record Plan(long seed, Setup setup, List<Event> events) {
    private static final int EVENTS = 150;

    static Plan random(long seed) {
        Random random = new Random(seed * 0x9E3779B97F4A7C15L);
        Setup setup = Setup.random(random);
        return new Plan(seed, setup, Event.random(random, EVENTS, setup.clients()));
    }

    Plan with(List<Event> fewer) {
        return new Plan(seed, setup, List.copyOf(fewer));
    }
}
