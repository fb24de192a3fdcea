package dev.mortise.tests.deadlock;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.AcquireOptions;
import dev.mortise.DeadlockException;
import dev.mortise.DeadlockVictim;
import dev.mortise.Lease;
import dev.mortise.LeaseTicket;
import dev.mortise.LockTimeoutException;
import dev.mortise.internal.deadlock.DeadlockSettings;
import dev.mortise.testkit.memory.StoreOperation;
import dev.mortise.testkit.process.Polling;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is a deadlock and what is none, and what becomes of those in it. */
final class DeadlockSituationsTest extends OnOneServer {
    private final Member one = new Member();
    private final Member two = new Member();

    @Test
    void the_youngest_of_two_ends_and_says_why() {
        Lease x = one.holds("a", "x");
        two.holds("b", "y");
        CompletableFuture<Lease> a = one.wants("a", "y");
        pass(200);
        CompletableFuture<Lease> b = two.wants("b", "x");
        pass(2_500);
        DeadlockException why = deadlock(b);
        assertThat(a).isNotDone();
        assertThat(why.lockName()).isEqualTo("x");
        assertThat(why)
                .hasMessageContaining("deadlock of 2 owners, and this wait began last")
                .hasMessageContaining("b on ")
                .hasMessageMatching(".*holds 'y' since [-0-9:.TZ]+ and waits for 'x' since [-0-9:.TZ]+; .*")
                .hasMessageContaining("a on ")
                .hasMessageMatching(".*holds 'x' since [-0-9:.TZ]+ and waits for 'y' since [-0-9:.TZ]+");
        assertThat(why.cycle()).extracting(DeadlockException.Wait::owner).containsExactly("b", "a");
        assertThat(two.deadlocks()).singleElement().satisfies(event -> {
            assertThat(event.owner()).isEqualTo("b");
            assertThat(event.victim()).isEqualTo("b");
            assertThat(event.lockName()).isEqualTo("x");
            assertThat(event.cycle()).hasSize(2);
        });
        assertThat(one.deadlocks()).singleElement().satisfies(event -> {
            assertThat(event.owner()).isEqualTo("a");
            assertThat(event.victim()).isEqualTo("b");
            assertThat(event.lockName()).isEqualTo("y");
            assertThat(event.cycle()).isEmpty();
        });
        assertThat(x.isValid()).as("what it holds it still holds").isTrue();
    }

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
    void what_an_asynchronous_call_without_an_owner_waits_for_is_part_of_no_deadlock() {
        AcquireOptions nobody = AcquireOptions.defaults();
        had(one.client.lock("x").acquireAsync(nobody));
        had(two.client.lock("y").acquireAsync(nobody));
        CompletableFuture<Lease> a = one.client.lock("y").acquireAsync(nobody);
        CompletableFuture<Lease> b = two.client.lock("x").acquireAsync(nobody);
        pass(20_000);
        assertThat(a).isNotDone();
        assertThat(b).isNotDone();
        assertThat(one.told() + two.told()).isZero();
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
        had(two.client.semaphore("s", 2).acquireAsync(1, as("b")));
        had(one.client.semaphore("s", 2).acquireAsync(1, as("c")));
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
        had(one.client.readWriteLock("rw").readLock().acquireAsync(as("a")));
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
        had(one.client.readWriteLock("rw").readLock().acquireAsync(as("a")));
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
        had(one.client.readWriteLock("rw").readLock().acquireAsync(as("a")));
        had(two.client.readWriteLock("rw").readLock().acquireAsync(as("b")));
        two.holds("b", "x");
        CompletableFuture<Lease> a = one.wants("a", "x");
        CompletableFuture<Lease> b = two.client.readWriteLock("rw").readLock().acquireAsync(as("b"));
        pass(5_000);
        had(b);
        assertThat(a).isNotDone();
    }

    @Test
    void a_semaphore_counts_what_is_left() {
        had(one.client.semaphore("s", 3).acquireAsync(2, as("a")));
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
    void several_locks_that_are_chosen_give_back_what_they_have() {
        DeadlockSettings fewest = DeadlockSettings.USUAL.ending(DeadlockVictim.FEWEST_LOCKS);
        Member three = new Member(fewest);
        Member four = new Member(fewest);
        four.holds("more", "z");
        four.holds("more", "other");
        CompletableFuture<Lease> several = three.client.allOf("y", "z").acquireAsync(as("less"));
        pass(100);
        CompletableFuture<Lease> more = four.wants("more", "y");
        pass(3_000);
        deadlock(several);
        had(more);
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
        had(dead.client.lock("y").acquireAsync(shorter));
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
        had(one.client.readWriteLock("rw").readLock().acquireAsync(as("a").maxHold(Duration.ofMillis(3_100))));
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

    /** A wait may end by its time in the same moment; the other goes on in any case. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void a_wait_that_ends_in_the_same_moment_leaves_the_other(int half) {
        int victims = 0;
        int timeouts = 0;
        for (int seed = 100 * half; seed < 100 * half + 100; seed++) {
            Random random = new Random(seed);
            String n = "-" + seed;
            Lease x = one.holds("a" + n, "x" + n);
            Lease y = two.holds("b" + n, "y" + n);
            CompletableFuture<Lease> a = one.client
                    .lock("y" + n)
                    .acquireAsync(as("a" + n).maxWait(Duration.ofMillis(900 + random.nextInt(1_200))));
            CompletableFuture<Lease> b = two.client
                    .lock("x" + n)
                    .acquireAsync(as("b" + n).maxWait(Duration.ofMillis(900 + random.nextInt(1_200))));
            for (int i = 0; i < 60 && !a.isDone() && !b.isDone(); i++) {
                pass(50);
            }
            assertThat(a.isDone() || b.isDone()).as("seed %s", seed).isTrue();
            boolean aIsFirst = a.isDone();
            release(aIsFirst ? x : y);
            release(aIsFirst ? y : x);
            pass(50);
            for (CompletableFuture<Lease> wait : List.of(a, b)) {
                assertThat(wait).as("seed %s", seed).isDone();
                Throwable failure = wait.handle((lease, thrown) -> thrown).join();
                if (failure == null) {
                    release(wait.join());
                } else {
                    victims += failure instanceof DeadlockException ? 1 : 0;
                    timeouts += failure instanceof LockTimeoutException ? 1 : 0;
                }
            }
        }
        assertThat(victims).as("found before the time was over").isPositive();
        assertThat(timeouts).as("over before it was found").isPositive();
        pass(1_000);
        assertThat(server.locks()).isEmpty();
    }

    @Test
    void a_victim_that_tries_again_is_not_chosen_again() {
        one.holds("a", "x");
        Lease y = two.holds("b", "y");
        CompletableFuture<Lease> a = one.wants("a", "y");
        pass(100);
        deadlockAfter(two.wants("b", "x"));
        // It gives up what it has, and comes again; now the other is the younger one.
        release(y);
        release(had(a));
        Lease again = two.holds("b", "y");
        CompletableFuture<Lease> b = two.wants("b", "x");
        pass(200);
        CompletableFuture<Lease> next = one.wants("a", "y");
        deadlockAfter(next);
        assertThat(b).isNotDone();
        assertThat(again.isValid()).isTrue();
    }

    private void deadlockAfter(CompletableFuture<Lease> wait) {
        pass(3_000);
        deadlock(wait);
    }

    @Test
    void with_fewest_locks_the_owner_of_less_ends() {
        DeadlockSettings fewest = DeadlockSettings.USUAL.ending(DeadlockVictim.FEWEST_LOCKS);
        Member three = new Member(fewest);
        Member four = new Member(fewest);
        three.holds("less", "x");
        four.holds("more", "y");
        four.holds("more", "more");
        CompletableFuture<Lease> less = three.wants("less", "y");
        pass(300);
        CompletableFuture<Lease> more = four.wants("more", "x");
        pass(3_000);
        assertThat(deadlock(less)).hasMessageContaining("this owner holds the fewest locks");
        assertThat(more).isNotDone();
    }

    @Test
    void where_it_is_only_reported_each_waits_on_and_it_is_said_once() {
        DeadlockSettings report = DeadlockSettings.USUAL.ending(DeadlockVictim.NONE_JUST_REPORT);
        Member three = new Member(report);
        Member four = new Member(report);
        three.holds("a", "x");
        four.holds("b", "y");
        CompletableFuture<Lease> a = three.wants("a", "y");
        pass(100);
        CompletableFuture<Lease> b = four.wants("b", "x");
        pass(60_000);
        assertThat(a).isNotDone();
        assertThat(b).isNotDone();
        assertThat(four.deadlocks()).hasSize(1);
        assertThat(three.deadlocks()).hasSizeLessThanOrEqualTo(1);
    }

    @Test
    void a_deadlock_is_said_once_however_long_it_takes_to_find_out_where_its_owners_run() {
        one.holds("a", "x");
        two.holds("b", "y");
        CompletableFuture<Lease> a = one.wants("a", "y");
        pass(100);
        CompletableFuture<Lease> b = two.wants("b", "x");
        two.store.faults().holdReplies(StoreOperation.HEARTBEAT);
        pass(5_000);
        assertThat(b).isNotDone();
        two.store.faults().releaseReplies();
        pass(100);
        deadlock(b);
        assertThat(a).isNotDone();
        assertThat(two.deadlocks()).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(DeadlockVictim.class)
    void one_that_does_not_look_is_seen_by_none(DeadlockVictim victim) {
        Member off = new Member(DeadlockSettings.USUAL.ending(victim).off());
        one.holds("a", "x");
        off.holds("b", "y");
        CompletableFuture<Lease> a = one.wants("a", "y");
        CompletableFuture<Lease> b = off.wants("b", "x");
        pass(20_000);
        assertThat(a).isNotDone();
        assertThat(b).isNotDone();
        assertThat(off.told()).isZero();
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

    /** With a wait left out, it could be taken to wait for ever. */
    @Test
    void an_owner_with_very_many_waits_is_left_out() {
        two.holds("b", "y");
        one.holds("a", "x");
        List<CompletableFuture<Lease>> waits = new ArrayList<>();
        for (int i = 0; i < 65; i++) {
            waits.add(one.wants("a", "y"));
        }
        waits.add(two.wants("b", "x"));
        pass(10_000);
        assertThat(waits).noneMatch(CompletableFuture::isDone);
        assertThat(one.told()).isZero();
        waits.get(0).cancel(true);
        pass(3_000);
        assertThat(waits.subList(1, waits.size())).anyMatch(CompletableFuture::isCompletedExceptionally);
    }

    @Test
    void an_owner_that_holds_very_many_locks_is_entered_with_some() {
        for (int i = 0; i < 200; i++) {
            one.holds("a", "x" + i);
        }
        two.holds("b", "y");
        CompletableFuture<Lease> a = one.wants("a", "y");
        pass(3_000);
        assertThat(server.waitingOwners()).hasSize(1);
        assertThat(one.told()).isEqualTo(1);
        assertThat(a).isNotDone();
    }

    @Test
    void short_waits_and_waits_of_owners_that_hold_nothing_cost_nothing() {
        for (int i = 0; i < 100; i++) {
            release(one.holds("a", "x"));
            Lease held = one.holds("a", "x");
            CompletableFuture<Lease> soon = two.wants("b", "x");
            pass(900);
            release(held);
            release(had(soon));
        }
        one.holds("a", "x");
        CompletableFuture<Lease> long1 = two.wants("b", "x");
        pass(60_000);
        assertThat(long1).isNotDone();
        assertThat(one.told() + two.told()).isZero();
    }

    @Test
    void what_only_looks_like_a_deadlock_is_looked_into_by_one_client() {
        for (String owner : List.of("a", "b", "c")) {
            had(one.client.semaphore("s", 4).acquireAsync(1, as(owner)));
        }
        had(two.client.semaphore("s", 4).acquireAsync(1, as("goes on")));
        two.holds("z", "m");
        List<CompletableFuture<Lease>> waits = new ArrayList<>();
        for (String owner : List.of("a", "b", "c")) {
            waits.add(one.wants(owner, "m"));
        }
        pass(100);
        waits.add(two.client.semaphore("s", 4).acquireAsync(1, as("z")));
        pass(20_000);
        int told = one.told();
        int inspected = one.store.requests(StoreOperation.INSPECT);
        pass(50_000);
        assertThat(waits).noneMatch(CompletableFuture::isDone);
        assertThat(one.told() - told).isLessThanOrEqualTo(3 * 10 + 3);
        // Both locks, by each owner, twice: what is none is looked into again after half a minute.
        assertThat(one.store.requests(StoreOperation.INSPECT) - inspected).isLessThanOrEqualTo(2 * 3 * 2);
    }

    @Test
    void a_long_wait_of_an_owner_that_holds_something_costs_one_request_in_a_refresh_period() {
        one.holds("a", "x");
        for (int i = 0; i < 20; i++) {
            two.holds("w" + i, "own" + i);
            two.wants("w" + i, "x");
        }
        pass(2_000);
        assertThat(two.told()).isEqualTo(20);
        pass(50_000);
        assertThat(two.told()).isLessThanOrEqualTo(20 + 20 * 10);
        assertThat(one.told()).isZero();
    }
}
