package dev.mortise.tests.quorum;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.internal.quorum.QuorumSettings;
import dev.mortise.internal.quorum.QuorumStore;
import dev.mortise.internal.store.AcquireReply;
import dev.mortise.internal.store.AcquireRequest;
import dev.mortise.internal.store.Fencing;
import dev.mortise.internal.store.Shape;
import dev.mortise.internal.store.Tag;
import dev.mortise.testkit.memory.InMemoryLockStore;
import dev.mortise.testkit.memory.InMemoryServer;
import dev.mortise.testkit.memory.StoreOperation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client proposes, and what it must not leave on nodes. */
final class QuorumLeftoversTest extends OnInMemoryQuorum {
    @Test
    void a_proposal_is_above_the_block_of_the_one_before_so_that_no_node_refuses_it() {
        long first = mine.granted(1);
        reply(mine.release(1));
        assertThat(mine.granted(2)).isGreaterThanOrEqualTo(first + Fencing.BLOCK);
        assertThat(mine.asked(StoreOperation.VOTE)).as("two rounds").isEqualTo(2 * nodes.size());
        reply(mine.release(2));
    }

    @Test
    void a_node_that_a_renewal_has_given_the_lease_loses_it_after_the_release_though_it_was_away_then() {
        nodes.get(2).restart(InMemoryServer.Snapshot.empty());
        mine.granted(1);
        mine.wire(2).reconnect();
        mine.renew(1);
        assertThat(on(2)).contains("holder");
        mine.wire(2).disconnect();
        reply(mine.release(1));
        pass(3_000);
        mine.wire(2).reconnect();
        pass(10_000);
        assertThat(on(2)).doesNotContain("holder");
        assertNothingIsLeft();
    }

    @Test
    void an_acquire_that_was_taken_back_is_not_proposed_again_with_a_greater_token() {
        long ahead = time.micros() + 1_000_000;
        reply(other.store.acquire(new AcquireRequest(
                LOCK, other.lease(1), Shape.MUTEX, 1, LEASE, true, ahead, new Tag("owner", ""), 100, 0)));
        reply(other.release(1));
        mine.wires.forEach(wire -> wire.faults().holdReplies(StoreOperation.VOTE));
        CompletableFuture<AcquireReply> acquire = mine.acquire(1, true);
        mine.release(1);
        mine.wires.forEach((InMemoryLockStore wire) -> wire.faults().releaseReplies());
        assertThat(reply(acquire)).isInstanceOf(AcquireReply.Stale.class);
        pass(1_000);
        for (int node = 0; node < nodes.size(); node++) {
            assertThat(on(node)).doesNotContain("holder");
        }
    }

    /** Each of the nodes once: before the first vote was answered here, and between the others. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void what_is_withdrawn_while_its_votes_are_being_sent_leaves_nothing(int after) {
        Map<String, InMemoryLockStore> ends = new LinkedHashMap<>();
        List<CompletableFuture<?>> withdrawn = new ArrayList<>();
        QuorumStore[] store = new QuorumStore[1];
        for (int node = 0; node < nodes.size(); node++) {
            boolean isLast = node == after;
            ends.put(
                    "node" + node,
                    new InMemoryLockStore(
                            nodes.get(node),
                            reply -> {
                                if (isLast && withdrawn.isEmpty()) {
                                    withdrawn.add(new CompletableFuture<>());
                                    withdrawn.add(store[0].withdraw(LOCK, mine.lease(1), 0));
                                }
                                reply.run();
                            },
                            Optional.of(QUIET)));
        }
        store[0] = new QuorumStore(ends, time, QuorumSettings.defaults());
        CompletableFuture<AcquireReply> acquire = store[0].acquire(mine.request(1, true));
        assertThat(reply(acquire)).isInstanceOf(AcquireReply.Stale.class);
        assertThat(withdrawn).hasSize(2).last().satisfies(end -> assertThat(end).isDone());
        for (int node = 0; node < nodes.size(); node++) {
            assertThat(on(node)).doesNotContain("holder", "waiter");
        }
        pass(20_000);
        for (int node = 0; node < nodes.size(); node++) {
            assertThat(on(node)).isEmpty();
        }
        assertThat(store[0].acquires() + store[0].outbox()).isZero();
    }
}
