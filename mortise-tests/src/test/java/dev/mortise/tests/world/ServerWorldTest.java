package dev.mortise.tests.world;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;

/** {@code mortise.world.count} says how many worlds there are, {@code mortise.world.seed} which is the first. */
final class ServerWorldTest {
    private static final int WORLDS = Integer.getInteger("mortise.world.count", 60);
    private static final long FIRST = Long.getLong("mortise.world.seed", 1);

    @Test
    void a_server_keeps_its_promises_whatever_happens_to_it_and_its_clients() {
        long grants = 0;
        for (long seed = FIRST; seed < FIRST + WORLDS; seed++) {
            ServerWorld world = new ServerWorld(WorldPlan.random(seed));
            Optional<Broken> broken = Broken.run(world);
            if (broken.isPresent()) {
                Broken least = broken.get().shrunk();
                throw new AssertionError(least.toString(), least.how());
            }
            grants += world.grants();
        }
        assertThat(grants).as("grants in all worlds").isGreaterThanOrEqualTo(5L * WORLDS);
    }

    @Test
    void a_world_goes_the_same_way_each_time() {
        for (long seed = 1; seed <= 5; seed++) {
            ServerWorld first = new ServerWorld(WorldPlan.random(seed));
            ServerWorld second = new ServerWorld(WorldPlan.random(seed));
            assertThat(Broken.run(first)).isEqualTo(Broken.run(second));
            assertThat(first.history()).isEqualTo(second.history());
        }
    }

    @Test
    void without_a_quiet_period_two_hold_the_lock_at_once_after_the_server_has_lost_its_data() {
        for (long seed = 1; seed <= 200; seed++) {
            WorldPlan plan = WorldPlan.random(seed);
            Optional<Broken> broken =
                    Broken.run(new ServerWorld(new WorldPlan(seed, plan.setup().hasty(), plan.events())));
            if (broken.isPresent()) {
                assertThat(broken.get().what()).contains("are valid at once");
                return;
            }
        }
        throw new AssertionError("this world would not notice a broken server");
    }
}
