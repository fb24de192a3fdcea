package dev.mortise.internal.insight;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.DeadlockVictim;
import dev.mortise.LockKind;
import dev.mortise.admin.WaitGraph;
import dev.mortise.internal.store.LockRecord;
import dev.mortise.internal.store.Shape;
import dev.mortise.internal.store.Tag;
import dev.mortise.internal.store.WaitRecord;
import dev.mortise.internal.store.WaitRecord.Held;
import dev.mortise.internal.store.WaitRecord.Wanted;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What comes into a graph of the records of locks and of the register of waits. */
final class WaitGraphBuilderTest {
    private static final long NOW = 1_000_000;
    private static final Shape READ_WRITE = new Shape(LockKind.READ_WRITE, 1_000);

    private final List<LockRecord.Holder> holders = new ArrayList<>();
    private final List<LockRecord.Waiter> waiters = new ArrayList<>();
    private final List<LockRecord.Waiter> here = new ArrayList<>();
    private WaitGraphBuilder builder = new WaitGraphBuilder("self", new WaitGraphBuilder.Registered(List.of(), true));

    private void registered(WaitRecord... records) {
        builder = new WaitGraphBuilder("self", new WaitGraphBuilder.Registered(List.of(records), true));
    }

    private static WaitRecord waits(String owner, Wanted wanted, Held held) {
        return new WaitRecord(
                "other/o:" + owner,
                1,
                "other",
                new Tag(owner, "label"),
                0,
                DeadlockVictim.YOUNGEST,
                List.of(wanted),
                List.of(held));
    }

    private static Wanted wanted(String lock, String waitId, String queuedId) {
        return new Wanted(lock, waitId, queuedId, 1, 1, NOW - 3_000);
    }

    private void holder(String leaseId, String client, String owner, long permits) {
        holders.add(new LockRecord.Holder(
                leaseId, client, permits, 30_000, NOW + 20_000, 7, NOW - 10_000, owner, "for " + owner));
    }

    private void waiter(String leaseId, String client, String owner, long sinceMillis) {
        waiters.add(new LockRecord.Waiter(leaseId, client, 1, 1, sinceMillis, owner, ""));
    }

    private void add(String lock, Shape shape) {
        LockRecord record = new LockRecord(Optional.of(shape), NOW, 7, holders, waiters);
        builder.add(lock, record, List::of, here);
        holders.clear();
        waiters.clear();
        here.clear();
    }

    private WaitGraph graph() {
        return builder.make(Map.of(), 1);
    }

    private static List<String> names(WaitGraph graph) {
        return graph.owners().stream().map(WaitGraph.Node::owner).toList();
    }

    private static String owner(WaitGraph graph, WaitGraph.Hold hold) {
        return graph.owners().get(hold.owner()).owner();
    }

    @Test
    void nothing_is_an_empty_graph() {
        assertThat(graph()).isEqualTo(WaitGraph.empty(Instant.ofEpochMilli(1)));
    }

    @Test
    void an_owner_is_the_same_by_its_name_and_client() {
        holder("1", "x", "a", 1);
        waiter("2", "y", "a", NOW - 1_000);
        waiter("3", "x", "a", 0);
        add("one", Shape.MUTEX);
        holder("4", "x", "a", 1);
        waiter("5", "x", "b", NOW - 2_000);
        add("two", Shape.MUTEX);
        WaitGraph graph = graph();
        assertThat(names(graph)).containsExactly("a", "a", "b");
        assertThat(graph.owners()).extracting(node -> node.client().id()).containsExactly("x", "y", "x");
        assertThat(graph.holds()).extracting(WaitGraph.Hold::owner).containsExactly(0, 0);
        assertThat(graph.waits()).extracting(WaitGraph.Wait::place).containsExactly(1, 2, 1);
        assertThat(graph.waits().get(1).since()).isEqualTo(Instant.ofEpochMilli(NOW));
        assertThat(graph.at()).isEqualTo(Instant.ofEpochMilli(NOW));
        assertThat(graph.holds().get(0))
                .isEqualTo(new WaitGraph.Hold(
                        0,
                        "one",
                        Instant.ofEpochMilli(NOW - 10_000),
                        1,
                        7,
                        "for a",
                        Optional.of(Duration.ofSeconds(20))));
    }

    @Test
    void those_without_a_name_are_different_owners() {
        holder("1", "x", "", 1);
        waiter("2", "x", "", NOW);
        waiter("3", "x", "", NOW);
        here.add(new LockRecord.Waiter("", "self", 0, 1, NOW, "", ""));
        here.add(new LockRecord.Waiter("", "self", 0, 1, NOW, "", ""));
        add("one", Shape.MUTEX);
        assertThat(graph().owners()).hasSize(5);
        assertThat(graph().cycles()).isEmpty();
    }

    @Test
    void of_locks_that_are_not_waited_for_those_of_its_owners_are_in_it() {
        holder("1", "x", "a", 1);
        add("before", Shape.MUTEX);
        holder("2", "x", "stranger", 1);
        add("elsewhere", Shape.MUTEX);
        holder("3", "x", "a", 1);
        waiter("4", "x", "b", NOW);
        add("wanted", Shape.MUTEX);
        WaitGraph graph = graph();
        assertThat(graph.locks()).extracting(WaitGraph.Lock::name).containsExactly("before", "wanted");
        assertThat(names(graph)).containsExactly("a", "b");
    }

    @Test
    void a_wait_inside_another_client_has_the_place_of_the_one_that_stands_for_it() {
        registered(
                waits("behind", wanted("l", "w1", "q1"), new Held("own", "h1", 1, 0)),
                waits("holding", wanted("l", "w2", "gone"), new Held("own", "h2", 1, 0)),
                waits("queued", wanted("l", "q1", "q1"), new Held("own", "h3", 1, 0)));
        holder("h", "other", "holder", 1);
        waiter("q0", "x", "first", NOW);
        waiter("q1", "other", "queued", NOW);
        add("l", Shape.MUTEX);
        WaitGraph graph = graph();
        assertThat(graph.waits())
                .extracting(
                        wait -> graph.owners().get(wait.owner()).owner() + " " + wait.place() + " " + wait.isLocal())
                .containsExactly("holding 0 true", "first 1 false", "queued 2 false", "behind 2 true");
        assertThat(graph.waits().get(3).label()).isEqualTo("label");
    }

    @Test
    void a_wait_that_was_granted_since_and_one_for_a_free_lock_are_dropped() {
        registered(
                waits("granted", wanted("l", "h", "h"), new Held("own", "h1", 1, 0)),
                waits("late", wanted("free", "w", "w"), new Held("own", "h2", 1, 0)));
        holder("h", "other", "granted", 1);
        add("l", Shape.MUTEX);
        add("free", Shape.MUTEX);
        assertThat(graph().isEmpty()).isTrue();
        assertThat(graph().owners()).isEmpty();
    }

    @Test
    void a_hold_that_is_not_on_record_any_more_is_dropped() {
        registered(waits("a", wanted("wanted", "w", "w"), new Held("l", "over", 1, 0)));
        holder("new", "x", "b", 1);
        waiter("q", "x", "c", NOW);
        add("l", Shape.MUTEX);
        holder("h", "x", "d", 1);
        add("wanted", Shape.MUTEX);
        WaitGraph graph = graph();
        assertThat(graph.holds()).extracting(hold -> owner(graph, hold)).containsExactly("b", "d");
    }

    @Test
    void what_was_handed_on_in_its_client_is_held_by_the_one_that_the_register_names() {
        registered(waits("second", wanted("wanted", "w", "w"), new Held("l", "h", 1, NOW - 500)));
        holder("h", "other", "first", 1);
        waiter("q", "x", "c", NOW);
        add("l", Shape.MUTEX);
        WaitGraph graph = graph();
        assertThat(graph.holds()).singleElement().satisfies(hold -> {
            assertThat(owner(graph, hold)).isEqualTo("second");
            assertThat(hold.since()).isEqualTo(Instant.ofEpochMilli(NOW - 500));
            assertThat(hold.label()).isEmpty();
        });
    }

    @Test
    void readers_that_share_a_hold_all_hold_the_lock() {
        registered(waits("second", wanted("wanted", "w", "w"), new Held("l", "h", 1, NOW - 500)));
        holder("h", "other", "first", 1);
        waiter("q", "x", "writer", NOW);
        add("l", READ_WRITE);
        WaitGraph graph = graph();
        assertThat(graph.holds()).extracting(hold -> owner(graph, hold)).containsExactlyInAnyOrder("first", "second");
    }

    @Test
    void what_this_client_knows_itself_is_not_taken_from_the_register() {
        WaitRecord own = new WaitRecord(
                "self/o:a",
                1,
                "self",
                new Tag("a", ""),
                0,
                DeadlockVictim.YOUNGEST,
                List.of(wanted("l", "w", "w")),
                List.of());
        builder = new WaitGraphBuilder("self", new WaitGraphBuilder.Registered(List.of(own), true));
        holder("h", "self", "b", 1);
        add("l", Shape.MUTEX);
        assertThat(graph().isEmpty()).isTrue();
    }

    @Test
    void what_waits_here_stands_behind_the_last_of_this_client_in_the_queue() {
        holder("h", "x", "holder", 1);
        waiter("q0", "self", "leads", NOW);
        waiter("q1", "x", "other", NOW);
        here.add(new LockRecord.Waiter("", "self", 0, 1, NOW, "here", "mine"));
        add("l", Shape.MUTEX);
        WaitGraph graph = graph();
        assertThat(graph.waits())
                .extracting(
                        wait -> graph.owners().get(wait.owner()).owner() + " " + wait.place() + " " + wait.isLocal())
                .containsExactly("leads 1 false", "here 1 true", "other 2 false");
    }

    @Test
    void a_lock_that_is_listed_twice_counts_once() {
        for (int i = 0; i < 2; i++) {
            holder("h", "x", "holder", 1);
            waiter("q", "x", "waiter", NOW);
            add("l", Shape.MUTEX);
        }
        assertThat(graph().waits()).hasSize(1);
        assertThat(graph().holds()).hasSize(1);
    }

    @Test
    void more_than_there_is_room_for_is_left_out_and_the_graph_says_so() {
        holder("h", "x", "holder", 1);
        for (int i = 0; i <= WaitGraphBuilder.MOST_OWNERS; i++) {
            waiter("q" + i, "x", "w" + i, NOW);
        }
        add("l", Shape.MUTEX);
        WaitGraph graph = graph();
        assertThat(graph.owners()).hasSize(WaitGraphBuilder.MOST_OWNERS);
        assertThat(graph.isComplete()).isFalse();
        assertThat(graph.roots().get(0).blocks()).isEqualTo(WaitGraphBuilder.MOST_OWNERS - 1);
    }

    @Test
    void more_locks_that_are_not_waited_for_than_are_remembered_make_it_incomplete() {
        for (int i = 0; i < WaitGraphBuilder.MOST_OTHERS; i++) {
            holder("h", "x", "holder", 1);
            add("l" + i, Shape.MUTEX);
        }
        assertThat(graph().isComplete()).isTrue();
        holder("h", "x", "holder", 1);
        add("last", Shape.MUTEX);
        assertThat(graph().isComplete()).isFalse();
        assertThat(graph().owners()).isEmpty();
    }
}
