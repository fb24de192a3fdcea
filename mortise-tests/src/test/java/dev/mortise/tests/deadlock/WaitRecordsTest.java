package dev.mortise.tests.deadlock;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.DeadlockVictim;
import dev.mortise.Lease;
import dev.mortise.internal.store.Tag;
import dev.mortise.internal.store.WaitRecord;
import dev.mortise.internal.store.WaitRecord.Wanted;
import dev.mortise.internal.store.WaitRegister.Term;
import dev.mortise.testkit.memory.InMemoryLockStore;
import dev.mortise.testkit.memory.StoreOperation;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** No record outlasts what is true of its owner, whatever comes late. */
final class WaitRecordsTest extends OnOneServer {
    private final Member one = new Member();
    private final Member two = new Member();
    private final InMemoryLockStore probe = new InMemoryLockStore(server);

    @Test
    void a_second_look_does_not_bring_back_what_was_taken_back() {
        one.holds("a", "x");
        final Lease y = two.holds("b", "y");
        final CompletableFuture<Lease> b = two.wants("b", "x");
        pass(100);
        final CompletableFuture<Lease> a = one.wants("a", "y");
        // Both clients look for themselves, and neither comes to an end.
        one.store.faults().holdReplies(StoreOperation.INSPECT);
        two.store.faults().holdReplies(StoreOperation.INSPECT);
        pass(7_000);
        assertThat(one.store.faults().heldReplies()).isPositive();
        assertThat(two.store.faults().heldReplies()).isPositive();
        b.cancel(true);
        release(y);
        had(a);
        two.store.faults().releaseReplies();
        one.store.faults().releaseReplies();
        pass(100);
        assertThat(holdersOf("x")).isEmpty();
        assertThat(holdersOf("y")).isEmpty();
    }

    @Test
    void a_record_that_comes_late_is_refused_also_when_its_owner_has_waited_again() {
        one.holds("a", "x");
        two.holds("b", "y");
        one.store.faults().dropNextReply(StoreOperation.WAIT);
        CompletableFuture<Lease> first = one.wants("a", "y");
        pass(1_400);
        final WaitRecord late = holdersOf("x").get(0);
        first.cancel(true);
        pass(100);
        assertThat(holdersOf("x")).isEmpty();
        CompletableFuture<Lease> second = one.wants("a", "y");
        pass(1_600);
        assertThat(holdersOf("x")).hasSize(1);
        second.cancel(true);
        pass(100);
        probe.waits().enter(late, new Term(15_000, 2_000));
        assertThat(holdersOf("x")).isEmpty();
    }

    @Test
    void a_wait_that_began_after_a_deadlock_was_found_is_not_ended_for_it() {
        one.holds("a", "x");
        one.holds("a", "w");
        one.holds("other", "z");
        two.holds("b", "y");
        one.wants("a", "y");
        pass(100);
        CompletableFuture<Lease> b = two.wants("b", "x");
        CompletableFuture<Lease> orThat = two.wants("b", "w");
        // Who the others are is looked up before the wait is ended.
        two.store.faults().holdReplies(StoreOperation.HEARTBEAT);
        pass(1_500);
        assertThat(two.store.faults().heldReplies()).isPositive();
        assertThat(b).isNotDone();
        b.cancel(true);
        CompletableFuture<Lease> next = two.wants("b", "z");
        pass(1_600);
        two.store.faults().releaseReplies();
        pass(3_000);
        assertThat(next).isNotDone();
        assertThat(orThat).as("its owner goes on with the next").isNotDone();
    }

    @Test
    void what_an_owner_has_begun_to_wait_for_since_counts() {
        one.holds("a", "x");
        two.holds("b", "y");
        final Lease third = two.holds("c", "z");
        final CompletableFuture<Lease> a = one.wants("a", "y");
        final CompletableFuture<Lease> b = two.wants("b", "x");
        pass(900);
        final CompletableFuture<Lease> orThat = one.wants("a", "z");
        pass(700);
        assertThat(a).isNotDone();
        assertThat(b).isNotDone();
        release(third);
        had(orThat);
    }

    /** Its client gives the lease to its next owner, as it cannot reach the register any more. */
    @Test
    void a_record_that_could_not_be_taken_back_makes_no_victim() {
        final Lease x = one.holds("a", "x");
        two.holds("b", "y");
        final CompletableFuture<Lease> next = one.wants("next", "x");
        final CompletableFuture<Lease> a = one.wants("a", "y");
        pass(2_000);
        assertThat(holdersOf("x")).hasSize(1);
        for (int i = 0; i < 200; i++) {
            one.store.faults().loseNextRequest(StoreOperation.WAIT);
        }
        release(x);
        pass(4_000);
        had(next);
        assertThat(holdersOf("x")).as("what is not true any more").hasSize(1);
        CompletableFuture<Lease> b = two.wants("b", "x");
        pass(5_000);
        assertThat(b).isNotDone();
        assertThat(a).isNotDone();
    }

    @Test
    void a_deadlock_with_an_owner_that_has_waited_for_long_is_found_as_soon() {
        one.holds("a", "x");
        two.holds("b", "y");
        one.wants("a", "y");
        pass(4_900);
        CompletableFuture<Lease> b = two.wants("b", "x");
        pass(2_500);
        assertThat(b).isCompletedExceptionally();
    }

    @Test
    void a_register_that_refuses_delays_no_release() {
        one.holds("a", "x");
        Lease y = two.holds("b", "y");
        two.wants("b", "x");
        pass(1_600);
        assertThat(two.told()).isPositive();
        two.store.faults().refuseAll(StoreOperation.WAIT);
        CompletableFuture<?> released = y.releaseAsync().toCompletableFuture();
        time.runCallbacks();
        assertThat(released).isDone();
    }

    @Test
    void a_register_that_refuses_is_asked_no_more_often() {
        one.holds("a", "x");
        two.holds("b", "y");
        two.store.faults().refuseAll(StoreOperation.WAIT);
        two.wants("b", "x");
        pass(21_000);
        assertThat(two.told()).isBetween(1, 5);
    }

    /** Those that wait, as the register has them. */
    private List<WaitRecord> holdersOf(String lock) {
        Wanted wanted = new Wanted(lock, "probe", "probe", 1, 1, 0);
        WaitRecord asks = new WaitRecord(
                "probe", 1, "probe", new Tag("probe", ""), 0, DeadlockVictim.YOUNGEST, List.of(wanted), List.of());
        return probe.waits().enter(asks, new Term(1, 1)).join().records();
    }
}
