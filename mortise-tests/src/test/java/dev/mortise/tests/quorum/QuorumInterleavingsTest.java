package dev.mortise.tests.quorum;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Everything that can go wrong, in many orders. */
final class QuorumInterleavingsTest {
    private static final int WORLDS = Integer.getInteger("mortise.quorum.worlds", 50);
    private static final long FIRST = Long.getLong("mortise.quorum.seed", 1);

    @Test
    void a_quorum_keeps_its_promises_whatever_happens_to_nodes_and_requests() {
        long grants = 0;
        for (long seed = FIRST; seed < FIRST + WORLDS; seed++) {
            QuorumWorld world = new QuorumWorld(seed);
            try {
                world.run();
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("in world " + seed, e);
            }
            grants += world.grants();
        }
        assertThat(grants).as("grants in all worlds").isGreaterThan(10L * WORLDS);
    }

    @Test
    void without_quiet_periods_two_hold_the_lock_at_once_after_a_node_has_lost_its_data() {
        for (long seed = 1; seed <= 100; seed++) {
            try {
                new QuorumWorld(seed, Duration.ZERO).run();
            } catch (AssertionError violation) {
                assertThat(violation).hasMessageContaining("are valid at once");
                return;
            }
        }
        throw new AssertionError("this world would not notice a broken quorum");
    }
}
