package dev.mortise.tests.deadlock;

import static dev.mortise.testkit.contract.Kept.kept;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.AcquireOptions;
import dev.mortise.Lease;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What is a deadlock, and what is none. */
final class DeadlockSituationsTest extends OnOneServer {
    private final Member one = new Member();
    private final Member two = new Member();

    @Test
    void a_cycle_inside_one_client_is_found() {
        Lease x = one.holds("a", "x");
        Lease y = one.holds("b", "y");
        CompletableFuture<Lease> a = one.wants("a", "y");
        CompletableFuture<Lease> b = one.wants("b", "x");
        pass(2_500);
        assertThat(Stream.of(a, b).filter(CompletableFuture::isCompletedExceptionally))
                .hasSize(1);
        release(a.isDone() ? x : y);
        had(a.isDone() ? b : a);
    }

    @Test
    void a_waiter_outside_the_cycle_waits_on() {
        one.holds("a", "x");
        Lease y = two.holds("b", "y");
        CompletableFuture<Lease> a = one.wants("a", "y");
        CompletableFuture<Lease> b = two.wants("b", "x");
        pass(10);
        // The youngest of all, but nothing waits for it.
        one.holds("outside", "z");
        CompletableFuture<Lease> outside = one.wants("outside", "x");
        pass(3_000);
        deadlock(b);
        assertThat(outside).isNotDone();
        release(y);
        had(a);
        assertThat(outside).isNotDone();
    }

    @Test
    void two_cycles_that_share_a_lock_end_both() {
        Lease x = one.holds("a", "x");
        Lease y = two.holds("b", "y");
        Lease z = one.holds("c", "z");
        kept(had(two.client.semaphore("s", 2).acquireAsync(1, as("b"))));
        kept(had(one.client.semaphore("s", 2).acquireAsync(1, as("c"))));
        CompletableFuture<Lease> a = one.client.semaphore("s", 2).acquireAsync(2, as("a"));
        CompletableFuture<Lease> b = two.wants("b", "x");
        CompletableFuture<Lease> c = one.wants("c", "x");
        pass(4_000);
        List<CompletableFuture<Lease>> ended = new ArrayList<>(List.of(a, b, c));
        ended.removeIf(wait -> !wait.isCompletedExceptionally());
        assertThat(ended).isNotEmpty().allSatisfy(OnOneServer::deadlock);
        if (a.isDone()) {
            release(x);
        }
        pass(4_000);
        assertThat(y.isValid() && z.isValid()).isTrue();
    }

    @Test
    void a_reader_behind_a_writer_is_in_a_deadlock_with_the_reader_before_it() {
        kept(had(one.client.readWriteLock("rw").readLock().acquireAsync(as("a"))));
        Lease x = two.holds("b", "x");
        CompletableFuture<Lease> writer =
                one.client.readWriteLock("rw").writeLock().acquireAsync(as("w"));
        CompletableFuture<Lease> b = two.client.readWriteLock("rw").readLock().acquireAsync(as("b"));
        CompletableFuture<Lease> a = one.wants("a", "x");
        pass(3_000);
        assertThat(Stream.of(a, b).filter(CompletableFuture::isCompletedExceptionally))
                .hasSize(1);
        assertThat(writer).isNotDone();
        assertThat(x.isValid()).isTrue();
    }

    @Test
    void a_reader_behind_a_writer_of_its_own_client_too() {
        kept(had(one.client.readWriteLock("rw").readLock().acquireAsync(as("a"))));
        one.holds("b", "x");
        CompletableFuture<Lease> writer =
                one.client.readWriteLock("rw").writeLock().acquireAsync(as("w"));
        CompletableFuture<Lease> b = one.client.readWriteLock("rw").readLock().acquireAsync(as("b"));
        assertThat(b).isNotDone();
        CompletableFuture<Lease> a = one.wants("a", "x");
        pass(3_000);
        assertThat(Stream.of(a, b).filter(CompletableFuture::isCompletedExceptionally))
                .hasSize(1);
        assertThat(writer).isNotDone();
    }

    @Test
    void readers_that_share_are_in_no_deadlock() {
        kept(had(one.client.readWriteLock("rw").readLock().acquireAsync(as("a"))));
        kept(had(two.client.readWriteLock("rw").readLock().acquireAsync(as("b"))));
        two.holds("b", "x");
        CompletableFuture<Lease> a = one.wants("a", "x");
        CompletableFuture<Lease> b = two.client.readWriteLock("rw").readLock().acquireAsync(as("b"));
        pass(5_000);
        had(b);
        assertThat(a).isNotDone();
    }

    @Test
    void a_semaphore_counts_what_is_left() {
        kept(had(one.client.semaphore("s", 3).acquireAsync(2, as("a"))));
        two.holds("b", "x");
        CompletableFuture<Lease> a = one.wants("a", "x");
        CompletableFuture<Lease> fits = two.client.semaphore("s", 3).acquireAsync(1, as("b"));
        pass(5_000);
        had(fits);
        CompletableFuture<Lease> b = two.client.semaphore("s", 3).acquireAsync(1, as("b"));
        pass(3_000);
        assertThat(Stream.of(a, b).filter(CompletableFuture::isCompletedExceptionally))
                .hasSize(1);
    }

    @Test
    void several_locks_half_acquired_are_held() {
        two.holds("b", "z");
        CompletableFuture<Lease> a = one.client.allOf("y", "z").acquireAsync(as("a"));
        pass(100);
        CompletableFuture<Lease> b = two.wants("b", "y");
        pass(3_000);
        deadlock(b);
        assertThat(a).isNotDone();
    }

    @Test
    void an_owner_that_also_waits_for_something_free_is_in_no_deadlock() {
        one.holds("a", "x");
        two.holds("b", "y");
        Lease third = two.holds("c", "z");
        CompletableFuture<Lease> a = one.wants("a", "y");
        CompletableFuture<Lease> orThat = one.wants("a", "z");
        CompletableFuture<Lease> b = two.wants("b", "x");
        pass(6_000);
        assertThat(Stream.of(a, orThat, b)).noneMatch(CompletableFuture::isDone);
        release(third);
        had(orThat);
        pass(3_000);
        assertThat(Stream.of(a, b).filter(CompletableFuture::isCompletedExceptionally))
                .hasSize(1);
    }

    @Test
    void what_a_dead_client_held_is_no_edge() {
        Member dead = new Member();
        AcquireOptions shorter = as("dead").lease(Duration.ofSeconds(12));
        kept(had(dead.client.lock("y").acquireAsync(shorter)));
        one.holds("a", "x");
        dead.wants("dead", "x");
        pass(1_600);
        assertThat(dead.told()).isPositive();
        dead.store.disconnect();
        pass(7_000);
        CompletableFuture<Lease> a = one.wants("a", "y");
        pass(3_000);
        assertThat(a).isNotCompletedExceptionally();
        pass(4_000);
        had(a);
    }

    @Test
    void what_the_server_forgot_is_told_again() {
        one.holds("a", "x");
        two.holds("b", "y");
        CompletableFuture<Lease> a = one.wants("a", "y");
        pass(1_600);
        server.forgetWaits();
        CompletableFuture<Lease> b = two.wants("b", "x");
        pass(1_600);
        assertThat(Stream.of(a, b)).noneMatch(CompletableFuture::isDone);
        pass(6_000);
        assertThat(Stream.of(a, b).filter(CompletableFuture::isCompletedExceptionally))
                .hasSize(1);
    }
}
