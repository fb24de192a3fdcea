package dev.mortise.tests.quorum;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.LockKind;
import dev.mortise.internal.quorum.QuorumSettings;
import dev.mortise.internal.store.AcquireReply;
import dev.mortise.internal.store.AcquireRequest;
import dev.mortise.internal.store.Shape;
import dev.mortise.internal.store.StoreException;
import dev.mortise.internal.store.StoreException.Effect;
import dev.mortise.internal.store.Tag;
import dev.mortise.testkit.memory.InMemoryServer;
import dev.mortise.testkit.memory.StoreOperation;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Rounds of votes: who wins, and what becomes of those who do not. */
final class QuorumAcquireTest extends OnInMemoryQuorum {
    @Test
    void a_free_lock_is_granted_by_one_vote_of_each_node_and_leaves_nothing() {
        long token = mine.granted(1);
        assertThat(mine.asked(StoreOperation.VOTE)).isEqualTo(3);
        assertThat(on(0)).contains("token " + token + " ");
        assertThat(reply(mine.release(1))).isTrue();
        assertNothingIsLeft();
    }

    @Test
    void a_slow_node_delays_no_grant() {
        mine.wire(1).faults().holdReplies(StoreOperation.VOTE);
        mine.granted(1);
        mine.wire(1).faults().releaseReplies();
        reply(mine.release(1));
        assertNothingIsLeft();
    }

    @Test
    void a_release_comes_behind_a_vote_that_is_not_answered_yet() {
        mine.wire(1).faults().holdReplies(StoreOperation.VOTE);
        mine.granted(1);
        assertThat(reply(mine.release(1))).isTrue();
        assertThat(on(1)).contains("holder");
        mine.wire(1).faults().releaseReplies();
        assertThat(on(1)).doesNotContain("holder");
        assertNothingIsLeft();
    }

    @Test
    void a_slow_node_delays_no_refusal() {
        other.granted(1);
        mine.wire(2).faults().holdReplies(StoreOperation.VOTE);
        assertThat(reply(mine.acquire(1, false))).isEqualTo(new AcquireReply.Busy(false));
        assertThat(mine.asked(StoreOperation.WITHDRAW))
                .as("nothing is to be taken back")
                .isZero();
    }

    @Test
    void a_minority_of_votes_is_taken_back_at_once() {
        other.wire(0).disconnect();
        other.granted(1);
        AcquireReply.Queued queued = mine.queued(1);
        assertThat(mine.wire(0).requests(StoreOperation.UNVOTE)).isEqualTo(1);
        assertThat(on(0)).doesNotContain("holder");
        assertThat(queued.pollAfterMillis()).as("a pause after a split").isBetween(10L, 300L);
    }

    @Test
    void a_vote_that_comes_late_is_taken_back_then() {
        other.wire(2).disconnect();
        other.granted(1);
        mine.wire(2).faults().holdReplies(StoreOperation.VOTE);
        mine.queued(1);
        assertThat(on(2)).contains("holder");
        mine.wire(2).faults().releaseReplies();
        assertThat(on(2)).doesNotContain("holder");
    }

    @Test
    void a_vote_whose_reply_was_lost_is_taken_back_until_that_is_acknowledged() {
        other.wire(2).disconnect();
        other.granted(1);
        mine.wire(2).faults().dropNextReply(StoreOperation.VOTE);
        mine.wire(2).faults().loseNextRequest(StoreOperation.UNVOTE);
        mine.wire(2).faults().loseNextRequest(StoreOperation.UNVOTE);
        mine.queued(1);
        assertThat(on(2)).contains("holder");
        pass(1_000);
        assertThat(on(2)).doesNotContain("holder");
        assertThat(mine.wire(2).requests(StoreOperation.UNVOTE)).isEqualTo(3);
        assertThat(mine.store.outbox()).isZero();
    }

    @Test
    void what_is_taken_back_late_does_not_touch_a_later_round() {
        other.wire(2).disconnect();
        other.granted(1);
        mine.wire(2).faults().dropNextReply(StoreOperation.VOTE);
        mine.wire(2).faults().loseNextRequest(StoreOperation.UNVOTE);
        mine.queued(1);
        reply(other.release(1));
        mine.wire(1).disconnect();
        long token = mine.granted(1);
        pass(2_000);
        assertThat(on(2)).contains("holder", "token " + token + " ");
        assertThat(on(0)).contains("holder", "token " + token + " ");
    }

    @Test
    void who_is_outbid_comes_with_a_greater_token_in_the_same_acquire() {
        Member ahead = other;
        long far = time.micros() + 3_000_000;
        reply(ahead.store.acquire(new AcquireRequest(
                LOCK, ahead.lease(1), Shape.MUTEX, 1, LEASE, false, far, new Tag("owner", ""), 100, 0)));
        reply(ahead.release(1));
        assertThat(mine.granted(1)).isGreaterThan(far);
        assertThat(mine.asked(StoreOperation.VOTE)).isEqualTo(6);
    }

    @Test
    void so_does_who_is_outbid_by_just_a_majority_while_the_others_are_away() {
        long far = time.micros() + 3_000_000;
        reply(other.store.acquire(new AcquireRequest(
                LOCK, other.lease(1), Shape.MUTEX, 1, LEASE, false, far, new Tag("owner", ""), 100, 0)));
        reply(other.release(1));
        mine.wire(2).disconnect();
        assertThat(mine.granted(1)).isGreaterThan(far);
    }

    @Test
    void who_is_outbid_by_one_node_is_not_delayed() {
        long far = time.micros() + 3_000_000;
        other.wire(1).disconnect();
        other.wire(2).disconnect();
        failure(other.store.acquire(new AcquireRequest(
                LOCK, other.lease(1), Shape.MUTEX, 1, LEASE, false, far, new Tag("owner", ""), 100, 0)));
        pass(100);
        mine.granted(1);
        assertThat(mine.asked(StoreOperation.VOTE)).isEqualTo(3);
    }

    @Test
    void without_a_majority_it_is_told_what_every_node_said() {
        mine.wire(0).disconnect();
        mine.wire(1).disconnect();
        StoreException failure = failure(mine.acquire(1, true));
        assertThat(failure).hasMessageContaining("node1: not connected").hasMessageContaining("node2: not connected");
        assertThat(failure.getSuppressed()).hasSize(2);
        assertThat(failure.effect()).as("a vote was given").isEqualTo(Effect.UNKNOWN);
        assertThat(on(2)).as("and taken back").doesNotContain("holder");
    }

    @Test
    void where_no_node_can_have_given_its_vote_nothing_can_have_happened() {
        other.granted(1);
        mine.wire(1).disconnect();
        mine.wire(2).disconnect();
        assertThat(failure(mine.acquire(1, true)).effect()).isEqualTo(Effect.NONE);
    }

    @Test
    void one_round_at_a_time_for_a_lease_id() {
        mine.wires.forEach(wire -> wire.faults().holdReplies(StoreOperation.VOTE));
        CompletableFuture<AcquireReply> first = mine.acquire(1, true);
        assertThat(mine.queued(1).pollAfterMillis()).isPositive();
        assertThat(failure(mine.acquire(1, false)).effect()).isEqualTo(Effect.NONE);
        assertThat(mine.asked(StoreOperation.VOTE)).isEqualTo(3);
        mine.wires.forEach(wire -> wire.faults().releaseReplies());
        assertThat(reply(first)).isInstanceOf(AcquireReply.Granted.class);
    }

    @Test
    void an_acquire_that_comes_after_the_grant_puts_no_vote_at_stake() {
        long token = mine.granted(1);
        mine.wire(1).disconnect();
        assertThat(mine.granted(1)).isEqualTo(token);
        mine.wire(2).disconnect();
        assertThat(failure(mine.acquire(1, true)).effect()).isEqualTo(Effect.UNKNOWN);
        assertThat(mine.asked(StoreOperation.VOTE)).isEqualTo(3);
        assertThat(on(0)).contains("holder");
        assertThat(on(1)).contains("holder");
        assertThat(mine.asked(StoreOperation.UNVOTE)).isZero();
    }

    @Test
    void an_acquire_that_comes_after_its_lease_was_lost_begins_anew() {
        long token = mine.granted(1);
        pass(LEASE);
        assertThat(mine.granted(1)).isGreaterThan(token);
    }

    @Test
    void an_acquire_that_comes_after_its_withdrawal_is_stale() {
        mine.queued(takenByOther());
        reply(mine.store.withdraw(LOCK, mine.lease(2), 5_000));
        assertThat(reply(mine.acquire(2, true))).isEqualTo(new AcquireReply.Stale());
        reply(other.release(1));
        assertNothingIsLeft();
    }

    private int takenByOther() {
        other.granted(1);
        return 2;
    }

    @Test
    void a_round_that_is_withdrawn_while_it_runs_gets_nothing() {
        mine.wires.forEach(wire -> wire.faults().holdReplies(StoreOperation.VOTE));
        CompletableFuture<AcquireReply> round = mine.acquire(1, true);
        reply(mine.store.withdraw(LOCK, mine.lease(1), 5_000));
        mine.wires.forEach(wire -> wire.faults().releaseReplies());
        assertThat(reply(round)).isEqualTo(new AcquireReply.Stale());
        assertNothingIsLeft();
    }

    @Test
    void after_so_many_attempts_it_is_busy_and_waits_nowhere() {
        other.granted(1);
        Member once = new Member(
                "c",
                new QuorumSettings(
                        Duration.ofMillis(10),
                        Duration.ofMillis(300),
                        2,
                        0.01,
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(20)));
        once.queued(1);
        assertThat(on(0)).contains("waiter");
        assertThat(reply(once.acquire(1, true))).isEqualTo(new AcquireReply.Busy(false));
        assertThat(on(0)).doesNotContain("waiter");
        assertThat(once.store.acquires()).isZero();
    }

    @Test
    void who_does_not_wait_leaves_no_votes_and_no_memory() {
        other.wire(2).disconnect();
        other.granted(1);
        mine.wire(2).faults().dropNextReply(StoreOperation.VOTE);
        assertThat(reply(mine.acquire(1, false))).isEqualTo(new AcquireReply.Busy(false));
        pass(100);
        assertThat(on(2)).doesNotContain("holder").contains("tombstone " + mine.lease(1));
        assertThat(mine.store.acquires()).isZero();
    }

    @Test
    void a_quiet_majority_is_no_busy_one() {
        mine.granted(1);
        reply(mine.release(1));
        nodes.get(0).restart(InMemoryServer.Snapshot.empty());
        nodes.get(1).restart(InMemoryServer.Snapshot.empty());
        mine.wires.forEach(wire -> wire.reconnect());
        AcquireReply reply = reply(mine.acquire(2, false));
        assertThat(reply).isInstanceOf(AcquireReply.Quiet.class);
        assertThat(mine.queued(3).pollAfterMillis()).isBetween(QUIET.toMillis() - 10, QUIET.toMillis() + 20);
        pass(QUIET.toMillis() + 1);
        mine.granted(3);
    }

    @Test
    void a_quiet_minority_is_not_missed() {
        mine.granted(1);
        reply(mine.release(1));
        nodes.get(0).restart(InMemoryServer.Snapshot.empty());
        mine.wires.forEach(wire -> wire.reconnect());
        mine.granted(2);
    }

    @Test
    void who_waits_asks_again_when_so_many_leases_are_over_that_a_majority_is_free() {
        other.granted(1);
        pass(1_000);
        assertThat(mine.queued(1).pollAfterMillis()).isBetween(LEASE - 1_000, LEASE - 1_000 + 20);
    }

    @Test
    void a_name_in_other_use_is_told() {
        mine.granted(1);
        AcquireRequest write = new AcquireRequest(
                LOCK, other.lease(1), Shape.READ_WRITE, Shape.MAX, LEASE, true, 0, new Tag("owner", ""), 100, 0);
        assertThat(reply(other.store.acquire(write))).isEqualTo(new AcquireReply.WrongKind("2:m:1"));
        reply(mine.release(1));
        assertNothingIsLeft();
    }

    @Test
    void a_semaphore_is_refused() {
        AcquireRequest permit = new AcquireRequest(
                LOCK, mine.lease(1), new Shape(LockKind.SEMAPHORE, 3), 1, LEASE, true, 0, new Tag("owner", ""), 100, 0);
        assertThat(failure(mine.store.acquire(permit)).effect()).isEqualTo(Effect.REFUSED);
    }

    @Test
    void a_full_queue_is_told() {
        mine.granted(1);
        AcquireRequest wait =
                new AcquireRequest(LOCK, other.lease(1), Shape.MUTEX, 1, LEASE, true, 0, new Tag("owner", ""), 1, 0);
        assertThat(reply(other.store.acquire(wait))).isInstanceOf(AcquireReply.Queued.class);
        AcquireRequest more =
                new AcquireRequest(LOCK, other.lease(2), Shape.MUTEX, 1, LEASE, true, 0, new Tag("owner", ""), 1, 0);
        assertThat(reply(other.store.acquire(more))).isEqualTo(new AcquireReply.QueueFull(1));
    }

    @Test
    void leases_without_expiry_of_a_client_that_is_gone_are_collected_even_where_too_few_have_them() {
        for (int node = 1; node < 3; node++) {
            Member dead = new Member("" + (char) ('c' + node), QuorumSettings.defaults());
            for (int i = 0; i < 3; i++) {
                if (i != node) {
                    dead.wire(i).disconnect();
                }
            }
            dead.wire(node).faults().failNext(StoreOperation.UNVOTE);
            failure(dead.store.acquire(new AcquireRequest(
                    LOCK, dead.lease(1), Shape.MUTEX, 1, 0, false, 0, new Tag("owner", ""), 100, 0)));
            dead.store.close();
        }
        mine.queued(1);
        assertThat(on(1)).contains("expiry 0");
        for (int i = 0; i < 30 && mine.store.isLocked(LOCK).join().equals(false); i++) {
            pass(5_000);
            if (reply(mine.acquire(1, true)) instanceof AcquireReply.Granted) {
                return;
            }
        }
        throw new AssertionError("never granted: " + on(1));
    }
}
