package dev.mortise.tests.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.AcquireOptions;
import dev.mortise.DistributedReadWriteLock;
import dev.mortise.Lease;
import dev.mortise.LeaseLoss.Cause;
import dev.mortise.LeaseTicket;
import dev.mortise.LockUnavailableException;
import dev.mortise.ReleaseOutcome;
import dev.mortise.testkit.memory.InMemoryServer;
import dev.mortise.testkit.memory.StoreOperation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A lock that is handed on in one client while the server forgets it, ends it, or does not answer. */
final class HandOffFaultsTest extends OnFakeTime {
    /** What can come of a request. */
    enum Trouble {
        REJECTED,
        REQUEST_LOST,
        REPLY_LOST
    }

    @AfterEach
    void nobodyIsLeft() {
        // Tokens that were reserved may be ahead of the clock, and the lock is remembered for so long.
        pass(60_000);
        assertThat(client.queues()).as("queues").isZero();
        assertThat(other.queues()).as("queues of the other").isZero();
        assertThat(server.locks()).isEmpty();
    }

    @Test
    void a_holder_that_is_forced_out_loses_it_and_those_who_wait_here_get_it() throws Exception {
        Lease held = client.lock("a").acquire();
        List<CompletableFuture<Lease>> waiters = waiters(3);
        held.release();
        Lease handedOn = had(waiters.get(0));
        assertThat(other.admin().forceRelease("a", "for the test")).isEqualTo(1);
        assertThat(loss(handedOn)).isEqualTo(Cause.FORCED);
        allGetIt(waiters.subList(1, 3), handedOn.fencingToken());
    }

    @Test
    void a_holder_that_is_forced_out_unheard_loses_it_at_the_next_renewal() throws Exception {
        Lease held = client.lock("a").acquire();
        List<CompletableFuture<Lease>> waiters = waiters(3);
        held.release();
        Lease handedOn = had(waiters.get(0));
        store.loseInbox();
        other.admin().forceRelease("a", "for the test");
        assertThat(handedOn.isValid()).isTrue();
        store.reconnect();
        pass(11_000);
        assertThat(loss(handedOn)).isEqualTo(Cause.FORCED);
        allGetIt(waiters.subList(1, 3), handedOn.fencingToken());
    }

    @Test
    void a_holder_whose_time_is_over_loses_it_and_those_who_wait_here_get_it_when_the_server_is_back()
            throws Exception {
        Lease held = client.lock("a").acquire();
        List<CompletableFuture<Lease>> waiters = waiters(3);
        store.disconnect();
        pass(29_600);
        assertThat(held.isValid()).isTrue();
        pass(400);
        assertThat(loss(held)).isEqualTo(Cause.UNREACHABLE);
        pass(40_000);
        assertThat(waiters).noneMatch(CompletableFuture::isDone);
        Lease there = other.lock("a").acquire();
        store.reconnect();
        pass(1_000);
        assertThat(waiters).noneMatch(CompletableFuture::isDone);
        there.release();
        allGetIt(waiters, there.fencingToken());
    }

    @Test
    void a_server_that_lost_its_data_ends_the_hand_offs_and_not_the_waiting() throws Exception {
        Lease held = client.lock("a").acquire();
        List<CompletableFuture<Lease>> waiters = waiters(4);
        server.restart(InMemoryServer.Snapshot.empty());
        store.reconnect();
        otherStore.reconnect();
        // Nobody has noticed so far.
        assertThat(held.release()).isEqualTo(ReleaseOutcome.RELEASED);
        Lease handedOn = had(waiters.get(0));
        pass(31_000);
        assertThat(loss(handedOn)).isEqualTo(Cause.GONE);
        allGetIt(waiters.subList(1, 4), handedOn.fencingToken());
    }

    @Test
    void a_lock_that_another_has_after_a_loss_of_data_is_not_passed_on_after_the_next_question() throws Exception {
        Lease held = client.lock("a").acquire();
        List<CompletableFuture<Lease>> waiters = waiters(2);
        server.restart(InMemoryServer.Snapshot.empty());
        store.reconnect();
        otherStore.reconnect();
        Lease there = other.lock("a").tryAcquire().orElseThrow();
        pass(1_500);
        held.release();
        assertThat(waiters).noneMatch(CompletableFuture::isDone);
        assertThat(there.isValid()).isTrue();
        there.release();
        allGetIt(waiters, there.fencingToken());
    }

    @ParameterizedTest
    @EnumSource(Trouble.class)
    void a_question_without_an_answer_costs_no_more_than_another_acquire(Trouble trouble) throws Exception {
        Lease held = client.lock("a").acquire();
        order(trouble, 4);
        List<CompletableFuture<Lease>> waiters = waiters(3);
        assertThat(asked(StoreOperation.RESERVE)).isEqualTo(3);
        // Nothing promised, and the time for hand-offs is over: the server is to be asked, in vain.
        pass(20);
        held.release();
        assertThat(asked(StoreOperation.RESERVE)).isEqualTo(5);
        assertThat(asked(StoreOperation.ACQUIRE)).isEqualTo(2);
        allGetIt(waiters, held.fencingToken());
        assertThat(asked(StoreOperation.ACQUIRE)).isEqualTo(2);
    }

    @Test
    void while_the_server_is_asked_the_next_waits_and_is_passed_the_lock_then() throws Exception {
        Lease held = client.lock("a").acquire();
        List<CompletableFuture<Lease>> waiters = waiters(3);
        pass(1_500);
        store.faults().holdReplies(StoreOperation.RESERVE);
        assertThat(held.release()).isEqualTo(ReleaseOutcome.RELEASED);
        pass(100);
        assertThat(waiters).noneMatch(CompletableFuture::isDone);
        waiters.get(0).cancel(true);
        assertThat(other.lock("a").tryAcquire()).isEmpty();
        store.faults().releaseReplies();
        allGetIt(waiters.subList(1, 3), held.fencingToken());
        assertThat(asked(StoreOperation.ACQUIRE)).isEqualTo(1);
    }

    @Test
    void a_hold_that_is_forced_away_while_the_server_is_asked_is_not_passed_on() throws Exception {
        Lease held = client.lock("a").acquire();
        List<CompletableFuture<Lease>> waiters = waiters(2);
        pass(1_500);
        store.faults().holdReplies(StoreOperation.RESERVE);
        held.release();
        other.admin().forceRelease("a", "for the test");
        Lease there = other.lock("a").acquire();
        store.faults().releaseReplies();
        time.runCallbacks();
        assertThat(waiters).noneMatch(CompletableFuture::isDone);
        there.release();
        allGetIt(waiters, there.fencingToken());
    }

    @Test
    void a_hold_whose_time_passes_while_the_server_is_asked_is_not_passed_on() throws Exception {
        Lease held = client.lock("a").acquire();
        List<CompletableFuture<Lease>> waiters = waiters(2);
        pass(1_500);
        store.faults().holdReplies(StoreOperation.RESERVE);
        held.release();
        pass(32_000);
        Lease there = other.lock("a").acquire();
        store.faults().releaseReplies();
        time.runCallbacks();
        assertThat(waiters).noneMatch(CompletableFuture::isDone);
        there.release();
        allGetIt(waiters, there.fencingToken());
    }

    @Test
    void whoever_waits_outlasts_an_outage_and_whoever_comes_then_is_told_in_time() throws Exception {
        Lease held = client.lock("a").acquire();
        List<CompletableFuture<Lease>> waiters = waiters(3);
        pass(1_500);
        store.disconnect();
        held.releaseAsync();
        pass(3_000);
        assertThat(waiters).noneMatch(CompletableFuture::isDone);
        CompletableFuture<Lease> newcomer = client.lock("a").acquireAsync(ANY);
        CompletableFuture<Optional<Lease>> once = client.lock("a").tryAcquireAsync(AcquireOptions.noWait());
        pass(2_800);
        assertThat(failure(newcomer)).isInstanceOf(LockUnavailableException.class);
        assertThat(failure(once)).isInstanceOf(LockUnavailableException.class);
        pass(20_000);
        assertThat(waiters).noneMatch(CompletableFuture::isDone);
        store.reconnect();
        pass(1_000);
        allGetIt(waiters, held.fencingToken());
    }

    @Test
    void whoever_waits_here_for_another_client_outlasts_an_outage_after_one_answer() throws Exception {
        Lease there = other.lock("a").acquire();
        List<CompletableFuture<Lease>> waiters = waiters(4);
        pass(6_000);
        store.disconnect();
        waiters.get(0).cancel(true);
        pass(20_000);
        waiters.get(1).cancel(true);
        pass(20_000);
        assertThat(waiters.subList(2, 4)).noneMatch(CompletableFuture::isDone);
        store.reconnect();
        there.release();
        pass(1_000);
        allGetIt(waiters.subList(2, 4), there.fencingToken());
    }

    @Test
    void whoever_came_just_before_an_outage_behind_one_who_waits_is_told_when_that_is_noticed() throws Exception {
        Lease there = other.lock("a").acquire();
        CompletableFuture<Lease> first = client.lock("a").acquireAsync(ANY);
        store.disconnect();
        CompletableFuture<Lease> newcomer = client.lock("a").acquireAsync(ANY);
        pass(5_800);
        assertThat(failure(newcomer)).isInstanceOf(LockUnavailableException.class);
        assertThat(first).isNotDone();
        there.release();
        store.reconnect();
        allGetIt(List.of(first), there.fencingToken());
    }

    @Test
    void those_who_came_together_to_a_server_that_does_not_answer_are_told_together() {
        store.disconnect();
        List<CompletableFuture<Lease>> waiters = waiters(5);
        pass(2_800);
        for (CompletableFuture<Lease> waiter : waiters) {
            assertThat(failure(waiter)).isInstanceOf(LockUnavailableException.class);
        }
        store.reconnect();
    }

    @Test
    void a_client_whose_coming_was_not_heard_is_served_within_about_a_second() throws Exception {
        Lease held = client.lock("a").acquire();
        List<CompletableFuture<Lease>> waiters = waiters(100);
        store.loseInbox();
        CompletableFuture<Lease> there = other.lock("a").acquireAsync(ANY);
        int handOffs = 0;
        Lease mine = held;
        while (!there.isDone()) {
            assertThat(handOffs).as("holds of 50 ms").isLessThan(23);
            pass(50);
            mine.releaseAsync();
            time.runCallbacks();
            if (waiters.get(handOffs).isDone()) {
                mine = waiters.get(handOffs++).join();
            }
        }
        assertThat(handOffs).isPositive();
        assertThat(had(there).fencingToken()).isGreaterThan(mine.fencingToken());
        had(there).release();
        store.reconnect();
        allGetIt(waiters.subList(handOffs, 100), had(there).fencingToken());
    }

    @Test
    void a_client_that_comes_is_served_after_so_many_passes_and_no_more() throws Exception {
        Lease held = client.lock("a").acquire();
        List<CompletableFuture<Lease>> waiters = waiters(100);
        held.release();
        // 20 while nobody waits elsewhere count for nothing.
        for (CompletableFuture<Lease> waiter : waiters.subList(0, 20)) {
            had(waiter).release();
        }
        CompletableFuture<Lease> there = other.lock("a").acquireAsync(ANY);
        int handOffs = 0;
        while (!there.isDone()) {
            had(waiters.get(20 + handOffs++)).release();
            time.runCallbacks();
        }
        // The one who held it then, and as many as it may be handed to.
        assertThat(handOffs).isEqualTo(1 + 64);
        had(there).release();
        allGetIt(waiters.subList(20 + handOffs, 100), had(there).fencingToken());
    }

    @Test
    void readers_whose_shared_hold_is_forced_away_lose_it_together_and_the_writer_here_gets_it() throws Exception {
        DistributedReadWriteLock lock = client.readWriteLock("a");
        List<Lease> readers = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            readers.add(lock.readLock().acquire());
        }
        assertThat(asked(StoreOperation.ACQUIRE)).isEqualTo(1);
        CompletableFuture<Lease> writer = lock.writeLock().acquireAsync(ANY);
        CompletableFuture<Lease> reader = lock.readLock().acquireAsync(ANY);
        time.runCallbacks();
        assertThat(reader).isNotDone();
        other.admin().forceRelease("a", "for the test");
        for (Lease lost : readers) {
            assertThat(loss(lost)).isEqualTo(Cause.FORCED);
            assertThat(had(writer).fencingToken()).isGreaterThan(lost.fencingToken());
        }
        assertThat(reader).isNotDone();
        had(writer).release();
        had(reader).release();
    }

    @Test
    void a_reader_that_is_adopted_elsewhere_leaves_the_others_what_they_have() throws Exception {
        DistributedReadWriteLock lock = client.readWriteLock("a");
        Lease first = lock.readLock().acquire();
        Lease second = lock.readLock().acquire();
        LeaseTicket ticket = second.detach();
        assertThat(ticket.fencingToken()).isEqualTo(second.fencingToken());
        first.release();
        CompletableFuture<Lease> writer = lock.writeLock().acquireAsync(ANY);
        Lease adopted = other.adopt(ticket);
        assertThat(adopted.fencingToken()).isEqualTo(second.fencingToken());
        pass(60_000);
        assertThat(adopted.isValid()).isTrue();
        assertThat(writer).isNotDone();
        adopted.release();
        assertThat(had(writer).fencingToken()).isGreaterThan(adopted.fencingToken());
        had(writer).release();
    }

    @Test
    void a_split_without_an_answer_leaves_the_reader_where_it_is() throws Exception {
        DistributedReadWriteLock lock = client.readWriteLock("a");
        for (Trouble trouble : Trouble.values()) {
            Lease first = lock.readLock().acquire();
            Lease second = lock.readLock().acquire();
            switch (trouble) {
                case REJECTED -> store.faults().failNext(StoreOperation.SPLIT);
                case REQUEST_LOST -> store.faults().loseNextRequest(StoreOperation.SPLIT);
                case REPLY_LOST -> store.faults().dropNextReply(StoreOperation.SPLIT);
            }
            assertThat(failureOf(second::detach)).isInstanceOf(LockUnavailableException.class);
            assertThat(second.isValid()).isTrue();
            assertThat(first.release()).isEqualTo(ReleaseOutcome.RELEASED);
            assertThat(second.release()).isEqualTo(ReleaseOutcome.RELEASED);
            CompletableFuture<Lease> writer = lock.writeLock().acquireAsync(ANY);
            pass(31_000);
            had(writer).release();
        }
    }

    private void order(Trouble trouble, int times) {
        for (int i = 0; i < times; i++) {
            switch (trouble) {
                case REJECTED -> store.faults().failNext(StoreOperation.RESERVE);
                case REQUEST_LOST -> store.faults().loseNextRequest(StoreOperation.RESERVE);
                case REPLY_LOST -> store.faults().dropNextReply(StoreOperation.RESERVE);
            }
        }
    }

    private List<CompletableFuture<Lease>> waiters(int count) {
        List<CompletableFuture<Lease>> waiters = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            waiters.add(client.lock("a").acquireAsync(ANY));
        }
        return waiters;
    }

    /** One after the other, in order, with increasing tokens. */
    private void allGetIt(List<CompletableFuture<Lease>> waiters, long above) {
        long token = above;
        for (CompletableFuture<Lease> waiter : waiters) {
            Lease lease = had(waiter);
            assertThat(lease.isValid()).isTrue();
            assertThat(lease.fencingToken()).isGreaterThan(token);
            token = lease.fencingToken();
            assertThat(lease.release()).isEqualTo(ReleaseOutcome.RELEASED);
        }
    }

    private Cause loss(Lease lease) {
        time.runCallbacks();
        assertThat(lease.lost().toCompletableFuture()).isDone();
        return lease.lost().toCompletableFuture().join().cause();
    }

    private Throwable failure(CompletableFuture<?> future) {
        time.runCallbacks();
        assertThat(future).isCompletedExceptionally();
        return future.handle((value, failure) -> failure).join();
    }

    private static Throwable failureOf(Runnable action) {
        try {
            action.run();
            throw new AssertionError("did not fail");
        } catch (RuntimeException e) {
            return e;
        }
    }
}
