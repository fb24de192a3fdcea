package dev.mortise.tests.deadlock;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.ClientInfo;
import dev.mortise.LockKind;
import dev.mortise.admin.WaitGraph;
import dev.mortise.admin.WaitGraph.Node;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The deadlocks of random graphs, against {@link Oracle}. */
final class WaitGraphOracleTest {
    private static final int SEEDS = 5_000;
    private static final Instant AT = Instant.EPOCH;
    private static final ClientInfo CLIENT = new ClientInfo("abcdef", "host", 1, "", "", Optional.empty());

    private record Edge(int owner, String lock, int permits) {}

    /** Random owners that hold and want random locks. */
    private static final class World {
        private final Random random;
        private final int owners;
        private final List<WaitGraph.Lock> locks = new ArrayList<>();
        private final Map<String, Integer> free = new HashMap<>();
        private List<Edge> holds = new ArrayList<>();
        private List<Edge> wants = new ArrayList<>();

        World(int seed) {
            random = new Random(seed);
            owners = 2 + random.nextInt(7);
            for (int i = 0; i < 5; i++) {
                int permits = random.nextBoolean() ? 1 : 2 + random.nextInt(3);
                locks.add(new WaitGraph.Lock("l" + i, LockKind.SEMAPHORE, permits));
                free.put("l" + i, permits);
            }
            for (int owner = 0; owner < owners; owner++) {
                for (int i = random.nextInt(3); i > 0; i--) {
                    hold(owner);
                }
            }
            for (int owner = 0; owner < owners; owner++) {
                for (int i = random.nextInt(5) == 0 ? 2 : random.nextInt(2); i > 0; i--) {
                    want(owner);
                }
            }
        }

        private void hold(int owner) {
            WaitGraph.Lock lock = locks.get(random.nextInt(locks.size()));
            int permits = 1 + random.nextInt((int) lock.permits());
            if (permits <= free.getOrDefault(lock.name(), 0)) {
                free.merge(lock.name(), -permits, Integer::sum);
                holds.add(new Edge(owner, lock.name(), permits));
            }
        }

        private void want(int owner) {
            WaitGraph.Lock lock = locks.get(random.nextInt(locks.size()));
            boolean isOwn = holds.stream()
                    .anyMatch(hold -> hold.owner() == owner && hold.lock().equals(lock.name()));
            boolean isWanted = wants.stream()
                    .anyMatch(want -> want.owner() == owner && want.lock().equals(lock.name()));
            if (!isOwn && !isWanted) {
                wants.add(new Edge(owner, lock.name(), 1 + random.nextInt((int) lock.permits())));
            }
        }

        private int capacity(String lock) {
            return locks.stream()
                    .filter(one -> one.name().equals(lock))
                    .mapToInt(one -> (int) one.permits())
                    .sum();
        }

        WaitGraph graph() {
            List<Node> nodes = new ArrayList<>();
            for (int i = 0; i < owners; i++) {
                nodes.add(new Node(i, "o" + i, CLIENT));
            }
            Map<String, Integer> places = new HashMap<>();
            return new WaitGraph(
                    AT,
                    nodes,
                    locks,
                    holds.stream()
                            .map(hold -> new WaitGraph.Hold(
                                    hold.owner(), hold.lock(), AT, hold.permits(), 1, "", Optional.empty()))
                            .toList(),
                    wants.stream()
                            .map(want -> new WaitGraph.Wait(
                                    want.owner(),
                                    want.lock(),
                                    AT,
                                    want.permits(),
                                    places.merge(want.lock(), 1, Integer::sum),
                                    false,
                                    ""))
                            .toList(),
                    true);
        }

        /** Those of these owners that are in a deadlock, if there were no others. */
        Set<Integer> inDeadlock(Set<Integer> among) {
            Oracle oracle = new Oracle();
            holds.stream()
                    .filter(hold -> among.contains(hold.owner()))
                    .forEach(hold ->
                            oracle.holds("o" + hold.owner(), hold.lock(), hold.permits(), capacity(hold.lock())));
            wants.stream()
                    .filter(want -> among.contains(want.owner()))
                    .forEach(want ->
                            oracle.wants("o" + want.owner(), want.lock(), want.permits(), capacity(want.lock())));
            return among.stream()
                    .filter(owner -> oracle.isInDeadlock("o" + owner))
                    .collect(Collectors.toSet());
        }

        Set<Integer> all() {
            return graph().owners().stream().map(Node::id).collect(Collectors.toSet());
        }

        void goesOn(int owner) {
            holds = holds.stream().filter(hold -> hold.owner() != owner).toList();
            wants = wants.stream().filter(want -> want.owner() != owner).toList();
        }
    }

    @Test
    void every_deadlock_is_in_the_graph_and_nothing_else() {
        int found = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            World world = new World(seed);
            int rounds = 0;
            while (true) {
                WaitGraph graph = world.graph();
                List<List<Node>> cycles = graph.cycles();
                Set<Integer> stuck = world.inDeadlock(world.all());
                assertThat(cycles.isEmpty()).as("seed %s: %s", seed, graph).isEqualTo(stuck.isEmpty());
                if (cycles.isEmpty()) {
                    break;
                }
                for (List<Node> cycle : cycles) {
                    Set<Integer> ids = cycle.stream().map(Node::id).collect(Collectors.toSet());
                    assertThat(world.inDeadlock(ids))
                            .as("seed %s: %s", seed, graph)
                            .isEqualTo(ids);
                }
                assertThat(graph.roots())
                        .noneMatch(root -> stuck.contains(root.owner().id()));
                found++;
                rounds++;
                assertThat(rounds).isLessThan(10);
                world.goesOn(cycles.get(0).get(0).id());
            }
        }
        assertThat(found).isGreaterThan(SEEDS / 40);
    }
}
