package dev.mortise.tests.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.util.Optional;
import java.util.function.LongFunction;
import org.junit.jupiter.api.Test;

/**
 * {@code mortise.model.sequences} says how many sequences are run, {@code mortise.model.seed} from which one on.
 */
class DifferentialTest {
    private static final long SEQUENCES = Long.getLong("mortise.model.sequences", 1000);
    private static final long SEED = Long.getLong("mortise.model.seed", 1);

    @Test
    void the_scripts_do_what_the_model_does() {
        compare(Sequence::random);
    }

    @Test
    void the_scripts_do_what_the_model_does_in_what_is_seldom() {
        try (LuaServer server = new LuaServer()) {
            for (Sequence plan : SeldomPlans.all()) {
                assertThat(Comparison.run(plan, server)).isEmpty();
            }
        }
    }

    static void compare(LongFunction<Sequence> plans) {
        try (LuaServer server = new LuaServer()) {
            for (long seed = SEED; seed < SEED + SEQUENCES; seed++) {
                Optional<Divergence> found = Comparison.run(plans.apply(seed), server);
                if (found.isPresent()) {
                    fail(found.get()
                            .shrunk(plan -> Comparison.run(plan, server))
                            .toString());
                }
            }
        }
    }
}
