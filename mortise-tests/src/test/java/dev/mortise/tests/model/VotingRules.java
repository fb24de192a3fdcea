package dev.mortise.tests.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.internal.store.AcquireReply;
import dev.mortise.internal.store.AcquireRequest;
import dev.mortise.internal.store.Fencing;
import dev.mortise.internal.store.RenewReply;
import dev.mortise.internal.store.RenewRequest;
import dev.mortise.internal.store.Shape;
import dev.mortise.internal.store.Tag;
import dev.mortise.internal.store.VoteReply;
import dev.mortise.internal.store.VoteReply.Given;
import dev.mortise.internal.store.VoteReply.Held;
import dev.mortise.internal.store.VoteReply.Outbid;
import dev.mortise.internal.store.VoteReply.QueueFull;
import dev.mortise.internal.store.VoteReply.Quiet;
import dev.mortise.internal.store.VoteReply.Stale;
import dev.mortise.internal.store.VoteReply.WrongKind;
import dev.mortise.internal.store.VoteRequest;
import dev.mortise.internal.store.VotingStore;
import dev.mortise.internal.store.WithdrawReply;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What one node of a quorum promises, on whichever side. */
abstract class VotingRules {
    private static final String LOCK = SequenceSetup.lock(0);
    private static final Shape MUTEX = Shape.MUTEX.inQuorum();
    private static final Shape SHARED = Shape.READ_WRITE.inQuorum();
    private static final Tag TAG = new Tag("owner", "label");
    private static final long LEASE = 30_000;
    private static final long NOW = World.START_MICROS;
    private static final String A = SequenceSetup.lease(0, 1);
    private static final String B = SequenceSetup.lease(1, 1);
    private static final String C = SequenceSetup.lease(2, 1);
    private static final String D = SequenceSetup.lease(3, 1);

    private Side side;
    private long clock;

    /** Four clients with open inboxes; the clock stands at the start of the world. */
    abstract Side begin(SequenceSetup setup);

    @BeforeEach
    void begin() {
        begin(OptionalLong.empty());
    }

    private void begin(OptionalLong quiet) {
        clock = NOW;
        side = begin(new SequenceSetup(Theme.ANYTHING, List.of(MUTEX, SHARED), 4, quiet, 1));
        side.heard();
    }

    @Test
    void a_free_node_gives_its_vote() {
        assertThat(vote(A, NOW)).isEqualTo(new Given(0));
        assertThat(state())
                .contains("shape 2:m:1", "holder " + A, "expiry " + (NOW / 1000 + LEASE) + " token " + NOW + " ");
    }

    @Test
    void the_same_vote_again_lengthens_and_never_shortens() {
        vote(A, NOW);
        pass(1000);
        assertThat(vote(A, NOW)).isEqualTo(new Given(0));
        assertThat(state()).contains("expiry " + (NOW / 1000 + 1000 + LEASE));

        assertThat(store(0).vote(request(MUTEX, A, 1, 10, false, NOW, 9)).join())
                .isEqualTo(new Given(0));
        assertThat(state()).contains("expiry " + (NOW / 1000 + 1000 + LEASE));
    }

    @Test
    void a_later_round_takes_over_with_its_token() {
        vote(A, NOW);
        long later = NOW + Fencing.BLOCK;
        assertThat(vote(A, later)).isEqualTo(new Given(0));
        assertThat(state()).contains("token " + later + " ").doesNotContain("token " + NOW + " ");
    }

    @Test
    void tokens_that_may_be_used_under_a_vote_are_accepted_no_more() {
        vote(A, NOW + 1000);
        assertThat(vote(A, NOW + 999 + Fencing.BLOCK)).isEqualTo(new Outbid(NOW + 999 + Fencing.BLOCK));
        assertThat(vote(A, NOW)).isEqualTo(new Outbid(NOW + 999 + Fencing.BLOCK));
        release(A);
        assertThat(vote(B, NOW + 999 + Fencing.BLOCK)).isEqualTo(new Outbid(NOW + 999 + Fencing.BLOCK));
        assertThat(vote(B, NOW + 1000 + Fencing.BLOCK)).isEqualTo(new Given(0));
    }

    @Test
    void a_late_copy_of_a_vote_that_was_released_makes_no_holder() {
        vote(A, NOW);
        release(A);
        assertThat(vote(A, NOW)).isInstanceOf(Outbid.class);
        pass(4_999);
        assertThat(vote(A, NOW)).isInstanceOf(Outbid.class);
        pass(60_000);
        assertThat(state()).isEmpty();
        assertThat(vote(A, NOW)).isEqualTo(new Outbid(NOW + 64_999_000));
    }

    @Test
    void a_vote_that_is_over_is_not_brought_back_by_a_copy_of_it() {
        vote(A, NOW);
        pass(LEASE);
        assertThat(vote(A, NOW)).isInstanceOf(Outbid.class);
        assertThat(state()).doesNotContain("holder");
    }

    @Test
    void what_a_client_was_told_when_outbid_is_accepted_some_time_later() {
        pass(60_000);
        Outbid outbid = (Outbid) vote(A, NOW);
        pass(3_000);
        assertThat(vote(A, outbid.floor() + 1)).isEqualTo(new Given(0));
    }

    @Test
    void a_client_whose_clock_is_ahead_is_remembered_until_the_clock_has_passed_its_token() {
        vote(A, NOW + 60_000_000);
        release(A);
        pass(60_000);
        assertThat(vote(B, NOW + 60_000_000)).isInstanceOf(Outbid.class);
        assertThat(vote(B, NOW + 60_000_000 + Fencing.BLOCK)).isEqualTo(new Given(0));
    }

    @Test
    void others_learn_until_when_it_is_held() {
        vote(A, NOW);
        pass(1000);
        assertThat(vote(B, NOW + 1_000_000)).isEqualTo(new Held(LEASE - 1000 + 1, false));
        assertThat(state()).doesNotContain(B);
    }

    @Test
    void others_learn_that_it_is_held_without_end() {
        store(0).vote(request(MUTEX, A, 1, 0, false, NOW, 9)).join();
        assertThat(vote(B, NOW + 1000)).isEqualTo(new Held(0, true));
    }

    @Test
    void a_release_tells_the_first_who_waits_and_makes_it_no_holder() {
        vote(A, NOW);
        wait(B, NOW + 1);
        wait(C, NOW + 2);
        release(A);
        assertThat(side.heard()).containsExactly("client 1 nudged " + B + " of " + LOCK);
        assertThat(state()).doesNotContain("holder").contains("lease id " + B, "lease id " + C);
    }

    @Test
    void who_has_no_place_lets_those_pass_for_a_moment_who_were_told() {
        vote(A, NOW);
        wait(B, NOW + 1);
        release(A);
        assertThat(vote(C, NOW + 1000)).isEqualTo(new Held(10, false));
        pass(9);
        assertThat(vote(C, NOW + 1000)).isEqualTo(new Held(1, false));
        pass(1);
        assertThat(vote(C, NOW + 1000)).isEqualTo(new Given(1));
    }

    @Test
    void who_is_told_comes_before_those_who_came_later() {
        vote(A, NOW);
        wait(B, NOW + 1);
        release(A);
        wait(C, NOW + 1000);
        assertThat(wait(B, NOW + 1000)).isEqualTo(new Given(1));
        assertThat(state()).contains("lease id " + C);
    }

    @Test
    void who_has_a_place_may_be_faster_than_who_was_told() {
        vote(A, NOW);
        wait(B, NOW + 1);
        wait(C, NOW + 2);
        release(A);
        assertThat(wait(C, NOW + 1000)).isEqualTo(new Given(1));
    }

    @Test
    void a_place_that_was_got_meanwhile_is_as_good() {
        vote(A, NOW);
        wait(B, NOW + 1);
        release(A);
        assertThat(wait(C, NOW + 1000)).isEqualTo(new Held(10, false));
        assertThat(wait(C, NOW + 1000)).isEqualTo(new Given(1));
    }

    @Test
    void a_node_is_not_kept_for_who_did_not_hear() {
        read(A, NOW);
        write(B, NOW + 100);
        read(C, NOW + 200);
        write(D, NOW + 300);
        side.loseInbox(2);
        assertThat(store(1).withdraw(LOCK, B, 0).join()).isEqualTo(WithdrawReply.WAITING);
        assertThat(state()).contains("lease id " + D).doesNotContain("kept until");
    }

    @Test
    void a_node_is_not_kept_for_who_does_not_fit() {
        read(A, NOW);
        read(B, NOW + 100);
        write(C, NOW + 200);
        release(A);
        assertThat(state()).contains("lease id " + C).doesNotContain("kept until");
    }

    @Test
    void a_node_is_not_kept_for_who_has_left() {
        vote(A, NOW);
        wait(B, NOW + 1);
        release(A);
        assertThat(store(1).withdraw(LOCK, B, 0).join()).isEqualTo(WithdrawReply.WAITING);
        assertThat(vote(C, NOW + 1000)).isEqualTo(new Given(0));
    }

    @Test
    void a_node_is_not_kept_longer_when_its_clock_goes_back() {
        vote(A, NOW);
        wait(B, NOW + 1);
        release(A);
        pass(-1);
        assertThat(vote(C, NOW + 1000)).isEqualTo(new Given(1));
    }

    @Test
    void readers_who_were_told_come_before_a_writer_who_came_later() {
        write(A, NOW);
        read(B, NOW + 100);
        read(C, NOW + 200);
        release(A);
        assertThat(write(D, NOW + 300)).isEqualTo(new Held(10, false));
        assertThat(read(B, NOW + 400)).isEqualTo(new Given(2));
        assertThat(read(C, NOW + 500)).isEqualTo(new Given(1));
    }

    @Test
    void a_vote_that_is_renewed_waits_for_nobody() {
        read(A, NOW);
        write(B, NOW + 100);
        read(C, NOW + 200);
        assertThat(store(1).withdraw(LOCK, B, 0).join()).isEqualTo(WithdrawReply.WAITING);
        assertThat(side.heard()).containsExactly("client 2 nudged " + C + " of " + LOCK);
        assertThat(read(A, NOW)).isEqualTo(new Given(1));
    }

    @Test
    void who_gets_the_vote_leaves_the_queue() {
        vote(A, NOW);
        wait(B, NOW + 1);
        release(A);
        assertThat(wait(B, NOW + 1000)).isEqualTo(new Given(0));
        assertThat(state()).doesNotContain("waiter");
    }

    @Test
    void who_cannot_be_told_leaves_the_queue_and_the_next_is_told() {
        vote(A, NOW);
        wait(B, NOW + 1);
        wait(SequenceSetup.lease(1, 2), NOW + 1);
        wait(C, NOW + 2);
        side.loseInbox(1);
        release(A);
        assertThat(side.heard()).containsExactly("client 2 nudged " + C + " of " + LOCK);
        assertThat(state()).doesNotContain(SequenceSetup.client(1)).contains("lease id " + C);
    }

    @Test
    void when_nobody_can_be_told_nothing_is_left() {
        vote(A, NOW);
        wait(B, NOW + 1);
        side.loseInbox(1);
        release(A);
        pass(6_000);
        assertThat(state()).isEmpty();
    }

    @Test
    void who_has_not_asked_for_long_leaves_the_queue() {
        vote(A, NOW);
        wait(B, NOW + 1);
        wait(C, NOW + 1);
        pass(9_000);
        wait(C, NOW + 9_000_000);
        pass(1_000);
        release(A);
        assertThat(side.heard()).containsExactly("client 2 nudged " + C + " of " + LOCK);
        assertThat(state()).doesNotContain("lease id " + B);
    }

    @Test
    void a_vote_that_is_over_tells_the_first_when_somebody_looks() {
        vote(A, NOW);
        pass(LEASE - 1);
        wait(B, NOW + LEASE * 1000);
        pass(1);
        assertThat(vote(C, NOW)).isInstanceOf(Outbid.class);
        assertThat(side.heard()).containsExactly("client 1 nudged " + B + " of " + LOCK);
    }

    @Test
    void a_vote_taken_back_tells_the_next_but_not_itself() {
        vote(A, NOW);
        wait(B, NOW + 1);
        assertThat(store(0).unvote(LOCK, A, NOW).join()).isTrue();
        assertThat(side.heard()).containsExactly("client 1 nudged " + B + " of " + LOCK);
        assertThat(state()).doesNotContain("holder");
        assertThat(store(0).unvote(LOCK, A, NOW).join()).isFalse();
        assertThat(side.heard()).isEmpty();
    }

    @Test
    void whoever_takes_a_vote_back_waits_and_is_told_when_its_turn_comes() {
        vote(A, NOW);
        store(0).unvote(LOCK, A, NOW).join();
        vote(B, NOW + 2 * Fencing.BLOCK);
        release(B);
        assertThat(side.heard()).contains("client 0 nudged " + A + " of " + LOCK);
    }

    @Test
    void a_late_copy_of_a_vote_that_was_taken_back_makes_no_holder() {
        vote(A, NOW);
        store(0).unvote(LOCK, A, NOW).join();
        assertThat(vote(A, NOW)).isInstanceOf(Outbid.class);
        assertThat(vote(A, NOW + Fencing.BLOCK)).isEqualTo(new Given(0));
    }

    @Test
    void a_vote_that_is_over_cannot_be_taken_back() {
        vote(A, NOW);
        pass(LEASE);
        assertThat(store(0).unvote(LOCK, A, NOW).join()).isFalse();
    }

    @Test
    void a_late_taking_back_does_not_touch_a_later_round() {
        vote(A, NOW);
        vote(A, NOW + 1000);
        assertThat(store(0).unvote(LOCK, A, NOW).join()).isFalse();
        assertThat(state()).contains("holder " + A);
        assertThat(store(0).unvote(LOCK, A, NOW + 1000).join()).isTrue();
    }

    @Test
    void taking_back_what_it_has_not_keeps_its_place() {
        vote(A, NOW);
        wait(B, NOW + 1);
        assertThat(store(1).unvote(LOCK, B, NOW + 1).join()).isFalse();
        assertThat(state()).contains("holder " + A, "lease id " + B);
    }

    @Test
    void the_queue_has_a_bound() {
        vote(A, NOW);
        store(1).vote(request(MUTEX, B, 1, LEASE, true, NOW + 1, 1)).join();
        assertThat(store(2).vote(request(MUTEX, C, 1, LEASE, true, NOW + 1, 1)).join())
                .isEqualTo(new QueueFull(1));
        assertThat(store(1).vote(request(MUTEX, B, 1, LEASE, true, NOW + 1, 1)).join())
                .isInstanceOf(Held.class);
    }

    @Test
    void a_withdrawn_lease_gets_no_vote() {
        vote(A, NOW);
        wait(B, NOW + 1);
        assertThat(store(1).withdraw(LOCK, B, 1000).join()).isEqualTo(WithdrawReply.WAITING);
        assertThat(wait(B, NOW + 1)).isEqualTo(new Stale());
        assertThat(state()).doesNotContain("lease id " + B);
    }

    @Test
    void a_lease_ended_by_force_gets_no_vote_and_the_first_is_told() {
        vote(A, NOW);
        wait(B, NOW + 1);
        assertThat(store(2).force(LOCK, "because", 1000).join()).isEqualTo(1);
        assertThat(side.heard())
                .containsExactly("client 0 forced lease id " + A + " because", "client 1 nudged " + B + " of " + LOCK);
        assertThat(vote(A, NOW + 1000)).isEqualTo(new Stale());
    }

    @Test
    void a_name_is_not_used_by_a_quorum_and_one_authority_at_once() {
        vote(A, NOW);
        AcquireRequest acquire = new AcquireRequest(LOCK, B, Shape.MUTEX, 1, LEASE, false, 0, TAG, 9, 0);
        assertThat(store(1).acquire(acquire).join()).isEqualTo(new AcquireReply.WrongKind("2:m:1"));
        release(A);
        assertThat(store(1).acquire(acquire).join()).isInstanceOf(AcquireReply.Granted.class);
        assertThat(vote(A, NOW + 10_000_000)).isEqualTo(new WrongKind("1:m:1"));
        assertThat(store(1).unvote(LOCK, B, NOW + 10_000_000).join()).isFalse();
    }

    @Test
    void a_name_is_not_used_as_two_kinds() {
        vote(A, NOW);
        assertThat(read(B, NOW)).isEqualTo(new WrongKind("2:m:1"));
    }

    @Test
    void readers_share_and_a_writer_waits() {
        assertThat(read(A, NOW)).isEqualTo(new Given(0));
        assertThat(read(B, NOW + 100)).isEqualTo(new Given(0));
        assertThat(write(C, NOW + 200)).isInstanceOf(Held.class);
    }

    @Test
    void a_reader_lets_a_writer_pass_that_came_before() {
        read(A, NOW);
        write(C, NOW + 200);
        assertThat(read(B, NOW + 300)).isInstanceOf(Held.class);
        release(A);
        assertThat(side.heard()).containsExactly("client 2 nudged " + C + " of " + LOCK);
        assertThat(read(B, NOW + 400)).isEqualTo(new Held(0, false));
        assertThat(write(C, NOW + 500)).isEqualTo(new Given(1));
    }

    @Test
    void a_reader_that_came_before_goes_before_a_writer() {
        write(A, NOW);
        read(B, NOW + 100);
        write(C, NOW + 200);
        release(A);
        assertThat(side.heard()).containsExactly("client 1 nudged " + B + " of " + LOCK);
        assertThat(read(B, NOW + 300)).isEqualTo(new Given(1));
    }

    @Test
    void a_writer_that_asks_no_more_holds_no_reader_up() {
        read(A, NOW);
        write(C, NOW + 200);
        pass(9_999);
        assertThat(read(B, NOW + 10_000_000)).isInstanceOf(Held.class);
        pass(1);
        assertThat(read(B, NOW + 10_000_000)).isInstanceOf(Given.class);
    }

    @Test
    void a_free_lock_is_told_to_all_readers_in_front() {
        write(A, NOW);
        read(B, NOW + 100);
        read(C, NOW + 200);
        write(SequenceSetup.lease(0, 2), NOW + 300);
        read(D, NOW + 400);
        release(A);
        assertThat(side.heard())
                .containsExactly("client 1 nudged " + B + " of " + LOCK, "client 2 nudged " + C + " of " + LOCK);
    }

    @Test
    void no_more_readers_are_told_at_once_than_a_script_may_take_time_for() {
        write(A, NOW);
        for (int i = 0; i < 70; i++) {
            store(1).vote(request(SHARED, SequenceSetup.lease(1, 100 + i), 1, LEASE, true, NOW + 100, 100))
                    .join();
        }
        release(A);
        assertThat(side.heard())
                .hasSize(32)
                .doesNotContain("client 1 nudged " + SequenceSetup.lease(1, 132) + " of " + LOCK);
    }

    @Test
    void a_writer_that_does_not_fit_yet_is_not_told() {
        read(A, NOW);
        read(B, NOW + 100);
        write(C, NOW + 200);
        release(A);
        assertThat(side.heard()).isEmpty();
        release(B);
        assertThat(side.heard()).containsExactly("client 2 nudged " + C + " of " + LOCK);
    }

    @Test
    void a_downgraded_writer_keeps_its_token_and_readers_in_front_are_told() {
        write(A, NOW);
        read(B, NOW + 100);
        assertThat(store(0).downgrade(LOCK, A, LEASE, NOW).join())
                .hasValueSatisfying(reserved -> assertThat(reserved.token()).isEqualTo(NOW));
        assertThat(side.heard()).containsExactly("client 1 nudged " + B + " of " + LOCK);
        assertThat(read(B, NOW + 300)).isEqualTo(new Given(0));
    }

    @Test
    void a_vote_is_renewed() {
        vote(A, NOW);
        pass(1000);
        assertThat(renew(A, NOW)).containsExactly(new RenewReply.Renewed(false));
        assertThat(state()).contains("expiry " + (NOW / 1000 + 1000 + LEASE));
    }

    @Test
    void a_quiet_node_gives_no_vote_but_keeps_a_place() {
        begin(OptionalLong.of(10_000));
        vote(A, NOW);
        side.restart(Step.Restart.Data.NONE);
        assertThat(wait(B, NOW + 1000)).isEqualTo(new Quiet(10_000));
        assertThat(state()).contains("lease id " + B).doesNotContain("holder");
        pass(10_000);
        assertThat(wait(B, NOW + 10_000_000)).isEqualTo(new Given(0));
    }

    @Test
    void a_node_that_lost_its_data_takes_a_lease_up_again_with_its_token() {
        begin(OptionalLong.of(10_000));
        vote(A, NOW + 10_000_000);
        side.restart(Step.Restart.Data.NONE);
        assertThat(renew(A, NOW + 10_000_000)).containsExactly(new RenewReply.Renewed(false));
        pass(10_000);
        assertThat(vote(B, NOW + 20_000_000)).isInstanceOf(Held.class);
        release(A);
        assertThat(vote(B, NOW + 10_000_000)).isInstanceOf(Outbid.class);
    }

    private VoteReply vote(String id, long token) {
        return store(id).vote(request(MUTEX, id, 1, LEASE, false, token, 9)).join();
    }

    private VoteReply wait(String id, long token) {
        return store(id).vote(request(MUTEX, id, 1, LEASE, true, token, 9)).join();
    }

    private VoteReply read(String id, long token) {
        return store(id).vote(request(SHARED, id, 1, LEASE, true, token, 9)).join();
    }

    private VoteReply write(String id, long token) {
        return store(id)
                .vote(request(SHARED, id, Shape.MAX, LEASE, true, token, 9))
                .join();
    }

    private void release(String id) {
        assertThat(store(id).release(LOCK, id, 1, 0).join()).isTrue();
    }

    private List<RenewReply> renew(String id, long token) {
        return store(id)
                .renew(List.of(new RenewRequest(LOCK, id, LEASE, false, MUTEX, 1, token, TAG)))
                .join();
    }

    private static VoteRequest request(
            Shape shape, String id, long permits, long lease, boolean queue, long token, int most) {
        return new VoteRequest(LOCK, id, shape, permits, lease, queue, token, TAG, most);
    }

    private String state() {
        return side.describe(LOCK);
    }

    private void pass(long millis) {
        clock += millis * 1000;
        side.moveClock(clock);
    }

    private VotingStore store(String id) {
        return store(id.charAt("client-".length()) - 'a');
    }

    private VotingStore store(int client) {
        return side.node(client);
    }
}
