package dev.mortise.tests.deadlock;

import static dev.mortise.testkit.contract.Kept.kept;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.Lease;
import dev.mortise.LeaseTicket;
import dev.mortise.testkit.memory.StoreOperation;
import dev.mortise.testkit.process.Polling;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A record is taken back before its owner gives up what it says. */
final class TakenBackTest extends OnOneServer {
    private final Member one = new Member();
    private final Member two = new Member();

    @Test
    void a_holder_that_lets_go_while_it_is_looked_at_makes_no_victim() {
        Lease x = one.holds("a", "x");
        Lease y = two.holds("b", "y");
        CompletableFuture<Lease> a = one.wants("a", "y");
        two.store.faults().holdReplies(StoreOperation.INSPECT);
        CompletableFuture<Lease> b = two.wants("b", "x");
        pass(1_600);
        // Its own client is to find that out; the other one lets go meanwhile.
        a.cancel(true);
        release(x);
        two.store.faults().releaseReplies();
        pass(3_000);
        had(b);
        assertThat(y.isValid()).isTrue();
        assertThat(two.deadlocks()).isEmpty();
    }

    @Test
    void what_was_taken_back_is_not_entered_again_by_a_look_that_is_under_way() {
        one.holds("a", "x");
        Lease y = two.holds("b", "y");
        CompletableFuture<Lease> a = one.wants("a", "y");
        pass(100);
        two.store.faults().holdReplies(StoreOperation.INSPECT);
        CompletableFuture<Lease> b = two.wants("b", "x");
        pass(1_600);
        assertThat(server.waitingOwners()).hasSize(2);
        b.cancel(true);
        release(y);
        had(a);
        pass(100);
        assertThat(server.waitingOwners()).isEmpty();
        two.store.faults().releaseReplies();
        pass(100);
        assertThat(server.waitingOwners()).isEmpty();
    }

    @Test
    void a_lease_is_given_up_only_when_no_record_says_any_more_that_its_owner_has_it() {
        Lease x = one.holds("a", "x");
        two.holds("b", "y");
        CompletableFuture<Lease> a = one.wants("a", "y");
        pass(1_600);
        assertThat(server.waitingOwners()).hasSize(1);
        one.store.faults().holdReplies(StoreOperation.WAIT);
        CompletableFuture<Lease> next = two.wants("c", "x");
        release(x);
        pass(100);
        assertThat(next).isNotDone();
        one.store.faults().releaseReplies();
        had(next);
        assertThat(a).isNotDone();
    }

    @Test
    void what_is_taken_back_is_sent_again_if_it_was_lost() {
        Lease x = one.holds("a", "x");
        two.holds("b", "y");
        CompletableFuture<Lease> a = one.wants("a", "y");
        pass(1_600);
        one.store.faults().loseNextRequest(StoreOperation.WAIT);
        CompletableFuture<Lease> next = two.wants("c", "x");
        release(x);
        pass(100);
        had(next);
        assertThat(server.waitingOwners()).isEmpty();
        assertThat(a).isNotDone();
    }

    /** The owner gives up the lease after the pass has seen that it holds it, and before it tells the register. */
    @Test
    void a_lease_that_is_given_up_during_a_pass_is_not_entered() {
        Lease x = one.holds("a", "x");
        two.holds("b", "y");
        CompletableFuture<Lease> a = one.wants("a", "y");
        pass(900);
        // The first look is for when the wait began, the second for when the lease was granted.
        one.atLooksAtTheWallClock.addAll(List.of(() -> {}, x::releaseAsync));
        while (!one.atLooksAtTheWallClock.isEmpty()) {
            pass(10);
        }
        assertThat(x.isValid()).isFalse();
        assertThat(a).isNotDone();
        assertThat(server.waitingOwners()).isEmpty();
    }

    /** The hold on the server stays, as another reader of the same client stands on it. */
    @Test
    void a_lease_that_ended_by_its_longest_hold_is_no_longer_held() {
        kept(had(one.client.readWriteLock("rw").readLock().acquireAsync(as("a").maxHold(Duration.ofMillis(3_100)))));
        Lease reader = had(one.client.readWriteLock("rw").readLock().acquireAsync(as("c")));
        two.holds("b", "y");
        CompletableFuture<Lease> a = one.wants("a", "y");
        pass(3_000);
        assertThat(one.told()).isPositive();
        pass(200);
        CompletableFuture<Lease> b = two.client.readWriteLock("rw").writeLock().acquireAsync(as("b"));
        pass(5_000);
        assertThat(b).as("waits for c, which waits for nothing").isNotDone();
        assertThat(a).isNotDone();
        assertThat(two.deadlocks()).isEmpty();
        release(reader);
        had(b);
    }

    @Test
    void a_lease_that_goes_to_another_owner_is_no_longer_held_by_the_first() throws Exception {
        Lease x = one.holds("a", "x");
        two.holds("b", "y");
        CompletableFuture<Lease> a = one.wants("a", "y");
        pass(1_600);
        assertThat(one.told()).isPositive();
        Detach detach = new Detach(x);
        detach.start();
        LeaseTicket ticket = detach.end();
        CompletableFuture<Lease> b = two.wants("b", "x");
        pass(4_000);
        assertThat(a).isNotDone();
        assertThat(b).isNotDone();
        assertThat(ticket.lockName()).isEqualTo("x");
    }

    /** On a thread of its own, as it blocks. */
    private final class Detach extends Thread {
        private final Lease lease;
        private final CompletableFuture<LeaseTicket> ticket = new CompletableFuture<>();

        Detach(Lease lease) {
            this.lease = lease;
            setDaemon(true);
        }

        @Override
        public void run() {
            ticket.complete(lease.detach());
        }

        LeaseTicket end() {
            assertThat(Polling.until(Duration.ofSeconds(30), () -> {
                        time.runCallbacks();
                        return ticket.isDone();
                    }))
                    .isTrue();
            return ticket.join();
        }
    }
}
