package dev.mortise.tests.world;

import java.util.List;
import java.util.Random;

/** A {@link ServerWorld}, to be run any number of times. */
record WorldPlan(long seed, WorldSetup setup, List<Event> events) {
    private static final int EVENTS = 150;

    static WorldPlan random(long seed) {
        Random random = new Random(seed * 0x9E3779B97F4A7C15L);
        WorldSetup setup = WorldSetup.random(random);
        return new WorldPlan(seed, setup, Event.random(random, EVENTS, setup.clients()));
    }

    WorldPlan with(List<Event> fewer) {
        return new WorldPlan(seed, setup, List.copyOf(fewer));
    }
}
