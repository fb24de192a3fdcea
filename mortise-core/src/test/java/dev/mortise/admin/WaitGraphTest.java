package dev.mortise.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mortise.LockKind;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who blocks whom, in graphs made by hand. */
final class WaitGraphTest {
    private static List<String> roots(WaitGraph graph) {
        return graph.roots().stream()
                .map(root -> root.owner().owner() + " " + root.blocks())
                .toList();
    }

    private static List<List<String>> cycles(WaitGraph graph) {
        return graph.cycles().stream()
                .map(cycle -> cycle.stream().map(WaitGraph.Node::owner).toList())
                .toList();
    }

    private static List<String> blockers(WaitGraph graph, String owner) {
        return graph.owners().stream()
                .filter(node -> node.owner().equals(owner))
                .flatMap(node -> graph.blockersOf(node).stream())
                .map(WaitGraph.Node::owner)
                .toList();
    }

    @Test
    void nobody_waits() {
        WaitGraph graph = WaitGraph.empty(GraphMaker.AT);
        assertThat(graph.isEmpty()).isTrue();
        assertThat(graph.isComplete()).isTrue();
        assertThat(graph.roots()).isEmpty();
        assertThat(graph.cycles()).isEmpty();
        assertThat(graph.toText()).isEqualTo("No owner waits.\n");
        assertThat(graph.toDot()).isEqualTo("digraph waits {\n  rankdir=LR;\n}\n");
    }

    @Test
    void a_chain_has_one_root_that_blocks_all() {
        WaitGraph graph = new GraphMaker()
                .holds("c", "z")
                .holds("b", "y")
                .waits("b", "z")
                .waits("a", "y")
                .make();
        assertThat(roots(graph)).containsExactly("c 2");
        assertThat(blockers(graph, "a")).containsExactly("b");
        assertThat(blockers(graph, "c")).isEmpty();
        assertThat(graph.blocks(graph.owners().get(1))).isOne();
        assertThat(graph.cycles()).isEmpty();
    }

    @Test
    void roots_that_block_most_come_first() {
        WaitGraph graph = new GraphMaker()
                .holds("few", "x")
                .waits("1", "x")
                .holds("many", "y")
                .waits("2", "y")
                .waits("3", "y")
                .make();
        assertThat(roots(graph)).containsExactly("many 2", "few 1");
    }

    @Test
    void a_ring_is_told_in_its_order_and_has_no_root() {
        WaitGraph graph = new GraphMaker()
                .holds("a", "x")
                .holds("b", "y")
                .holds("c", "z")
                .waits("a", "z")
                .waits("c", "y")
                .waits("b", "x")
                .make();
        assertThat(cycles(graph)).containsExactly(List.of("a", "c", "b"));
        assertThat(graph.roots()).isEmpty();
    }

    @Test
    void who_only_waits_behind_a_deadlock_is_in_none() {
        WaitGraph graph = new GraphMaker()
                .holds("a", "x")
                .holds("b", "y")
                .waits("a", "y")
                .waits("b", "x")
                .holds("c", "z")
                .waits("c", "x")
                .waits("d", "z")
                .make();
        assertThat(cycles(graph)).containsExactly(List.of("a", "b"));
        assertThat(graph.roots()).isEmpty();
    }

    @Test
    void two_rings_that_share_a_lock_are_one_deadlock() {
        WaitGraph graph = new GraphMaker()
                .semaphore("shared", 2)
                .holds("a", "shared", 1)
                .holds("b", "shared", 1)
                .holds("c", "x")
                .holds("d", "y")
                .waits("a", "x")
                .waits("b", "y")
                .waits("c", "shared", 1)
                .waits("d", "shared", 1)
                .make();
        assertThat(cycles(graph)).hasSize(1);
        assertThat(cycles(graph).get(0)).containsExactlyInAnyOrder("a", "b", "c", "d");
        assertThat(cycles(graph).get(0).subList(0, 2)).containsExactly("a", "c");
    }

    @Test
    void two_deadlocks_are_two_also_when_one_waits_for_the_other() {
        WaitGraph graph = new GraphMaker()
                .semaphore("s", 2)
                .holds("a", "x")
                .holds("a", "s", 1)
                .holds("b", "y")
                .waits("a", "y")
                .waits("b", "x")
                .holds("c", "s", 1)
                .holds("d", "u")
                .waits("c", "u")
                .waits("d", "s", 2)
                .make();
        assertThat(cycles(graph)).containsExactly(List.of("a", "b"), List.of("c", "d"));
    }

    @Test
    void who_would_go_on_if_a_deadlock_ended_is_in_none() {
        WaitGraph graph = new GraphMaker()
                .holds("a", "x")
                .holds("b", "y")
                .waits("a", "y")
                .waits("b", "x")
                .holds("c", "z")
                .holds("d", "u")
                .waits("c", "u")
                .waits("d", "z")
                .waits("d", "x")
                .make();
        assertThat(cycles(graph)).containsExactly(List.of("a", "b"));
    }

    @Test
    void a_semaphore_that_is_partly_held_by_others_is_no_deadlock() {
        WaitGraph graph = new GraphMaker()
                .semaphore("s", 2)
                .holds("a", "s", 1)
                .holds("free", "s", 1)
                .holds("b", "y")
                .waits("a", "y")
                .waits("b", "s", 1)
                .make();
        assertThat(cycles(graph)).isEmpty();
        assertThat(roots(graph)).containsExactly("free 2");
        assertThat(blockers(graph, "b")).containsExactly("a", "free");
    }

    @Test
    void a_reader_behind_a_writer_waits_for_the_writer() {
        WaitGraph graph = new GraphMaker()
                .readWrite("l")
                .holds("r1", "l", 1)
                .waits("w", "l")
                .waits("r2", "l", 1)
                .waits("w2", "l")
                .waits("r3", "l", 1)
                .make();
        assertThat(blockers(graph, "r2")).containsExactly("w");
        assertThat(blockers(graph, "r3")).containsExactly("w2");
        assertThat(blockers(graph, "w2")).containsExactly("r1");
        assertThat(roots(graph)).containsExactly("r1 4");
    }

    @Test
    void a_deadlock_through_the_order_of_a_queue_is_found() {
        WaitGraph graph = new GraphMaker()
                .readWrite("l")
                .holds("r1", "l", 1)
                .waits("w", "l")
                .holds("r2", "x")
                .waits("r2", "l", 1)
                .waits("r1", "x")
                .make();
        assertThat(cycles(graph)).containsExactly(List.of("r1", "r2", "w"));
    }

    @Test
    void who_waits_inside_its_client_stands_behind_the_one_in_the_queue_and_before_no_other() {
        GraphMaker maker = new GraphMaker()
                .readWrite("l")
                .holds("r1", "l", 1)
                .waits("w", "l")
                .waitsInside("behind", "l", 1, 1)
                .waitsInside("holding", "l", GraphMaker.ALL, 0)
                .waitsInside("fits", "l", 1, 0);
        WaitGraph graph = maker.make();
        assertThat(blockers(graph, "behind")).containsExactly("w");
        assertThat(blockers(graph, "holding")).containsExactly("r1");
        assertThat(blockers(graph, "fits")).isEmpty();
        assertThat(roots(graph)).containsExactly("r1 3", "fits 0");
        // The holder waits for the one behind the writer.
        WaitGraph stuck = maker.holds("behind", "x").waits("r1", "x").make();
        assertThat(cycles(stuck)).containsExactly(List.of("r1", "behind", "w"));
    }

    @Test
    void who_waits_for_itself_is_in_no_deadlock() {
        WaitGraph graph =
                new GraphMaker().holds("a", "x").waits("a", "x").waits("b", "x").make();
        assertThat(cycles(graph)).isEmpty();
        assertThat(roots(graph)).containsExactly("a 1");
    }

    @Test
    void who_could_go_on_with_another_of_its_waits_is_in_no_deadlock() {
        WaitGraph graph = new GraphMaker()
                .holds("a", "x")
                .holds("b", "y")
                .waits("a", "y")
                .waits("b", "x")
                .holds("free", "z")
                .waits("b", "z")
                .make();
        assertThat(cycles(graph)).isEmpty();
    }

    @Test
    void upgraders_wait_for_each_other() {
        WaitGraph graph = new GraphMaker()
                .readWrite("l")
                .holds("a", "l", 1)
                .holds("b", "l", 1)
                .waits("a", "l", GraphMaker.ALL - 1)
                .waits("b", "l", GraphMaker.ALL - 1)
                .make();
        assertThat(cycles(graph)).containsExactly(List.of("a", "b"));
        WaitGraph alone = new GraphMaker()
                .readWrite("l")
                .holds("a", "l", 1)
                .waits("a", "l", GraphMaker.ALL - 1)
                .make();
        assertThat(roots(alone)).containsExactly("a 0");
    }

    @Test
    void thousands_in_a_chain_and_in_a_ring_are_no_matter() {
        int count = 5_000;
        GraphMaker maker = new GraphMaker();
        for (int i = 0; i < count; i++) {
            maker.holds("o" + i, "l" + i);
            if (i > 0) {
                maker.waits("o" + i, "l" + (i - 1));
            }
        }
        WaitGraph chain = maker.make();
        assertThat(roots(chain)).containsExactly("o0 " + (count - 1));
        assertThat(chain.cycles()).isEmpty();
        assertThat(chain.toText().lines().count()).isLessThan(30);
        assertThat(chain.toText()).endsWith("4983 more owners are not shown.\n");
        WaitGraph ring = maker.waits("o0", "l" + (count - 1)).make();
        assertThat(ring.cycles())
                .singleElement()
                .satisfies(cycle -> assertThat(cycle).hasSize(count));
        assertThat(ring.toText().lines().count()).isLessThan(210);
        assertThat(ring.toDot().lines().count()).isEqualTo(4 * count + 3);
    }

    @Test
    void thousands_of_holders_and_waiters_of_one_semaphore_are_no_matter() {
        int count = 3_000;
        GraphMaker maker = new GraphMaker().semaphore("s", count);
        for (int i = 0; i < count; i++) {
            maker.holds("h" + i, "s", 1).waits("w" + i, "s", 1);
        }
        WaitGraph graph = maker.make();
        assertThat(graph.roots()).hasSize(count).allMatch(root -> root.blocks() == count);
        assertThat(graph.cycles()).isEmpty();
        assertThat(graph.toText().lines().count()).isLessThan(210);
    }

    @Test
    void thousands_of_small_deadlocks_are_no_matter() {
        GraphMaker maker = new GraphMaker();
        for (int i = 0; i < 2_000; i++) {
            maker.holds("a" + i, "x" + i)
                    .holds("b" + i, "y" + i)
                    .waits("a" + i, "y" + i)
                    .waits("b" + i, "x" + i);
        }
        assertThat(maker.make().cycles()).hasSize(2_000);
    }

    @Test
    void a_graph_that_does_not_fit_together_is_refused() {
        WaitGraph.Node node = new WaitGraph.Node(1, "a", GraphMaker.CLIENT);
        assertThatThrownBy(() -> new WaitGraph(GraphMaker.AT, List.of(node), List.of(), List.of(), List.of(), true))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("index 0");
        WaitGraph.Wait wait = new WaitGraph.Wait(0, "x", GraphMaker.AT, 1, 1, false, "");
        WaitGraph.Node first = new WaitGraph.Node(0, "a", GraphMaker.CLIENT);
        assertThatThrownBy(
                        () -> new WaitGraph(GraphMaker.AT, List.of(first), List.of(), List.of(), List.of(wait), true))
                .hasMessageContaining("there is no lock 'x'");
        WaitGraph.Lock lock = new WaitGraph.Lock("x", LockKind.MUTEX, 1);
        assertThatThrownBy(
                        () -> new WaitGraph(GraphMaker.AT, List.of(), List.of(lock, lock), List.of(), List.of(), true))
                .hasMessageContaining("twice");
        assertThatThrownBy(() -> new WaitGraph(GraphMaker.AT, List.of(), List.of(lock), List.of(), List.of(wait), true))
                .hasMessageContaining("there is no owner 0");
    }
}
