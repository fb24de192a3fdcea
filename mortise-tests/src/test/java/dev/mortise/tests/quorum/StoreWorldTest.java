package dev.mortise.tests.quorum;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** See {@link StoreWorld}. */
final class StoreWorldTest {
    private static final int WORLDS = Integer.getInteger("mortise.quorum.worlds", 20);
    private static final int FIRST = Integer.getInteger("mortise.quorum.seed", 1);

    @Test
    void nothing_that_goes_wrong_lets_two_hold_it_or_lets_a_token_go_back() {
        int grants = 0;
        int downgrades = 0;
        int adoptions = 0;
        for (int seed = FIRST; seed < FIRST + WORLDS; seed++) {
            StoreWorld world = new StoreWorld(seed);
            try {
                world.run();
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("world " + seed, e);
            }
            grants += world.grants;
            downgrades += world.downgrades;
            adoptions += world.adoptions;
        }
        assertThat(grants).isPositive();
        assertThat(downgrades).isPositive();
        assertThat(adoptions).isPositive();
    }
}
