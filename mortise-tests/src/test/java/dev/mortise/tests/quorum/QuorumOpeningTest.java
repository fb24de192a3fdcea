package dev.mortise.tests.quorum;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.internal.quorum.QuorumSettings;
import dev.mortise.internal.quorum.QuorumStore;
import dev.mortise.internal.store.AcquireReply;
import dev.mortise.internal.store.AcquireRequest;
import dev.mortise.internal.store.Shape;
import dev.mortise.internal.store.StoreException;
import dev.mortise.internal.store.StoreException.Effect;
import dev.mortise.internal.store.Tag;
import dev.mortise.internal.store.VotingStore;
import dev.mortise.testkit.memory.InMemoryLockStore;
import dev.mortise.testkit.memory.InMemoryServer;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Test;

/** A client opens while nodes are slow to answer: only then is asked again what they did not answer. */
final class QuorumOpeningTest extends OnInMemoryQuorum {
    private static final String ID = "n".repeat(22);
    private static final long OPENING = QuorumSettings.defaults().opening().toMillis();

    private final List<Slow> slow = new ArrayList<>();

    @Test
    void a_client_opens_though_no_first_answers_come_in_time() {
        QuorumStore store = over(node -> true, 4);
        CompletableFuture<Void> opened = store.open(ID, mine);
        assertThat(opened).isNotDone();
        pass(OPENING / 2);
        reply(opened);
        slow.forEach(node -> node.unanswered = 0);
        assertThat(reply(store.acquire(request()))).isInstanceOf(AcquireReply.Granted.class);
    }

    @Test
    void nodes_that_were_new_vote_at_once_though_they_were_slow_to_say_so() {
        QuorumStore store = over(node -> node > 0, 3);
        CompletableFuture<Void> opened = store.open(ID, mine);
        pass(OPENING / 2);
        reply(opened);
        slow.forEach(node -> node.unanswered = 0);
        assertThat(reply(store.acquire(request()))).isInstanceOf(AcquireReply.Granted.class);
    }

    @Test
    void a_node_without_its_data_gives_no_vote_though_it_was_slow_at_the_opening() {
        mine.wire(2).disconnect();
        mine.granted(1);
        nodes.get(1).restart(InMemoryServer.Snapshot.empty());
        QuorumStore store = over(node -> true, 4);
        CompletableFuture<Void> opened = store.open(ID, mine);
        pass(OPENING / 2);
        reply(opened);
        slow.forEach(node -> node.unanswered = 0);
        assertThat(reply(store.acquire(request()))).isNotInstanceOf(AcquireReply.Granted.class);
    }

    @Test
    void a_minority_that_does_not_answer_is_not_asked_again() {
        QuorumStore store = over(node -> node == 2, Integer.MAX_VALUE);
        reply(store.open(ID, mine));
        pass(OPENING);
        assertThat(slow.get(2).asked()).isEqualTo(2);
    }

    @Test
    void a_client_without_a_majority_hears_so_when_the_time_of_its_opening_is_over() {
        QuorumStore store = over(node -> node > 0, Integer.MAX_VALUE);
        CompletableFuture<Void> opened = store.open(ID, mine);
        pass(OPENING - 1_000);
        assertThat(opened).isNotDone();
        pass(2_000);
        assertThat(failure(opened).effect()).isEqualTo(Effect.UNKNOWN);
        assertThat(failure(opened))
                .hasMessageMatching("asked \\d+ times within \\d+ ms; the last time, of 3 nodes 1 answered, .*")
                .hasMessageContaining("node2: did not answer in time; node3: did not answer in time");
        int asked = slow.get(1).asked();
        pass(OPENING);
        assertThat(slow.get(1).asked()).isEqualTo(asked);
    }

    @Test
    void the_time_of_an_opening_begins_with_the_connections() {
        QuorumStore store = over(node -> node > 0, Integer.MAX_VALUE);
        pass(OPENING);
        assertThat(failure(store.open(ID, mine)))
                .hasMessageStartingWith("of 3 nodes 1 answered")
                .hasMessageContaining("node2: did not answer in time");
    }

    @Test
    void nodes_that_are_not_connected_are_not_waited_for() {
        QuorumStore store = over(node -> node == 2, Integer.MAX_VALUE);
        slow.get(0).wire.disconnect();
        slow.get(1).wire.disconnect();
        assertThat(failure(store.open(ID, mine))).hasMessageContaining("node1").hasMessageContaining("node2");
    }

    @Test
    void after_the_opening_nothing_is_asked_again() {
        QuorumStore store = over(node -> false, 0);
        reply(store.open(ID, mine));
        slow.forEach(node -> node.unanswered = Integer.MAX_VALUE);
        int before = slow.get(0).asked();
        CompletableFuture<Void> all = store.nodes().lookAtAll();
        pass(OPENING);
        assertThat(all).isDone();
        assertThat(slow.get(0).asked()).isEqualTo(before + 1);
    }

    private static AcquireRequest request() {
        return new AcquireRequest(LOCK, ID + "-1", Shape.MUTEX, 1, LEASE, true, 0, new Tag("owner", ""), 100, 0);
    }

    /** A store; these nodes execute all, but their first answers to each kind of request come too late: that many. */
    private QuorumStore over(IntPredicate which, int unanswered) {
        Map<String, VotingStore> ends = new LinkedHashMap<>();
        for (InMemoryServer node : nodes) {
            Slow added = new Slow(new InMemoryLockStore(node, Runnable::run, Optional.of(QUIET)));
            added.unanswered = which.test(slow.size()) ? unanswered : 0;
            slow.add(added);
            ends.put("node" + slow.size(), added.proxy());
        }
        return new QuorumStore(ends, time, QuorumSettings.defaults());
    }

    /** A connection to one node whose first answers do not come in time. */
    private static final class Slow {
        private final InMemoryLockStore wire;
        private final Map<String, Integer> asked = new HashMap<>();
        private int unanswered;

        private Slow(InMemoryLockStore wire) {
            this.wire = wire;
        }

        private int asked() {
            return asked.values().stream().mapToInt(Integer::intValue).sum();
        }

        private VotingStore proxy() {
            return (VotingStore) Proxy.newProxyInstance(
                    VotingStore.class.getClassLoader(), new Class<?>[] {VotingStore.class}, (proxy, method, args) -> {
                        Object answer;
                        try {
                            answer = method.invoke(wire, args);
                        } catch (InvocationTargetException e) {
                            throw e.getCause();
                        }
                        if (!(answer instanceof CompletableFuture<?>)) {
                            return answer;
                        }
                        return asked.merge(method.getName(), 1, Integer::sum) > unanswered
                                ? answer
                                : CompletableFuture.failedFuture(
                                        new StoreException(Effect.UNKNOWN, "did not answer in time", null));
                    });
        }
    }
}
