package dev.mortise.tests.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.internal.store.AcquireRequest;
import dev.mortise.internal.store.Fencing;
import dev.mortise.internal.store.Shape;
import dev.mortise.internal.store.SingleAuthorityStore;
import dev.mortise.internal.store.Tag;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Several locks in one step, between other steps: the script and the model answer and store the same. */
class AcquireAllTest {
    private static final int SEQUENCES = 200;
    private static final int STEPS = 25;
    private static final SequenceSetup SETUP =
            new SequenceSetup(Theme.ANYTHING, List.of(Shape.MUTEX, Shape.MUTEX), 2, OptionalLong.empty(), 300);

    @Test
    void script_and_model_agree() {
        int granted = 0;
        int refused = 0;
        try (LuaServer server = new LuaServer()) {
            for (int seed = 0; seed < SEQUENCES; seed++) {
                Walk walk = new Walk(new Random(seed), server);
                for (int step = 0; step < STEPS; step++) {
                    walk.step();
                }
                granted += walk.granted;
                refused += walk.refused;
            }
        }
        assertThat(granted).isGreaterThan(SEQUENCES / 2);
        assertThat(refused).isGreaterThan(SEQUENCES);
    }

    @Test
    void each_lock_is_written_with_a_block_of_tokens() {
        try (LuaServer server = new LuaServer()) {
            LuaSide lua = new LuaSide(server, SETUP, World.START_MICROS);
            List<Long> tokens = lua.store(0)
                    .acquireAll(Walk.all(0, 1, 30_000, World.START_MICROS + 5_000))
                    .join()
                    .orElseThrow();
            assertThat(tokens).containsOnly(World.START_MICROS + 5_001);
            for (String lock : SequenceSetup.LOCKS) {
                var stored = lua.store(0).inspect(lock).join();
                assertThat(stored.lastToken()).isEqualTo(tokens.get(0) + Fencing.BLOCK - 1);
                assertThat(stored.holders()).singleElement().satisfies(holder -> {
                    assertThat(holder.token()).isEqualTo(tokens.get(0));
                    assertThat(holder.owner()).isEqualTo("me");
                    assertThat(holder.label()).isEqualTo("label");
                    assertThat(holder.expiryMillis()).isEqualTo(stored.nowMillis() + 30_000);
                    assertThat(holder.sinceMillis()).isBetween(stored.nowMillis() - 1, stored.nowMillis());
                });
            }
        }
    }

    private static final class Walk {
        private final Random random;
        private final List<Side> sides;
        private long micros = World.START_MICROS;
        private int leases;
        private int granted;
        private int refused;

        private Walk(Random random, LuaServer server) {
            this.random = random;
            this.sides = List.of(new LuaSide(server, SETUP, micros), new ModelSide(SETUP, micros));
        }

        private void step() {
            micros += (1 + random.nextInt(random.nextInt(4) == 0 ? 2_000 : 10)) * 1000L;
            sides.forEach(side -> side.moveClock(micros));
            int client = random.nextInt(2);
            int lease = random.nextInt(3) > 0 ? ++leases : 1 + random.nextInt(leases + 1);
            int old = Math.max(1, leases - random.nextInt(4));
            long millis = random.nextInt(4) == 0 ? 0 : 1_000;
            String lock = SequenceSetup.lock(random.nextInt(2));
            switch (random.nextInt(6)) {
                case 0, 1 -> {
                    Optional<?> tokens = (Optional<?>) same(store ->
                            store.acquireAll(all(client, lease, millis, 0)).join());
                    granted += tokens.isPresent() ? 1 : 0;
                    refused += tokens.isPresent() ? 0 : 1;
                }
                case 2 ->
                    same(store -> store.acquire(request(lock, client, lease, millis, 0))
                            .join());
                case 3 ->
                    same(store -> store.withdraw(lock, SequenceSetup.lease(client, old), tombstone(old))
                            .join());
                default -> {
                    for (String each : random.nextBoolean() ? SequenceSetup.LOCKS : List.of(lock)) {
                        same(store -> store.release(each, SequenceSetup.lease(client, old), 1, 0)
                                .join());
                    }
                }
            }
            for (String each : SequenceSetup.LOCKS) {
                assertThat(sides.get(0).describe(each)).isEqualTo(sides.get(1).describe(each));
            }
        }

        /** None, or longer than a sequence: what is left of an older one goes with its key, which takes longer here. */
        private static long tombstone(int old) {
            return old % 8 == 0 ? 1_000_000 : 0;
        }

        private Object same(Function<SingleAuthorityStore, Object> step) {
            List<Object> answers = new ArrayList<>();
            sides.forEach(side -> answers.add(step.apply(side.store(0))));
            assertThat(answers.get(0)).isEqualTo(answers.get(1));
            return answers.get(0);
        }

        static List<AcquireRequest> all(int client, int lease, long millis, long floor) {
            return SequenceSetup.LOCKS.stream()
                    .map(lock -> request(lock, client, lease, millis, floor))
                    .toList();
        }

        private static AcquireRequest request(String lock, int client, int lease, long millis, long floor) {
            return new AcquireRequest(
                    lock,
                    SequenceSetup.lease(client, lease),
                    Shape.MUTEX,
                    1,
                    millis,
                    false,
                    floor,
                    new Tag("me", "label"),
                    10,
                    0);
        }
    }
}
