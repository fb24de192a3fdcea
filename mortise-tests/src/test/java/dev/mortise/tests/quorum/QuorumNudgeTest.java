package dev.mortise.tests.quorum;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.internal.store.AcquireReply;
import dev.mortise.testkit.memory.StoreOperation;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When one who waits asks again because nodes say that they are free. */
final class QuorumNudgeTest extends OnInMemoryQuorum {
    @BeforeEach
    void one_waits_for_another() {
        other.granted(1);
        mine.queued(1);
    }

    @Test
    void one_release_makes_one_round() {
        reply(other.release(1));
        pass(20);
        assertThat(mine.heard).containsExactly("nudged 1");
        mine.granted(1);
    }

    @Test
    void when_a_majority_is_free_nothing_is_waited_for() {
        releaseOn(0);
        releaseOn(2);
        pass(0);
        assertThat(mine.heard).containsExactly("nudged 1");
        mine.granted(1);
    }

    @Test
    void when_one_node_is_free_the_others_are_waited_for_but_not_for_long() {
        releaseOn(0);
        pass(3);
        assertThat(mine.heard).isEmpty();
        pass(5);
        assertThat(mine.heard).containsExactly("nudged 1");
        assertThat(reply(mine.acquire(1, true))).isInstanceOf(AcquireReply.Queued.class);
    }

    @Test
    void what_is_said_during_a_round_is_not_lost() {
        mine.wire(1).faults().holdReplies(StoreOperation.VOTE);
        mine.wire(2).faults().holdReplies(StoreOperation.VOTE);
        var round = mine.acquire(1, true);
        reply(other.release(1));
        assertThat(round).isNotDone();
        mine.wire(1).faults().releaseReplies();
        mine.wire(2).faults().releaseReplies();
        assertThat(((AcquireReply.Queued) reply(round)).pollAfterMillis()).isBetween(1L, 5L);
        mine.granted(1);
    }

    @Test
    void whoever_has_no_place_does_not_pass_who_was_told() {
        reply(other.release(1));
        assertThat(reply(other.acquire(2, false))).isEqualTo(new AcquireReply.Busy(false));
        assertThat(other.queued(3).pollAfterMillis()).isBetween(1L, 20L);
        mine.granted(1);
        reply(mine.release(1));
        pass(10);
        assertThat(other.heard).containsExactly("nudged 3");
    }

    @Test
    void who_was_told_and_does_not_come_is_passed_soon() {
        reply(other.release(1));
        pass(10);
        other.granted(2);
    }

    @Test
    void a_wait_that_has_ended_asks_no_more() {
        reply(other.release(1));
        reply(mine.store.withdraw(LOCK, mine.lease(1), 0));
        pass(20);
        assertThat(mine.heard).isEmpty();
        other.granted(2);
        reply(other.release(2));
        assertNothingIsLeft();
    }

    private void releaseOn(int node) {
        reply(other.wire(node).release(LOCK, other.lease(1), 1, 0));
    }
}
