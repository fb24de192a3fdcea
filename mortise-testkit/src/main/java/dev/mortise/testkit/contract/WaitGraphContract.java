package dev.mortise.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mortise.AcquireOptions;
import dev.mortise.Lease;
import dev.mortise.Mortise;
import dev.mortise.Owner;
import dev.mortise.admin.LockAdmin;
import dev.mortise.admin.WaitGraph;
import dev.mortise.admin.WaitGraph.Node;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Who waits for whom, over several clients. */
@SuppressWarnings("try") // what is held is held for its time
abstract class WaitGraphContract extends StaleContract {
    private static AcquireOptions as(String owner) {
        return AcquireOptions.defaults().owner(Owner.of(owner));
    }

    /** The names of those that an owner waits for. */
    private static List<String> blockers(WaitGraph graph, String owner) {
        return graph.owners().stream()
                .filter(node -> node.owner().equals(owner))
                .flatMap(node -> graph.blockersOf(node).stream())
                .map(Node::owner)
                .toList();
    }

    private static List<WaitGraph.Root> root(WaitGraph graph, String owner) {
        return graph.roots().stream()
                .filter(root -> root.owner().owner().equals(owner))
                .toList();
    }

    @Test
    void a_chain_over_two_clients_is_seen_whole_by_each() throws Exception {
        Mortise here = client();
        Mortise there = client(ClientSettings.defaults().named("other"));
        String first = name() + "1";
        String second = name() + "2";
        Lease last = here.lock(second).acquire(as("c").label("nightly"));
        Lease middle = there.lock(first).acquire(as("b"));
        Lease unwanted = here.lock(name() + "3").acquire(as("c"));
        CompletableFuture<Lease> b = there.lock(second).acquireAsync(as("b"));
        CompletableFuture<Lease> a = here.lock(first).acquireAsync(as("a"));
        untilWaiting(here.lock(second), 1);
        untilWaiting(here.lock(first), 1);
        for (Mortise client : List.of(here, there)) {
            WaitGraph graph = client.admin().waitGraph();
            assertThat(blockers(graph, "a")).containsExactly("b");
            assertThat(blockers(graph, "b")).containsExactly("c");
            assertThat(root(graph, "c")).singleElement().satisfies(root -> {
                assertThat(root.blocks()).isEqualTo(2);
                assertThat(root.owner().client().name()).isEqualTo("contract");
            });
            assertThat(graph.cycles()).isEmpty();
            assertThat(graph.isComplete()).isTrue();
            assertThat(graph.holds())
                    .filteredOn(hold -> hold.lock().equals(second))
                    .singleElement()
                    .satisfies(hold -> {
                        assertThat(hold.fencingToken()).isEqualTo(last.fencingToken());
                        assertThat(hold.label()).isEqualTo("nightly");
                        assertThat(hold.expiresIn()).isPresent();
                    });
            // What a root holds besides may be worth knowing.
            assertThat(graph.locks()).extracting(WaitGraph.Lock::name).contains(name() + "3");
            assertThat(graph.toText())
                    .contains(
                            "; blocks 2 others\n  b on ",
                            "'" + second + "' [nightly] for ",
                            "\n    a on ",
                            " (place 1)\n");
            assertThat(graph.toDot()).startsWith("digraph waits {\n").endsWith("}\n");
        }
        last.release();
        unwanted.release();
        b.join().release();
        middle.release();
        a.join().release();
        WaitGraph after = here.admin().waitGraph();
        assertThat(after.locks()).noneMatch(lock -> lock.name().startsWith(name()));
    }

    @Test
    void a_lock_that_is_not_waited_for_is_not_in_it() throws Exception {
        Lease held = client().lock(name()).acquire();
        assertThat(client().admin().waitGraph().locks())
                .noneMatch(lock -> lock.name().equals(name()));
        held.release();
    }

    @Test
    void a_long_wait_inside_another_client_is_seen() throws Exception {
        Mortise here = client();
        Mortise there = client();
        String other = name() + " other";
        Lease held = there.lock(name()).acquire(as("holder"));
        Lease own = there.lock(other).acquire(as("inside"));
        CompletableFuture<Lease> inside = there.lock(name()).acquireAsync(as("inside"));
        CompletableFuture<Lease> outside = here.lock(other).acquireAsync(as("outside"));
        untilWaiting(there.lock(name()), 1);
        untilWaiting(here.lock(other), 1);
        WaitGraph atOnce = there.admin().waitGraph();
        assertThat(blockers(atOnce, "outside")).containsExactly("inside");
        assertThat(blockers(atOnce, "inside")).containsExactly("holder");
        until(
                "seen by the other client",
                () -> blockers(here.admin().waitGraph(), "inside").equals(List.of("holder")));
        assertThat(root(here.admin().waitGraph(), "holder"))
                .singleElement()
                .satisfies(root -> assertThat(root.blocks()).isEqualTo(2));
        held.release();
        inside.join().release();
        own.release();
        outside.join().release();
    }

    @Test
    void who_was_handed_a_lock_inside_another_client_is_its_holder_once_it_waits_for_long() throws Exception {
        Mortise here = client();
        Mortise there = client();
        String other = name() + " other";
        Lease last = here.lock(other).acquire(as("last"));
        Lease first = there.lock(name()).acquire(as("first"));
        CompletableFuture<Lease> next = there.lock(name()).acquireAsync(as("second"));
        first.release();
        Lease second = get(next);
        CompletableFuture<Lease> waits = there.lock(other).acquireAsync(as("second"));
        CompletableFuture<Lease> outside = here.lock(name()).acquireAsync(as("outside"));
        untilWaiting(here.lock(name()), 1);
        until(
                "seen by the other client",
                () -> blockers(here.admin().waitGraph(), "outside").equals(List.of("second")));
        assertThat(blockers(here.admin().waitGraph(), "second")).containsExactly("last");
        last.release();
        get(waits).release();
        second.release();
        get(outside).release();
    }

    @Test
    void a_client_that_is_closed_makes_no_graph() {
        Mortise client = client();
        LockAdmin admin = client.admin();
        client.close();
        assertThatThrownBy(admin::waitGraph).isInstanceOf(IllegalStateException.class);
    }
}
