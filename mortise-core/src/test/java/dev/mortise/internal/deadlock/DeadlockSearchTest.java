package dev.mortise.internal.deadlock;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.DeadlockVictim;
import dev.mortise.internal.store.Tag;
import dev.mortise.internal.store.WaitRecord;
import dev.mortise.internal.store.WaitRecord.Held;
import dev.mortise.internal.store.WaitRecord.Wanted;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeadlockSearchTest {
    private static final AtomicLong HOLDS = new AtomicLong();

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 10, 100})
    void a_ring_is_a_deadlock_of_all_its_owners_in_order(int size) {
        List<WaitRecord> ring = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            ring.add(owner(i, List.of(wants("l" + (i + 1) % size, 1, 1)), List.of(holds("l" + i, 1))));
        }
        DeadlockSearch search = new DeadlockSearch(ring);
        for (WaitRecord one : ring) {
            Set<WaitRecord> found = search.deadlockOf(one.owner());
            assertThat(found).hasSize(size);
            List<WaitRecord> cycle = search.cycle(one, found);
            assertThat(cycle).hasSize(size).startsWith(one).doesNotHaveDuplicates();
        }
    }

    @Test
    void an_owner_outside_the_cycle_is_in_no_deadlock() {
        WaitRecord a = owner(0, List.of(wants("y", 1, 1)), List.of(holds("x", 1)));
        WaitRecord b = owner(1, List.of(wants("x", 1, 1)), List.of(holds("y", 1)));
        WaitRecord outside = owner(2, List.of(wants("x", 1, 1)), List.of(holds("z", 1)));
        DeadlockSearch search = new DeadlockSearch(List.of(a, b, outside));
        assertThat(search.deadlockOf(a.owner())).containsExactlyInAnyOrder(a, b);
        assertThat(search.deadlockOf(outside.owner())).isEmpty();
    }

    @Test
    void an_owner_that_waits_only_for_itself_is_in_no_deadlock() {
        WaitRecord alone = owner(0, List.of(wants("x", 1, 1)), List.of(holds("x", 1)));
        assertThat(new DeadlockSearch(List.of(alone)).deadlockOf(alone.owner())).isEmpty();
    }

    @Test
    void a_semaphore_that_is_partly_held_is_a_deadlock_only_when_nothing_fits() {
        WaitRecord a = owner(0, List.of(wants("s", 2, 4)), List.of(holds("s", 2)));
        WaitRecord b = owner(1, List.of(wants("s", 1, 4)), List.of(holds("s", 2)));
        WaitRecord less = owner(1, List.of(wants("s", 1, 4)), List.of(holds("s", 1)));
        assertThat(new DeadlockSearch(List.of(a, b)).deadlockOf(a.owner())).hasSize(2);
        assertThat(new DeadlockSearch(List.of(a, less)).deadlockOf(a.owner())).isEmpty();
    }

    @Test
    void a_reader_that_becomes_the_writer_is_not_in_its_own_way() {
        Held read = new Held("rw", "id", 1, 0);
        WaitRecord upgrade = new WaitRecord(
                "o0",
                1,
                "c",
                new Tag("o0", ""),
                0,
                DeadlockVictim.YOUNGEST,
                List.of(new Wanted("rw", "id", "id", 9, 9, 0)),
                List.of(read, holds("x", 1)));
        WaitRecord reader = owner(1, List.of(wants("x", 1, 1)), List.of(holds("rw", 1)));
        assertThat(new DeadlockSearch(List.of(upgrade, reader)).deadlockOf("o0"))
                .hasSize(2);
        WaitRecord elsewhere = owner(1, List.of(wants("x", 1, 1)), List.of(holds("y", 1)));
        assertThat(new DeadlockSearch(List.of(upgrade, elsewhere)).deadlockOf("o0"))
                .isEmpty();
    }

    /** All sets of owners are tried: a set is stuck when nothing fits for any of its owners. */
    @Test
    void random_graphs_have_the_deadlocks_that_trying_all_sets_finds_and_no_other() {
        int deadlocks = 0;
        for (int seed = 0; seed < 3_000; seed++) {
            List<WaitRecord> graph = graph(new Random(seed));
            DeadlockSearch search = new DeadlockSearch(graph);
            Set<WaitRecord> inAny = new HashSet<>();
            for (WaitRecord one : graph) {
                Set<WaitRecord> found = search.deadlockOf(one.owner());
                if (!found.isEmpty()) {
                    assertThat(found).as("seed " + seed).contains(one);
                    assertThat(isStuck(found)).as("seed " + seed).isTrue();
                    assertThat(search.cycle(one, found)).as("seed " + seed).startsWith(one);
                    inAny.addAll(found);
                    deadlocks++;
                }
            }
            for (WaitRecord one : inAny) {
                assertThat(search.deadlockOf(one.owner())).as("seed " + seed).contains(one);
            }
            boolean isStuck = subsets(graph).stream().anyMatch(set -> set.size() > 1 && isStuck(set) && isMutual(set));
            assertThat(!inAny.isEmpty()).as("seed " + seed).isEqualTo(isStuck);
        }
        assertThat(deadlocks).isGreaterThan(500);
    }

    /** While one owner of each deadlock ends its wait, the rest comes to rest, and every one that ended was in a deadlock. */
    @Test
    void ending_one_wait_after_another_leaves_no_deadlock() {
        for (int seed = 0; seed < 1_000; seed++) {
            List<WaitRecord> graph = new ArrayList<>(graph(new Random(seed)));
            boolean changes = true;
            while (changes) {
                changes = false;
                DeadlockSearch search = new DeadlockSearch(graph);
                for (WaitRecord one : List.copyOf(graph)) {
                    Set<WaitRecord> found = search.deadlockOf(one.owner());
                    if (!found.isEmpty() && VictimChoice.of(found).victim().equals(one)) {
                        graph.remove(one);
                        changes = true;
                        break;
                    }
                }
            }
            DeadlockSearch rest = new DeadlockSearch(graph);
            assertThat(graph).allMatch(one -> rest.deadlockOf(one.owner()).isEmpty());
        }
    }

    private static List<WaitRecord> graph(Random random) {
        int owners = 2 + random.nextInt(6);
        int locks = 1 + random.nextInt(4);
        Map<String, Integer> capacity = new HashMap<>();
        Map<String, Integer> free = new HashMap<>();
        for (int i = 0; i < locks; i++) {
            int permits = random.nextBoolean() ? 1 : 1 + random.nextInt(4);
            capacity.put("l" + i, permits);
            free.put("l" + i, permits);
        }
        List<WaitRecord> graph = new ArrayList<>();
        for (int i = 0; i < owners; i++) {
            List<Held> held = new ArrayList<>();
            for (int j = 0; j < locks; j++) {
                int most = free.getOrDefault("l" + j, 0);
                if (most > 0 && random.nextInt(3) == 0) {
                    int permits = 1 + random.nextInt(most);
                    free.merge("l" + j, -permits, Integer::sum);
                    held.add(holds("l" + j, permits));
                }
            }
            List<Wanted> wanted = new ArrayList<>();
            for (int j = 0; j <= random.nextInt(2); j++) {
                String lock = "l" + random.nextInt(locks);
                int all = capacity.getOrDefault(lock, 1);
                wanted.add(wants(lock, 1 + random.nextInt(all), all));
            }
            graph.add(owner(i, wanted, held));
        }
        return graph;
    }

    private static boolean isStuck(Set<WaitRecord> set) {
        return set.stream()
                .noneMatch(owner -> owner.wanted().stream().anyMatch(wanted -> {
                    long held = set.stream()
                            .flatMap(other -> other.held().stream())
                            .filter(hold -> hold.lock().equals(wanted.lock()))
                            .mapToLong(Held::permits)
                            .sum();
                    return held + wanted.permits() <= wanted.capacity();
                }));
    }

    /** Whether each reaches each other one by waiting. */
    private static boolean isMutual(Set<WaitRecord> set) {
        return set.stream().allMatch(one -> {
            Set<WaitRecord> reached = new HashSet<>(Set.of(one));
            int before;
            do {
                before = reached.size();
                for (WaitRecord other : set) {
                    boolean isWaitedFor = reached.stream()
                            .flatMap(at -> at.wanted().stream())
                            .anyMatch(wanted -> other.held().stream()
                                    .anyMatch(held -> held.lock().equals(wanted.lock())));
                    if (isWaitedFor) {
                        reached.add(other);
                    }
                }
            } while (reached.size() > before);
            return reached.equals(set);
        });
    }

    private static List<Set<WaitRecord>> subsets(List<WaitRecord> all) {
        List<Set<WaitRecord>> subsets = new ArrayList<>();
        for (int bits = 1; bits < 1 << all.size(); bits++) {
            Set<WaitRecord> set = new HashSet<>();
            for (int i = 0; i < all.size(); i++) {
                if ((bits & 1 << i) != 0) {
                    set.add(all.get(i));
                }
            }
            subsets.add(set);
        }
        return subsets;
    }

    private static WaitRecord owner(int number, List<Wanted> wanted, List<Held> held) {
        return new WaitRecord(
                "o" + number, 1, "c", new Tag("o" + number, ""), number, DeadlockVictim.YOUNGEST, wanted, held);
    }

    private static Wanted wants(String lock, long permits, long capacity) {
        return new Wanted(lock, "w" + lock, "w" + lock, permits, capacity, 0);
    }

    private static Held holds(String lock, long permits) {
        return new Held(lock, "h" + lock + HOLDS.incrementAndGet(), permits, 0);
    }
}
