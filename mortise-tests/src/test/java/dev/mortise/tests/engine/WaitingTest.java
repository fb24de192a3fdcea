package dev.mortise.tests.engine;

import static dev.mortise.testkit.contract.Kept.kept;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.AcquireOptions;
import dev.mortise.Lease;
import dev.mortise.LockKind;
import dev.mortise.LockUnavailableException;
import dev.mortise.ReleaseOutcome;
import dev.mortise.Renewal;
import dev.mortise.WrongKindException;
import dev.mortise.internal.store.AcquireReply;
import dev.mortise.internal.store.AcquireRequest;
import dev.mortise.internal.store.Shape;
import dev.mortise.internal.store.Tag;
import dev.mortise.testkit.memory.InMemoryServer;
import dev.mortise.testkit.memory.StoreOperation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

/** Asking, waiting, being granted, and leaving. */
final class WaitingTest extends OnFakeTime {
    @Test
    void a_grant_that_overtakes_the_answer_counts_and_the_answer_changes_nothing() throws Exception {
        Lease held = other.lock("a").acquire();
        store.faults().holdReplies(StoreOperation.ACQUIRE);
        CompletableFuture<Lease> waiter = client.lock("a").acquireAsync(ANY);
        held.release();
        Lease lease = had(waiter);
        assertThat(lease.fencingToken()).isGreaterThan(held.fencingToken());
        store.faults().releaseReplies();
        pass(40_000);
        assertThat(lease.isValid()).isTrue();
        lease.release();
        assertThat(server.locks()).isEmpty();
    }

    @Test
    void a_fresh_grant_is_entered_without_a_request() throws Exception {
        Lease held = other.lock("a").acquire();
        CompletableFuture<Lease> waiter = client.lock("a").acquireAsync(ANY);
        pass(1_000);
        int before = asked(StoreOperation.ACQUIRE);
        held.release();
        had(waiter);
        assertThat(asked(StoreOperation.ACQUIRE)).isEqualTo(before);
    }

    @Test
    void a_grant_of_little_worth_is_confirmed_before_it_is_entered() throws Exception {
        Lease held = other.lock("a").acquire();
        CompletableFuture<Lease> waiter = client.lock("a").acquireAsync(ANY);
        pass(2_900);
        int before = asked(StoreOperation.ACQUIRE);
        held.release();
        assertThat(had(waiter).remaining()).isGreaterThan(Duration.ofSeconds(29));
        assertThat(asked(StoreOperation.ACQUIRE)).isEqualTo(before + 1);
    }

    @Test
    void a_claim_becomes_a_lease_by_the_first_renewal() throws Exception {
        Lease held = other.lock("a").acquire();
        CompletableFuture<Lease> waiter = client.lock("a").acquireAsync(ANY);
        held.release();
        Lease lease = had(waiter);
        assertThat(lease.remaining()).isLessThan(Duration.ofSeconds(5));
        pass(600);
        assertThat(asked(StoreOperation.RENEW)).isEqualTo(1);
        assertThat(lease.remaining()).isGreaterThan(Duration.ofSeconds(29));
    }

    @Test
    void a_wait_asks_now_and_then_and_not_more() throws Exception {
        kept(other.lock("a").acquire());
        CompletableFuture<Lease> waiter = client.lock("a").acquireAsync(ANY);
        pass(100_000);
        assertThat(waiter).isNotDone();
        assertThat(asked(StoreOperation.ACQUIRE)).isBetween(20, 36);
    }

    @Test
    void at_the_end_of_the_holders_lease_the_head_of_the_queue_asks() throws Exception {
        Lease dead = other.lock("a").acquire(ANY.lease(Duration.ofMillis(4_500)).renewal(Renewal.OFF));
        otherStore.disconnect();
        CompletableFuture<Lease> waiter = client.lock("a").acquireAsync(ANY);
        pass(4_490);
        assertThat(waiter).isNotDone();
        pass(30);
        assertThat(had(waiter).fencingToken()).isGreaterThan(dead.fencingToken());
    }

    @Test
    void a_thousand_waits_ask_at_once_by_no_more_than_the_bound() throws Exception {
        List<Lease> held = new ArrayList<>();
        List<CompletableFuture<Lease>> waiters = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            held.add(other.lock("a" + i).acquire());
            waiters.add(client.lock("a" + i).acquireAsync(ANY));
        }
        int before = asked(StoreOperation.ACQUIRE);
        store.faults().holdReplies(StoreOperation.ACQUIRE);
        store.loseInbox();
        store.reconnect();
        pass(10);
        assertThat(asked(StoreOperation.ACQUIRE) - before).isLessThanOrEqualTo(64);
        store.faults().releaseReplies();
        pass(2_000);
        assertThat(asked(StoreOperation.ACQUIRE) - before).isGreaterThanOrEqualTo(1000);
        assertThat(waiters).noneMatch(CompletableFuture::isDone);
        assertThat(held).allMatch(Lease::isValid);
    }

    @Test
    void polls_that_are_due_wait_for_their_turn_without_a_timer() throws Exception {
        for (int i = 0; i < 500; i++) {
            kept(other.lock("a" + i).acquire());
            kept(client.lock("a" + i).acquireAsync(ANY));
        }
        store.faults().holdReplies(StoreOperation.ACQUIRE);
        pass(4_100);
        int timers = time.timers();
        pass(10);
        assertThat(time.timers()).isEqualTo(timers);
        assertThat(store.faults().heldReplies()).isEqualTo(64);
        int before = asked(StoreOperation.ACQUIRE);
        store.faults().releaseReplies();
        time.runCallbacks();
        assertThat(asked(StoreOperation.ACQUIRE) - before).isEqualTo(500 - 64);
    }

    @Test
    void a_claim_after_a_long_wait_is_confirmed_before_it_is_entered() throws Exception {
        Lease held = other.lock("a").acquire();
        CompletableFuture<Lease> waiter = client.lock("a").acquireAsync(ANY);
        pass(5_800);
        held.release();
        Lease lease = had(waiter);
        time.stall(Duration.ofSeconds(9));
        pass(1);
        assertThat(lease.isValid()).isTrue();
    }

    @Test
    void a_claim_that_is_entered_at_once_outlives_a_stall_before_it_is_confirmed() throws Exception {
        Lease held = other.lock("a").acquire();
        CompletableFuture<Lease> waiter = client.lock("a").acquireAsync(ANY);
        pass(1_000);
        held.release();
        Lease lease = had(waiter);
        pass(450);
        time.stall(Duration.ofMillis(3_200));
        pass(1);
        assertThat(lease.isValid()).isTrue();
    }

    @Test
    void when_the_inbox_is_back_every_wait_asks() throws Exception {
        Lease held = other.lock("a").acquire();
        CompletableFuture<Lease> waiter = client.lock("a").acquireAsync(ANY);
        store.loseInbox();
        held.release();
        time.runCallbacks();
        assertThat(waiter).isNotDone();
        store.reconnect();
        assertThat(had(waiter).isValid()).isTrue();
    }

    @Test
    void a_wait_ends_at_its_deadline_and_not_before() throws Exception {
        Lease held = other.lock("a").acquire();
        for (long millis : new long[] {50, 1_999, 2_000, 7_000, 3_600_000}) {
            CompletableFuture<Optional<Lease>> waiter =
                    client.lock("a").tryAcquireAsync(AcquireOptions.waitUpTo(Duration.ofMillis(millis)));
            pass(millis - 1);
            assertThat(waiter).isNotDone();
            pass(1);
            assertThat(waiter).isCompletedWithValue(Optional.empty());
        }
        assertThat(held.isValid()).isTrue();
        assertThat(other.lock("a").inspect().waiters()).isEmpty();
    }

    @Test
    void a_deadline_before_the_first_answer_waits_for_it() throws Exception {
        store.faults().holdReplies(StoreOperation.ACQUIRE);
        CompletableFuture<Optional<Lease>> waiter =
                client.lock("a").tryAcquireAsync(AcquireOptions.waitUpTo(Duration.ofMillis(5)));
        pass(100);
        assertThat(waiter).isNotDone();
        store.faults().releaseReplies();
        time.runCallbacks();
        assertThat(waiter.join()).isPresent();
        kept(other.lock("b").acquire());
        store.faults().holdReplies(StoreOperation.ACQUIRE);
        CompletableFuture<Optional<Lease>> late =
                client.lock("b").tryAcquireAsync(AcquireOptions.waitUpTo(Duration.ofMillis(5)));
        pass(100);
        store.faults().releaseReplies();
        time.runCallbacks();
        assertThat(late).isCompletedWithValue(Optional.empty());
        assertThat(other.lock("b").inspect().waiters()).isEmpty();
    }

    @Test
    void an_acquire_that_reaches_nobody_fails_within_the_command_time_out() {
        store.disconnect();
        CompletableFuture<Lease> forever = client.lock("a").acquireAsync(ANY);
        CompletableFuture<Optional<Lease>> once = client.lock("a").tryAcquireAsync(AcquireOptions.noWait());
        pass(1_500);
        assertThat(forever).isNotDone();
        pass(1_300);
        assertThat(forever.handle((lease, failure) -> failure).join()).isInstanceOf(LockUnavailableException.class);
        assertThat(once.handle((lease, failure) -> failure).join()).isInstanceOf(LockUnavailableException.class);
    }

    @Test
    void a_short_trouble_with_the_first_request_is_nobodys_business() {
        for (Runnable trouble : List.<Runnable>of(
                () -> store.faults().failNext(StoreOperation.ACQUIRE),
                () -> store.faults().loseNextRequest(StoreOperation.ACQUIRE),
                () -> store.faults().dropNextReply(StoreOperation.ACQUIRE))) {
            trouble.run();
            CompletableFuture<Lease> acquire = client.lock("a").acquireAsync(ANY);
            pass(20);
            assertThat(had(acquire).release()).isEqualTo(ReleaseOutcome.RELEASED);
            // A request whose answer was lost may still arrive: until it cannot, a tombstone refuses it.
            pass(60_000);
            client.lock("a").tryAcquire().orElseThrow().release();
            pass(1);
            assertThat(server.locks()).isEmpty();
        }
    }

    @Test
    void a_wait_in_the_queue_outlasts_an_outage_and_a_loss_of_data() throws Exception {
        Lease held = other.lock("a").acquire();
        CompletableFuture<Lease> waiter = client.lock("a").acquireAsync(ANY);
        store.disconnect();
        pass(20_000);
        store.reconnect();
        pass(1_000);
        server.restart(InMemoryServer.Snapshot.empty());
        pass(5_000);
        assertThat(waiter).isNotDone();
        otherStore.reconnect();
        store.reconnect();
        pass(1_000);
        assertThat(had(waiter).fencingToken()).isGreaterThan(held.fencingToken());
    }

    @Test
    void a_grant_for_nobody_here_is_given_back() throws Exception {
        Lease held = other.lock("a").acquire();
        String mine = client.lock("own").acquire().id().substring(0, 22);
        store.acquire(request(mine + "-stranger")).join();
        CompletableFuture<Lease> behind = other.lock("a").acquireAsync(ANY);
        held.release();
        assertThat(had(behind).isValid()).isTrue();
    }

    @Test
    void a_withdrawal_is_repeated_and_a_grant_that_crosses_goes_to_the_next() throws Exception {
        Lease held = other.lock("a").acquire();
        CompletableFuture<Lease> leaving = client.lock("a").acquireAsync(ANY);
        CompletableFuture<Lease> next = other.lock("a").acquireAsync(ANY);
        store.faults().loseNextRequest(StoreOperation.WITHDRAW);
        leaving.cancel(true);
        held.release();
        assertThat(next).isNotDone();
        pass(100);
        assertThat(had(next).isValid()).isTrue();
    }

    @Test
    void a_late_duplicate_of_a_withdrawn_acquire_is_refused() throws Exception {
        Lease held = other.lock("a").acquire();
        store.faults().loseNextRequest(StoreOperation.ACQUIRE);
        CompletableFuture<Lease> leaving = client.lock("a").acquireAsync(ANY);
        leaving.cancel(true);
        String next = client.lock("own").acquire().id();
        String left = next.substring(0, next.length() - 1) + "1";
        assertThat(store.acquire(request(left)).join()).isInstanceOf(AcquireReply.Stale.class);
        held.release();
        pass(60_000);
        assertThat(server.describe("a")).isEmpty();
    }

    @Test
    void a_wait_that_was_refused_for_good_fails_at_once() {
        store.acquire(new AcquireRequest(
                        "a",
                        "somebody-else-altogether-1",
                        new Shape(LockKind.SEMAPHORE, 3),
                        1,
                        30_000,
                        false,
                        0,
                        new Tag("", ""),
                        10,
                        0))
                .join();
        CompletableFuture<Lease> refused = client.lock("a").acquireAsync(ANY);
        time.runCallbacks();
        assertThat(refused).isCompletedExceptionally();
        assertThat(cause(refused)).isInstanceOf(WrongKindException.class);
    }

    private static Throwable cause(CompletableFuture<?> future) {
        try {
            future.join();
            throw new AssertionError("did not fail");
        } catch (CompletionException e) {
            return e.getCause() == null ? e : e.getCause();
        }
    }

    private static AcquireRequest request(String leaseId) {
        return new AcquireRequest("a", leaseId, Shape.MUTEX, 1, 30_000, true, 0, new Tag("", ""), 10_000, 0);
    }
}
