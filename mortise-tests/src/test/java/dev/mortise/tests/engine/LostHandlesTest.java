package dev.mortise.tests.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * However a handle is lost, its lock can be had within the documented time after the fault has healed; and no handle loses its
 * lease that should not. {@code mortise.lost.seeds} says how many worlds are run, {@code mortise.lost.seed} from which one on.
 */
final class LostHandlesTest {
    private static final long SEEDS = Long.getLong("mortise.lost.seeds", 30);
    private static final long SEED = Long.getLong("mortise.lost.seed", 1);
    private static final int STEPS = 14;

    @Test
    void every_lock_can_be_had_whatever_became_of_the_handles() {
        for (long seed = SEED; seed < SEED + SEEDS; seed++) {
            Random random = new Random(seed * 0x9E3779B97F4A7C15L);
            List<Integer> draws = new ArrayList<>();
            for (int i = 0; i < STEPS; i++) {
                draws.add(random.nextInt(Integer.MAX_VALUE));
            }
            LostHandlesWorld world = LostHandlesWorld.run(draws);
            if (!world.fault().isEmpty()) {
                LostHandlesWorld least = shrunk(draws);
                assertThat(least.fault())
                        .as("seed " + seed + ", shrunk:\n" + String.join("\n", least.trace()))
                        .isEmpty();
            }
        }
    }

    private static LostHandlesWorld shrunk(List<Integer> draws) {
        List<Integer> least = new ArrayList<>(draws);
        for (int i = least.size() - 1; i >= 0; i--) {
            List<Integer> fewer = new ArrayList<>(least);
            fewer.remove(i);
            if (!LostHandlesWorld.run(fewer).fault().isEmpty()) {
                least = fewer;
            }
        }
        return LostHandlesWorld.run(least);
    }
}
