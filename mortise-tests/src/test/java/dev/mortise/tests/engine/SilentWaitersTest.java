package dev.mortise.tests.engine;

import static dev.mortise.testkit.contract.Kept.kept;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mortise.AcquireOptions;
import dev.mortise.DistributedReadWriteLock;
import dev.mortise.DistributedSemaphore;
import dev.mortise.Lease;
import dev.mortise.LockKind;
import dev.mortise.LockTimeoutException;
import dev.mortise.internal.client.ClientConfig;
import dev.mortise.internal.client.LockClient;
import dev.mortise.internal.store.AcquireRequest;
import dev.mortise.internal.store.Shape;
import dev.mortise.internal.store.Tag;
import dev.mortise.testkit.memory.InMemoryLockStore;
import dev.mortise.testkit.memory.StoreOperation;
import dev.mortise.tests.IgnoringInbox;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Those in front of the queue are gone, or have left it and could not say so. */
final class SilentWaitersTest extends OnFakeTime {
    private int born;

    @Test
    void a_dead_writer_that_waits_keeps_readers_out_for_a_moment_only() throws Exception {
        DistributedReadWriteLock here = client.readWriteLock("a");
        Lease held = here.readLock().acquire();
        dead(Shape.READ_WRITE, Shape.MAX, false);
        CompletableFuture<Lease> reader = other.readWriteLock("a").readLock().acquireAsync(ANY);
        assertThat(within(20, reader)).isPresent();
        assertThat(held.isValid()).isTrue();
    }

    @Test
    void a_dead_waiter_for_many_permits_keeps_others_from_few_for_a_moment_only() throws Exception {
        DistributedSemaphore here = client.semaphore("a", 10);
        kept(here.acquire(1, ANY));
        dead(new Shape(LockKind.SEMAPHORE, 10), 10, false);
        CompletableFuture<Lease> other = this.other.semaphore("a", 10).acquireAsync(1, ANY);
        assertThat(within(20, other)).isPresent();
    }

    @Test
    void a_wait_that_could_not_be_withdrawn_blocks_nobody_when_its_client_is_back() throws Exception {
        DistributedReadWriteLock here = client.readWriteLock("a");
        kept(here.readLock().acquire());
        CompletableFuture<Lease> writer =
                other.readWriteLock("a").writeLock().acquireAsync(AcquireOptions.waitUpTo(Duration.ofSeconds(5)));
        pass(1_000);
        otherStore.disconnect();
        pass(60_000);
        assertThat(writer).isCompletedExceptionally();
        otherStore.reconnect();
        assertThat(within(20, other.readWriteLock("a").readLock().acquireAsync(ANY)))
                .isPresent();
    }

    @Test
    void behind_a_hundred_dead_waiters_the_next_gets_the_lock_at_the_release() throws Exception {
        Lease held = client.lock("a").acquire();
        for (int i = 0; i < 100; i++) {
            dead(Shape.MUTEX, 1, false);
        }
        CompletableFuture<Lease> waiter = other.lock("a").acquireAsync(ANY);
        held.release();
        assertThat(had(waiter).fencingToken()).isGreaterThan(held.fencingToken());
    }

    @Test
    void a_leader_is_followed_at_the_end_of_its_lease_by_whoever_lives() throws Exception {
        InMemoryLockStore leaderStore = new InMemoryLockStore(server);
        LockClient leader = open(leaderStore, time);
        kept(leader.lock("a").acquire());
        for (int i = 0; i < 100; i++) {
            dead(Shape.MUTEX, 1, false);
            pass(60_000);
        }
        CompletableFuture<Lease> waiter = other.lock("a").acquireAsync(ANY);
        pass(1_000);
        leaderStore.disconnect();
        pass(29_000);
        assertThat(waiter).isNotDone();
        pass(1_100);
        assertThat(had(waiter).isValid()).isTrue();
    }

    @Test
    void a_queue_full_of_the_dead_takes_the_living() throws Exception {
        kept(client.lock("a").acquire());
        for (int i = 0; i < 20; i++) {
            dead(Shape.MUTEX, 1, false);
        }
        LockClient small = LockClient.open(
                new InMemoryLockStore(server),
                time,
                new ClientConfig("small", LEASE, TIMEOUT, 20, Duration.ZERO),
                events::add);
        pass(31_000);
        CompletableFuture<Lease> waiter = small.lock("a").acquireAsync(ANY);
        pass(16_000);
        CompletableFuture<Lease> second = other.lock("a").acquireAsync(AcquireOptions.waitUpTo(Duration.ofMinutes(1)));
        LockClient third = LockClient.open(
                new InMemoryLockStore(server),
                time,
                new ClientConfig("third", LEASE, TIMEOUT, 20, Duration.ZERO),
                events::add);
        CompletableFuture<Lease> more = third.lock("a").acquireAsync(ANY);
        pass(100);
        assertThat(List.of(waiter, second, more)).noneMatch(CompletableFuture::isDone);
        assertThat(client.lock("a").inspect().waiters()).hasSizeLessThan(20);
    }

    @Test
    void the_dead_in_front_leave_the_queue_while_the_lock_is_held() throws Exception {
        kept(client.lock("a").acquire());
        for (int i = 0; i < 5; i++) {
            dead(Shape.MUTEX, 1, false);
        }
        kept(other.lock("a").acquireAsync(ANY));
        pass(60_000);
        assertThat(client.lock("a").inspect().waiters()).hasSize(1);
    }

    @Test
    void a_waiter_that_was_silent_for_long_comes_back_at_its_place() throws Exception {
        Lease held = client.lock("a").acquire();
        LockClient first = open(new InMemoryLockStore(server), time);
        CompletableFuture<Lease> silent = first.lock("a").acquireAsync(ANY);
        pass(100);
        otherStore.faults().holdReplies(StoreOperation.ACQUIRE);
        CompletableFuture<Lease> second = other.lock("a").acquireAsync(ANY);
        otherStore.faults().releaseReplies();
        pass(10_000);
        held.release();
        had(silent).release();
        assertThat(had(second).isValid()).isTrue();
    }

    @Test
    void the_next_in_line_learns_when_the_one_before_it_leaves() throws Exception {
        InMemoryLockStore holderStore = new InMemoryLockStore(server);
        LockClient holder = open(holderStore, time);
        kept(holder.lock("a").acquire(ANY.lease(Duration.ofSeconds(7))));
        kept(client.lock("a").acquireAsync(AcquireOptions.waitUpTo(Duration.ofSeconds(1))));
        CompletableFuture<Lease> next = other.lock("a").acquireAsync(ANY);
        pass(100);
        holderStore.disconnect();
        pass(6_800);
        assertThat(next).isNotDone();
        pass(200);
        assertThat(had(next).isValid()).isTrue();
    }

    @Test
    void a_holder_and_the_first_in_line_that_die_together_cost_no_more_than_the_lease() throws Exception {
        InMemoryLockStore holderStore = new InMemoryLockStore(server);
        LockClient holder = open(holderStore, time);
        kept(holder.lock("a").acquire());
        InMemoryLockStore headStore = new InMemoryLockStore(server);
        LockClient head = open(headStore, time);
        kept(head.lock("a").acquireAsync(ANY));
        CompletableFuture<Lease> next = other.lock("a").acquireAsync(ANY);
        pass(100);
        holderStore.disconnect();
        headStore.disconnect();
        pass(29_800);
        assertThat(next).isNotDone();
        pass(300);
        assertThat(had(next).isValid()).isTrue();
    }

    @Test
    void a_wait_in_vain_costs_three_requests_for_its_reason() throws Exception {
        kept(client.lock("a").acquire());
        for (int i = 0; i < 20; i++) {
            kept(open(new InMemoryLockStore(server), time).lock("a").acquireAsync(ANY));
        }
        int before = otherStore.requests(StoreOperation.GLANCE) + otherStore.requests(StoreOperation.HEARTBEAT);
        CompletableFuture<Lease> waiter = other.lock("a").acquireAsync(AcquireOptions.waitUpTo(Duration.ofMillis(500)));
        pass(1_000);
        time.runCallbacks();
        assertThatThrownBy(waiter::join).hasCauseInstanceOf(LockTimeoutException.class);
        assertThat(otherStore.requests(StoreOperation.GLANCE) + otherStore.requests(StoreOperation.HEARTBEAT) - before)
                .isLessThanOrEqualTo(3);
    }

    @Test
    void dead_waiters_that_seem_to_be_heard_cost_one_claim_however_many_they_are() throws Exception {
        Lease held = client.lock("a").acquire();
        for (int i = 0; i < 30; i++) {
            dead(Shape.MUTEX, 1, true);
        }
        CompletableFuture<Lease> waiter = other.lock("a").acquireAsync(ANY);
        pass(1_000);
        held.release();
        assertThat(within(7, waiter)).isPresent();
    }

    /** @param seemsHeard whether somebody hears what is said to it */
    private void dead(Shape shape, long permits, boolean seemsHeard) {
        String id = String.format("%022d", ++born);
        InMemoryLockStore gone = new InMemoryLockStore(server);
        gone.open(id, new IgnoringInbox()).join();
        gone.acquire(new AcquireRequest("a", id + "-1", shape, permits, 30_000, true, 0, new Tag("o", "l"), 10_000, 0))
                .join();
        if (seemsHeard) {
            gone.acquire(new AcquireRequest(
                            "a", id + "-1", shape, permits, 30_000, true, 0, new Tag("o", "l"), 10_000, 0))
                    .join();
        } else {
            gone.disconnect();
        }
    }
}
