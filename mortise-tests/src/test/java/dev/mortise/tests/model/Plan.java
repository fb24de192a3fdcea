package dev.mortise.tests.model;

import dev.mortise.LockKind;
import dev.mortise.internal.store.Shape;
import java.util.List;
import java.util.OptionalLong;
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

    /** A server forgets that a lease changed; random sequences seldom show that. */
    static Plan forgottenChange() {
        Shape shape = new Shape(LockKind.READ_WRITE, Shape.MAX);
        Setup setup = new Setup(Theme.RESTARTS, List.of(shape, shape), 2, OptionalLong.of(10_000), 300);
        return new Plan(
                0,
                setup,
                List.of(
                        new Step.Acquire(
                                0, 0, 0, Shape.MAX, 30_000, true, Step.Memory.NONE, 100, Step.Memory.NONE, false),
                        new Step.Save(),
                        new Step.Downgrade(0, 0, 0, 30_000, Step.Memory.NONE),
                        new Step.Restart(Step.Restart.Data.SAVED),
                        new Step.Renew(0, List.of(new Step.Renew.Wish(0, 0, 1, 30_000, false)))));
    }

    /** A reader that waits to be the writer is adopted by another client; random sequences seldom show that. */
    static Plan adoptedWait() {
        Shape shape = new Shape(LockKind.READ_WRITE, Shape.MAX);
        Setup setup = new Setup(Theme.READERS, List.of(shape, shape), 3, OptionalLong.empty(), 300);
        return new Plan(
                0,
                setup,
                List.of(
                        new Step.Acquire(0, 0, 0, 1, 30_000, true, Step.Memory.NONE, 100, Step.Memory.NONE, false),
                        new Step.Acquire(1, 0, 0, 1, 30_000, true, Step.Memory.NONE, 100, Step.Memory.NONE, false),
                        new Step.Upgrade(0, 0, 0, 30_000, true, Step.Memory.NONE, 1, false),
                        new Step.Adopt(2, 0, 0, 0, 0, 0, 0, 30_000),
                        new Step.Release(1, 0, 0, 1, 0)));
    }

    Plan with(List<Step> fewer) {
        return new Plan(seed, setup, List.copyOf(fewer));
    }
}
