package dev.mortise.tests.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * Never more permits in valid use than there are, tokens that only grow, nobody left waiting and nothing left behind. The
 * scripts are tied to the model by {@link DifferentialTest}.
 */
class ModelInvariantsTest {
    private static final long SEQUENCES = Long.getLong("mortise.model.invariants", 2_500);
    private static final long SEED = Long.getLong("mortise.model.seed", 1);
    private static final int STEPS = 80;
    private static final Optional<Duration> QUIET = Optional.of(Duration.ofSeconds(30));

    @Test
    void they_hold_without_loss_of_data() {
        for (long seed = SEED; seed < SEED + SEQUENCES; seed++) {
            assertThat(run(seed, Optional.empty())).as("seed " + seed).isEmpty();
        }
    }

    @Test
    void they_hold_with_loss_of_data_and_a_quiet_period_as_long_as_the_longest_lease() {
        for (long seed = SEED; seed < SEED + SEQUENCES; seed++) {
            assertThat(run(seed, QUIET)).as("seed " + seed).isEmpty();
        }
    }

    @Test
    void a_shorter_quiet_period_is_not_enough() {
        boolean broken = false;
        for (long seed = SEED; !broken && seed < SEED + SEQUENCES; seed++) {
            broken = run(seed, Optional.of(Duration.ofSeconds(20))).contains("permits");
        }
        assertThat(broken).isTrue();
    }

    private static String run(long seed, Optional<Duration> quiet) {
        return new HonestClients(seed, quiet).run(STEPS);
    }
}
