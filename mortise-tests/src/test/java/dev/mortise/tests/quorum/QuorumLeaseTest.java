package dev.mortise.tests.quorum;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.mortise.internal.quorum.NodeStatus;
import dev.mortise.internal.quorum.QuorumSettings;
import dev.mortise.internal.quorum.QuorumStore;
import dev.mortise.internal.store.AcquireReply;
import dev.mortise.internal.store.AcquireRequest;
import dev.mortise.internal.store.ClientRecord;
import dev.mortise.internal.store.LockRecord;
import dev.mortise.internal.store.RenewReply;
import dev.mortise.internal.store.Reserved;
import dev.mortise.internal.store.Shape;
import dev.mortise.internal.store.StoreException.Effect;
import dev.mortise.internal.store.Tag;
import dev.mortise.internal.store.WithdrawReply;
import dev.mortise.testkit.memory.InMemoryLockStore;
import dev.mortise.testkit.memory.StoreOperation;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Leases on a majority: renewed, released, looked at, and what single nodes say of them. */
final class QuorumLeaseTest extends OnInMemoryQuorum {
    @Test
    void a_release_reaches_a_node_that_is_away_when_it_comes_back() {
        mine.granted(1);
        mine.wire(2).disconnect();
        assertThat(reply(mine.release(1))).isTrue();
        pass(3_000);
        assertThat(on(2)).contains("holder");
        mine.wire(2).reconnect();
        pass(10_000);
        assertThat(on(2)).doesNotContain("holder");
        assertNothingIsLeft();
    }

    @Test
    void a_release_is_not_repeated_where_the_lease_never_was() {
        mine.wire(2).disconnect();
        mine.granted(1);
        assertThat(reply(mine.release(1))).isTrue();
        assertThat(mine.store.outbox()).isZero();
    }

    @Test
    void a_release_is_not_repeated_longer_than_the_lease() {
        mine.granted(1);
        mine.wire(2).disconnect();
        reply(mine.release(1));
        assertThat(mine.store.outbox()).isEqualTo(1);
        pass(LEASE + 10_000);
        assertThat(mine.store.outbox()).isZero();
    }

    @Test
    void a_vote_that_may_still_come_finds_a_tombstone() {
        mine.wire(2).faults().loseNextRequest(StoreOperation.VOTE);
        mine.granted(1);
        reply(mine.release(1));
        assertThat(on(2)).contains("tombstone " + mine.lease(1));
        assertThat(on(1)).doesNotContain("tombstone");
        assertNothingIsLeft();
    }

    @Test
    void a_lease_that_a_majority_has_lost_was_not_released() {
        mine.granted(1);
        pass(LEASE);
        other.granted(1);
        assertThat(reply(mine.release(1))).isFalse();
    }

    @Test
    void a_release_without_a_majority_of_answers_is_not_known() {
        mine.granted(1);
        mine.wire(1).disconnect();
        mine.wire(2).disconnect();
        assertThat(failure(mine.release(1)).effect()).isEqualTo(Effect.UNKNOWN);
    }

    @Test
    void a_withdrawal_ends_the_wait_on_every_node() {
        other.granted(1);
        mine.queued(1);
        assertThat(reply(mine.store.withdraw(LOCK, mine.lease(1), 0))).isEqualTo(WithdrawReply.WAITING);
        assertThat(on(0) + on(1) + on(2)).doesNotContain("waiter");
        reply(other.release(1));
        assertNothingIsLeft();
    }

    @Test
    void a_release_takes_the_place_away_that_it_has_where_its_vote_was_not_needed() {
        other.votesOn(2, 7);
        mine.granted(1);
        assertThat(on(2)).contains("waiter");
        assertThat(reply(mine.release(1))).isTrue();
        assertThat(on(2)).doesNotContain("waiter");
    }

    @Test
    void a_lease_is_renewed_by_a_majority() {
        mine.granted(1);
        mine.wire(0).disconnect();
        assertThat(mine.renew(1)).isEqualTo(new RenewReply.Renewed(false));
        mine.wire(1).disconnect();
        assertThat(mine.renew(1)).isInstanceOf(RenewReply.Unknown.class);
    }

    @Test
    void a_slow_node_delays_no_renewal() {
        mine.granted(1);
        mine.wire(0).faults().holdReplies(StoreOperation.RENEW);
        assertThat(mine.renew(1)).isEqualTo(new RenewReply.Renewed(false));
    }

    @Test
    void a_renewal_is_judged_for_each_lease() {
        mine.granted(1);
        List<RenewReply> replies =
                reply(mine.store.renew(List.of(mine.renewal(1, LEASE, false), mine.renewal(2, LEASE, false))));
        assertThat(replies).containsExactly(new RenewReply.Renewed(false), new RenewReply.Lost());
    }

    @Test
    void a_renewal_brings_nothing_back() {
        mine.granted(1);
        pass(LEASE);
        assertThat(mine.renew(1)).isEqualTo(new RenewReply.Lost());
        assertThat(reply(mine.store.isLocked(LOCK))).isFalse();
        other.granted(1);
    }

    @Test
    void a_lease_that_one_node_lost_and_one_cannot_tell_is_not_known_to_be_lost() {
        mine.granted(1);
        reply(mine.wire(0).withdraw(LOCK, mine.lease(1), 0));
        assertThat(mine.renew(1)).isEqualTo(new RenewReply.Renewed(false));
        mine.wire(1).disconnect();
        assertThat(mine.renew(1)).isInstanceOf(RenewReply.Unknown.class);
    }

    @Test
    void a_lease_is_not_shortened_as_long_as_a_node_may_still_do_it() {
        mine.granted(1);
        mine.wire(2).faults().holdReplies(StoreOperation.RENEW);
        CompletableFuture<List<RenewReply>> shorter = mine.store.renew(List.of(mine.renewal(1, 5_000, true)));
        assertThat(shorter).isNotDone();
        mine.wire(2).faults().releaseReplies();
        assertThat(reply(shorter)).containsExactly(new RenewReply.Renewed(false));
        mine.wire(2).faults().loseNextRequest(StoreOperation.RENEW);
        assertThat(reply(mine.store.renew(List.of(mine.renewal(1, 2_000, true))))
                        .get(0))
                .isInstanceOf(RenewReply.Unknown.class);
    }

    @Test
    void nodes_keep_a_lease_longer_where_clocks_may_differ_more() {
        Member careful = new Member(
                "c",
                new QuorumSettings(
                        Duration.ofMillis(10),
                        Duration.ofMillis(300),
                        0,
                        0.05,
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(20)));
        careful.granted(1);
        assertThat(on(0)).contains("lease " + (LEASE + LEASE * 4 / 100) + " ");
    }

    @Test
    void a_downgraded_writer_gets_a_token_of_its_own_below_every_later_one() {
        AcquireRequest write = new AcquireRequest(
                LOCK, mine.lease(1), Shape.READ_WRITE, Shape.MAX, LEASE, false, 0, new Tag("owner", ""), 100, 0);
        long token = ((AcquireReply.Granted) reply(mine.store.acquire(write))).token();
        Reserved reader =
                reply(mine.store.downgrade(LOCK, mine.lease(1), LEASE, token)).orElseThrow();
        assertThat(reader.token()).isGreaterThan(token);
        assertThat(reply(mine.store.downgrade(LOCK, mine.lease(1), LEASE, token))
                        .orElseThrow()
                        .token())
                .isEqualTo(reader.token());
        AcquireRequest read = new AcquireRequest(
                LOCK, other.lease(1), Shape.READ_WRITE, 1, LEASE, false, 0, new Tag("owner", ""), 100, 0);
        assertThat(((AcquireReply.Granted) reply(other.store.acquire(read))).token())
                .isGreaterThan(reader.token());
        assertThat(reply(mine.store.downgrade(LOCK, mine.lease(9), LEASE, token)))
                .isEmpty();
    }

    @Test
    void a_ticket_is_taken_by_a_majority_and_once() {
        long token = mine.granted(1);
        other.wire(0).disconnect();
        assertThat(reply(other.store.adopt(LOCK, mine.lease(1), 0, other.lease(1), token, LEASE, new Tag("new", ""))))
                .contains(token);
        assertThat(reply(mine.store.adopt(LOCK, mine.lease(1), 0, mine.lease(2), token, LEASE, new Tag("new", ""))))
                .isEmpty();
        other.wire(0).reconnect();
        assertThat(reply(other.store.release(LOCK, mine.lease(1), 1, 0))).isTrue();
        assertThat(on(0) + on(1) + on(2)).doesNotContain("holder");
    }

    @Test
    void votes_of_two_do_not_make_a_lock_held() {
        new Member("c", QuorumSettings.defaults()).votesOn(0, 1);
        new Member("d", QuorumSettings.defaults()).votesOn(1, 1);
        assertThat(on(0)).contains("holder");
        assertThat(on(1)).contains("holder");
        assertThat(reply(mine.store.isLocked(LOCK))).isFalse();
        assertThat(reply(mine.store.inspect(LOCK)).holders()).isEmpty();
    }

    @Test
    void a_lock_is_seen_as_a_majority_has_it() {
        mine.wire(2).disconnect();
        long token = mine.granted(1);
        other.queued(1);
        assertThat(reply(other.store.isLocked(LOCK))).isTrue();
        LockRecord record = reply(other.store.inspect(LOCK));
        assertThat(record.shape()).contains(Shape.MUTEX);
        assertThat(record.holders()).singleElement().satisfies(holder -> {
            assertThat(holder.leaseId()).isEqualTo(mine.lease(1));
            assertThat(holder.token()).isEqualTo(token);
            assertThat(holder.expiryMillis()).isEqualTo(time.micros() / 1000 + LEASE);
        });
        assertThat(record.waiters())
                .singleElement()
                .satisfies(waiter -> assertThat(waiter.leaseId()).isEqualTo(other.lease(1)));
    }

    /** The first node has not executed it yet when the wait is over: it has not answered the vote either. */
    @Test
    void a_waiter_that_a_majority_has_no_more_is_not_shown() {
        mine.granted(1);
        other.wire(0).faults().holdReplies(StoreOperation.VOTE);
        other.queued(1);
        assertThat(reply(mine.store.inspect(LOCK)).waiters()).hasSize(1);
        assertThat(reply(other.store.withdraw(LOCK, other.lease(1), 0))).isEqualTo(WithdrawReply.WAITING);
        assertThat(on(0)).contains(other.lease(1));
        assertThat(reply(mine.store.inspect(LOCK)).waiters()).isEmpty();
        other.wire(0).faults().releaseReplies();
        assertThat(on(0)).doesNotContain(other.lease(1));
    }

    @Test
    void one_node_is_not_missed_when_a_lock_is_looked_at_but_two_are() {
        mine.granted(1);
        other.wire(0).disconnect();
        assertThat(reply(other.store.isLocked(LOCK))).isTrue();
        other.wire(1).disconnect();
        assertThat(failure(other.store.isLocked(LOCK))).hasMessageContaining("node1", "node2");
    }

    @Test
    void a_release_tells_who_waits_once_for_all_nodes() {
        other.granted(1);
        mine.queued(1);
        reply(other.release(1));
        assertThat(mine.heard).as("not at once").isEmpty();
        pass(10);
        assertThat(mine.heard).containsExactly("nudged 1");
        mine.granted(1);
    }

    @Test
    void what_a_node_says_during_a_round_makes_the_next_one_come_soon() {
        other.granted(1);
        mine.queued(1);
        mine.wires.forEach(wire -> wire.faults().holdReplies(StoreOperation.VOTE));
        CompletableFuture<AcquireReply> round = mine.acquire(1, true);
        reply(other.release(1));
        mine.wires.forEach(wire -> wire.faults().releaseReplies());
        AcquireReply.Queued queued = (AcquireReply.Queued) reply(round);
        assertThat(queued.pollAfterMillis()).isBetween(1L, 20L);
    }

    @Test
    void a_free_node_of_a_lock_that_is_held_does_not_make_those_who_wait_wake_each_other() {
        other.wire(2).disconnect();
        other.granted(1);
        Member third = new Member("c", QuorumSettings.defaults());
        for (int i = 0; i < 20; i++) {
            mine.queued(1);
            third.queued(1);
            pass(20);
        }
        assertThat(mine.heard.size() + third.heard.size()).isLessThan(10);
        assertThat(mine.queued(1).pollAfterMillis())
                .as("until the lease of the others is over")
                .isGreaterThan(1_000);
    }

    @Test
    void who_is_nudged_when_nobody_waits_any_more_hears_nothing() {
        other.granted(1);
        mine.queued(1);
        reply(mine.store.withdraw(LOCK, mine.lease(1), 0));
        reply(other.release(1));
        pass(100);
        assertThat(mine.heard).isEmpty();
    }

    @Test
    void a_lease_is_ended_by_force_when_no_majority_has_it_any_more() {
        mine.granted(1);
        reply(other.wire(0).force(LOCK, "by mistake", 60_000));
        assertThat(mine.heard).isEmpty();
        assertThat(mine.renew(1)).isEqualTo(new RenewReply.Renewed(false));
        assertThat(reply(other.store.force(LOCK, "stuck", 60_000))).isEqualTo(1);
        assertThat(mine.heard).containsExactly("forced 1 stuck");
        assertThat(mine.renew(1)).isInstanceOf(RenewReply.Forced.class);
    }

    @Test
    void nodes_that_come_back_together_are_told_as_one() {
        mine.wires.forEach(InMemoryLockStore::disconnect);
        mine.wires.forEach(InMemoryLockStore::reconnect);
        pass(100);
        assertThat(mine.heard).containsExactly("reconnected");
    }

    @Test
    void a_majority_is_enough_to_begin_and_the_status_tells_who_is_missing() {
        List<InMemoryLockStore> wires =
                nodes.stream().map(InMemoryLockStore::new).toList();
        Map<String, InMemoryLockStore> ends = new LinkedHashMap<>();
        wires.forEach(wire -> ends.put("n" + ends.size(), wire));
        wires.get(1).disconnect();
        QuorumStore store = new QuorumStore(ends, time, QuorumSettings.defaults());
        reply(store.open("c".repeat(22), mine));
        assertThat(store.nodes().status())
                .extracting(NodeStatus::name, NodeStatus::reachable, NodeStatus::lastError)
                .containsExactly(tuple("n0", true, ""), tuple("n1", false, "not connected"), tuple("n2", true, ""));
        wires.get(2).disconnect();
        assertThat(failure(store.heartbeat(new ClientRecord("c", "h", 1, "n", "v", 1), 1_000)))
                .hasMessageContaining("n1: not connected; n2: not connected");
    }

    @Test
    void heartbeats_are_read_where_they_are() {
        reply(mine.store.heartbeat(new ClientRecord(mine.id, "h", 1, "n", "v", 1), 30_000));
        other.wire(0).disconnect();
        assertThat(reply(other.store.client(mine.id))).isPresent();
        reply(mine.store.farewell(mine.id));
        assertThat(reply(other.store.client(mine.id))).isEmpty();
    }

    @Test
    void leases_given_to_other_clients_are_forgotten_in_the_end() {
        for (int i = 0; i < 200; i++) {
            int number = i;
            reply(mine.store.acquire(new AcquireRequest(
                    "lock" + number,
                    mine.lease(number),
                    Shape.MUTEX,
                    1,
                    LEASE,
                    false,
                    0,
                    new Tag("owner", ""),
                    100,
                    0)));
        }
        pass(3 * LEASE);
        for (int i = 200; i < 460; i++) {
            reply(mine.store.acquire(new AcquireRequest(
                    "lock" + i, mine.lease(i), Shape.MUTEX, 1, LEASE, false, 0, new Tag("owner", ""), 100, 0)));
        }
        assertThat(mine.store.acquires()).isLessThanOrEqualTo(260);
    }
}
