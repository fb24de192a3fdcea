package dev.mortise.tests.engine;

import static dev.mortise.testkit.contract.Kept.kept;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.mortise.AcquireOptions;
import dev.mortise.DistributedReadWriteLock;
import dev.mortise.Lease;
import dev.mortise.LeaseLoss.Cause;
import dev.mortise.LeaseTicket;
import dev.mortise.LockEvent;
import dev.mortise.LockTimeoutException;
import dev.mortise.LockUnavailableException;
import dev.mortise.Mortise;
import dev.mortise.QueueFullException;
import dev.mortise.ReleaseOutcome;
import dev.mortise.Renewal;
import dev.mortise.internal.client.ClientConfig;
import dev.mortise.internal.client.LockClient;
import dev.mortise.testkit.memory.InMemoryLockStore;
import dev.mortise.testkit.memory.StoreOperation;
import dev.mortise.testkit.process.Polling;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A lock that is handed on in one client, and those who wait for that. */
final class HandOffTest extends OnFakeTime {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @AfterEach
    void nobodyIsLeft() {
        // Tokens that were reserved may be ahead of the clock, and the lock is remembered for so long.
        pass(1_000);
        assertThat(client.queues()).as("queues").isZero();
        assertThat(other.queues()).as("queues of the other").isZero();
        assertThat(server.locks()).isEmpty();
    }

    @Test
    void a_chain_of_holders_asks_the_server_once() throws Exception {
        Lease held = client.lock("a").acquire();
        List<CompletableFuture<Lease>> waiters = waiters(50);
        long token = held.fencingToken();
        assertThat(held.release()).isEqualTo(ReleaseOutcome.RELEASED);
        for (CompletableFuture<Lease> waiter : waiters) {
            Lease lease = had(waiter);
            assertThat(lease.fencingToken()).isGreaterThan(token);
            assertThat(lease.isValid()).isTrue();
            token = lease.fencingToken();
            assertThat(other.lock("a").tryAcquire()).isEmpty();
            assertThat(lease.release()).isEqualTo(ReleaseOutcome.RELEASED);
        }
        assertThat(asked(StoreOperation.ACQUIRE)).isEqualTo(1);
        assertThat(asked(StoreOperation.RESERVE)).isEqualTo(1);
        assertThat(asked(StoreOperation.RELEASE)).isEqualTo(1);
        assertThat(asked(StoreOperation.RENEW) + asked(StoreOperation.WITHDRAW)).isZero();
    }

    @Test
    void a_passed_lease_that_is_detached_is_adopted_as_it_was_and_those_behind_it_get_it_later() throws Exception {
        Lease held = client.lock("a").acquire();
        CompletableFuture<Lease> second = client.lock("a").acquireAsync(ANY);
        CompletableFuture<Lease> third = client.lock("a").acquireAsync(ANY);
        CompletableFuture<Lease> fourth = client.lock("a").acquireAsync(ANY);
        held.release();
        Lease handedOn = had(second);
        LeaseTicket ticket = handedOn.detach();
        assertThat(handedOn.isValid()).isFalse();
        assertThat(handedOn.release()).isEqualTo(ReleaseOutcome.LOST);
        Lease adopted = other.adopt(LeaseTicket.decode(ticket.encode()));
        assertThat(adopted.id()).isEqualTo(handedOn.id());
        assertThat(adopted.fencingToken()).isEqualTo(handedOn.fencingToken());
        pass(60_000);
        assertThat(adopted.isValid()).isTrue();
        assertThat(third).isNotDone();
        assertThat(adopted.release()).isEqualTo(ReleaseOutcome.RELEASED);
        Lease next = had(third);
        assertThat(next.fencingToken()).isGreaterThan(adopted.fencingToken());
        assertThat(fourth).isNotDone();
        next.release();
        assertThat(had(fourth).fencingToken()).isGreaterThan(next.fencingToken());
        had(fourth).release();
    }

    @Test
    void readers_that_were_passed_a_writers_hold_are_adopted_as_they_were() throws Exception {
        DistributedReadWriteLock lock = client.readWriteLock("a");
        Lease writer = lock.writeLock().acquire();
        CompletableFuture<Lease> second = lock.readLock().acquireAsync(ANY);
        CompletableFuture<Lease> third = lock.readLock().acquireAsync(ANY);
        writer.release();
        for (Lease reader : List.of(had(second), had(third))) {
            Lease adopted = other.adopt(reader.detach());
            assertThat(adopted.fencingToken()).isEqualTo(reader.fencingToken());
            pass(60_000);
            assertThat(adopted.isValid()).isTrue();
            adopted.release();
        }
    }

    @Test
    void readers_that_come_now_and_then_share_the_hold_of_the_first() throws Exception {
        DistributedReadWriteLock lock = client.readWriteLock("a");
        Lease first = lock.readLock().acquire();
        for (int i = 0; i < 100; i++) {
            pass(20);
            lock.readLock().acquire().close();
        }
        assertThat(asked(StoreOperation.ACQUIRE)).isEqualTo(1);
        assertThat(asked(StoreOperation.RELEASE)).isZero();
        // Once a second, and in between when half of that is over.
        assertThat(asked(StoreOperation.RESERVE)).isLessThanOrEqualTo(5);
        CompletableFuture<Lease> writer = other.readWriteLock("a").writeLock().acquireAsync(ANY);
        time.runCallbacks();
        assertThat(lock.readLock().tryAcquire())
                .as("while a writer waits elsewhere")
                .isEmpty();
        first.close();
        had(writer).close();
    }

    @Test
    void a_detached_lease_that_nobody_adopts_ends_with_its_time() throws Exception {
        Lease held = client.lock("a").acquire();
        CompletableFuture<Lease> second = client.lock("a").acquireAsync(ANY);
        CompletableFuture<Lease> third = client.lock("a").acquireAsync(ANY);
        held.release();
        LeaseTicket ticket = had(second).detach();
        pass(31_000);
        assertThat(had(third).fencingToken()).isGreaterThan(ticket.fencingToken());
        assertThat(had(third).isValid()).isTrue();
        had(third).release();
    }

    @Test
    void a_fixed_lease_that_was_passed_lasts_its_time_and_no_longer() throws Exception {
        AcquireOptions fixed = ANY.lease(Duration.ofSeconds(10)).renewal(Renewal.OFF);
        Lease held = client.lock("a").acquire(fixed);
        CompletableFuture<Lease> second = client.lock("a").acquireAsync(fixed);
        CompletableFuture<Lease> third = client.lock("a").acquireAsync(fixed);
        pass(4_000);
        held.release();
        Lease handedOn = had(second);
        assertThat(asked(StoreOperation.ACQUIRE)).isEqualTo(1);
        pass(9_880);
        assertThat(handedOn.isValid()).isTrue();
        assertThat(third).isNotDone();
        assertThat(other.lock("a").tryAcquire()).isEmpty();
        pass(130);
        assertThat(handedOn.isValid()).isFalse();
        assertThat(handedOn.lost().toCompletableFuture().join().cause()).isEqualTo(Cause.EXPIRED);
        assertThat(had(third).isValid()).isTrue();
        assertThat(had(third).fencingToken()).isGreaterThan(handedOn.fencingToken());
        pass(10_000);
        assertThat(had(third).isValid()).isFalse();
    }

    @Test
    void a_longest_hold_counts_from_the_hand_off() throws Exception {
        AcquireOptions limited = ANY.maxHold(Duration.ofSeconds(50));
        Lease held = client.lock("a").acquire(limited);
        CompletableFuture<Lease> second = client.lock("a").acquireAsync(limited);
        CompletableFuture<Lease> third = client.lock("a").acquireAsync(limited);
        pass(40_000);
        held.release();
        Lease handedOn = had(second);
        pass(49_990);
        assertThat(handedOn.isValid()).isTrue();
        assertThat(third).isNotDone();
        pass(20);
        assertThat(handedOn.lost().toCompletableFuture().join().cause()).isEqualTo(Cause.MAX_HOLD);
        assertThat(had(third).fencingToken()).isGreaterThan(handedOn.fencingToken());
        had(third).release();
    }

    @Test
    void who_wants_a_shorter_lease_than_the_server_would_keep_it_for_asks_the_server() throws Exception {
        Lease held = client.lock("a").acquire();
        CompletableFuture<Lease> brief = client.lock("a").acquireAsync(ANY.lease(Duration.ofSeconds(8)));
        CompletableFuture<Lease> usual = client.lock("a").acquireAsync(ANY);
        held.release();
        assertThat(asked(StoreOperation.ACQUIRE)).isEqualTo(2);
        assertThat(had(brief).remaining()).isLessThan(Duration.ofSeconds(8));
        had(brief).release();
        assertThat(asked(StoreOperation.ACQUIRE)).isEqualTo(2);
        assertThat(had(usual).remaining()).isLessThan(Duration.ofSeconds(8));
        pass(900);
        assertThat(had(usual).remaining()).isGreaterThan(Duration.ofSeconds(29));
        pass(60_000);
        assertThat(had(usual).isValid()).isTrue();
        had(usual).release();
    }

    @Test
    void leases_without_expiry_are_passed_among_themselves_only() throws Exception {
        Lease held = client.lock("a").acquire();
        CompletableFuture<Lease> second = client.lock("a").acquireAsync(ANY.untilReleased());
        CompletableFuture<Lease> third = client.lock("a").acquireAsync(ANY.untilReleased());
        CompletableFuture<Lease> fourth = client.lock("a").acquireAsync(ANY);
        held.release();
        assertThat(asked(StoreOperation.ACQUIRE)).isEqualTo(2);
        pass(40_000);
        assertThat(had(second).isValid()).isTrue();
        had(second).release();
        assertThat(asked(StoreOperation.ACQUIRE)).isEqualTo(2);
        pass(40_000);
        assertThat(had(third).isValid()).isTrue();
        assertThat(other.lock("a").inspect().holders().get(0).expiresIn()).isEmpty();
        had(third).release();
        assertThat(asked(StoreOperation.ACQUIRE)).isEqualTo(3);
        assertThat(had(fourth).remaining()).isLessThan(LEASE);
        assertThat(other.lock("a").inspect().holders().get(0).expiresIn()).isPresent();
        had(fourth).release();
    }

    @Test
    void who_shortens_a_passed_lease_shortens_what_is_passed_on() throws Exception {
        Lease held = client.lock("a").acquire();
        CompletableFuture<Lease> second = client.lock("a").acquireAsync(ANY);
        CompletableFuture<Lease> third = client.lock("a").acquireAsync(ANY);
        held.release();
        had(second).extend(Duration.ofSeconds(8));
        had(second).release();
        assertThat(had(third).remaining()).isLessThan(Duration.ofSeconds(8));
        pass(40_000);
        assertThat(had(third).isValid()).isTrue();
        had(third).release();
    }

    @Test
    void parked_waiters_that_are_cancelled_or_interrupted_cost_no_request() throws Exception {
        Lease held = client.lock("a").acquire();
        List<CompletableFuture<Lease>> waiters = waiters(9);
        CompletableFuture<Throwable> interrupted = new CompletableFuture<>();
        Thread thread = new Thread(
                () -> {
                    try {
                        kept(client.lock("a").acquire());
                        interrupted.complete(new AssertionError("was granted"));
                    } catch (Throwable failure) {
                        interrupted.complete(failure);
                    }
                },
                "to-be-interrupted");
        thread.start();
        assertThat(Polling.until(
                        PATIENCE, () -> client.lock("a").inspect().waiters().size() == 10))
                .isTrue();
        CompletableFuture<Lease> last = client.lock("a").acquireAsync(ANY);
        for (int leaving : new int[] {0, 8, 4, 5, 3}) {
            waiters.get(leaving).cancel(true);
        }
        thread.interrupt();
        assertThat(Polling.until(PATIENCE, interrupted::isDone)).isTrue();
        assertThat(interrupted.join()).isInstanceOf(InterruptedException.class);
        assertThat(client.lock("a").inspect().waiters()).hasSize(5);
        held.release();
        for (int staying : new int[] {1, 2, 6, 7}) {
            had(waiters.get(staying)).release();
        }
        had(last).release();
        assertThat(asked(StoreOperation.ACQUIRE)).isEqualTo(1);
        assertThat(asked(StoreOperation.WITHDRAW)).isZero();
        assertThat(asked(StoreOperation.RELEASE)).isEqualTo(1);
    }

    @Test
    void a_grant_that_crosses_with_a_cancel_goes_to_the_next_here() throws Exception {
        Lease held = client.lock("a").acquire();
        CompletableFuture<Lease> leaving = client.lock("a").acquireAsync(ANY);
        CompletableFuture<Lease> next = client.lock("a").acquireAsync(ANY);
        held.releaseAsync();
        // It has been handed on, and its future is not complete before the callbacks run.
        assertThat(leaving.cancel(true)).isTrue();
        assertThat(had(next).isValid()).isTrue();
        had(next).release();
        assertThat(asked(StoreOperation.ACQUIRE)).isEqualTo(1);
        assertThat(asked(StoreOperation.WITHDRAW)).isZero();
    }

    @Test
    void closing_ends_parked_waiters_without_a_request_for_them() throws Exception {
        Lease held = client.lock("a").acquire();
        List<CompletableFuture<Lease>> waiters = waiters(20);
        CompletableFuture<Lease> there = other.lock("a").acquireAsync(ANY);
        client.close();
        time.runCallbacks();
        for (CompletableFuture<Lease> waiter : waiters) {
            assertThat(failure(waiter)).isInstanceOf(LockUnavailableException.class);
        }
        assertThat(held.isValid()).isFalse();
        assertThat(asked(StoreOperation.ACQUIRE)).isEqualTo(1);
        assertThat(asked(StoreOperation.WITHDRAW)).isZero();
        assertThat(had(there).fencingToken()).isGreaterThan(held.fencingToken());
        had(there).release();
    }

    @Test
    void the_lock_of_a_thread_that_ended_without_unlocking_goes_on_when_its_lease_is_over() throws Exception {
        Lease held = client.lock("a").acquire();
        Thread thread = new Thread(() -> client.lock("a").asLock().lock(), "forgetful");
        thread.start();
        assertThat(Polling.until(
                        PATIENCE, () -> client.lock("a").inspect().waiters().size() == 1))
                .isTrue();
        CompletableFuture<Lease> next = client.lock("a").acquireAsync(ANY);
        CompletableFuture<Lease> last = client.lock("a").acquireAsync(ANY);
        held.release();
        thread.join();
        pass(20_000);
        assertThat(next).isNotDone();
        pass(11_000);
        assertThat(had(next).fencingToken()).isGreaterThan(held.fencingToken());
        had(next).release();
        had(last).release();
    }

    @Test
    void a_passed_lease_that_was_dropped_is_let_go() throws Exception {
        Lease held = client.lock("a").acquire();
        passToNobody(held);
        CompletableFuture<Lease> next = client.lock("a").acquireAsync(ANY);
        assertThat(Polling.until(PATIENCE, () -> {
                    System.gc();
                    pass(1_000);
                    return count(LockEvent.Leaked.class) == 1;
                }))
                .isTrue();
        assertThat(had(next).fencingToken()).isGreaterThan(held.fencingToken());
        had(next).release();
    }

    private void passToNobody(Lease held) throws InterruptedException {
        CompletableFuture<Lease> dropped = client.lock("a").acquireAsync(ANY);
        held.release();
        assertThat(had(dropped).isValid()).isTrue();
    }

    @Test
    void who_waits_here_in_vain_is_told_the_place_and_the_holder() throws Exception {
        Lease held = client.lock("a").acquire(ANY.label("the one"));
        List<CompletableFuture<Lease>> waiters = new ArrayList<>();
        for (int i = 1; i <= 3; i++) {
            waiters.add(client.lock("a").acquireAsync(AcquireOptions.waitUpTo(Duration.ofSeconds(5))));
        }
        CompletableFuture<Optional<Lease>> quiet =
                client.lock("a").tryAcquireAsync(AcquireOptions.waitUpTo(Duration.ofSeconds(5)));
        CompletableFuture<Lease> staying = client.lock("a").acquireAsync(ANY);
        pass(5_000);
        assertThat(quiet).isCompletedWithValue(Optional.empty());
        // All leave at once, the first of them first: each is the next then.
        for (CompletableFuture<Lease> waiter : waiters) {
            LockTimeoutException timeout = timeout(waiter);
            assertThat(timeout.place()).isEqualTo(1);
            assertThat(timeout.holders()).singleElement().satisfies(holder -> {
                assertThat(holder.label()).isEqualTo("the one");
                assertThat(holder.fencingToken()).isEqualTo(held.fencingToken());
            });
        }
        CompletableFuture<Lease> behind = client.lock("a").acquireAsync(AcquireOptions.waitUpTo(Duration.ofSeconds(5)));
        pass(5_000);
        assertThat(timeout(behind).place()).isEqualTo(2);
        assertThat(timeout(behind))
                .hasMessageContaining("own place in the queue 2")
                .hasMessageContaining("the one");
        held.release();
        had(staying).release();
    }

    @Test
    void waiters_here_fill_the_queue() throws Exception {
        InMemoryLockStore small = new InMemoryLockStore(server);
        try (Mortise bounded = LockClient.open(
                small, time, new ClientConfig("small", LEASE, TIMEOUT, 3, Duration.ZERO), event -> {})) {
            Lease held = bounded.lock("a").acquire();
            List<CompletableFuture<Lease>> waiters = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                waiters.add(bounded.lock("a").acquireAsync(ANY));
            }
            CompletableFuture<Lease> refused = bounded.lock("a").acquireAsync(ANY);
            time.runCallbacks();
            assertThat(failure(refused)).isInstanceOf(QueueFullException.class).hasMessageContaining("3 waiters");
            assertThat(bounded.lock("a").tryAcquire()).isEmpty();
            held.release();
            for (CompletableFuture<Lease> waiter : waiters) {
                had(waiter).release();
            }
        }
    }

    private LockTimeoutException timeout(CompletableFuture<Lease> waiter) {
        time.runCallbacks();
        CompletionException failure = catchThrowableOfType(CompletionException.class, waiter::join);
        assertThat(failure).isNotNull().hasCauseInstanceOf(LockTimeoutException.class);
        return (LockTimeoutException) Objects.requireNonNull(failure.getCause());
    }

    private List<CompletableFuture<Lease>> waiters(int count) {
        List<CompletableFuture<Lease>> waiters = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            waiters.add(client.lock("a").acquireAsync(ANY));
        }
        return waiters;
    }

    private static Throwable failure(CompletableFuture<?> future) {
        assertThat(future).isCompletedExceptionally();
        return future.handle((value, failure) -> failure).join();
    }
}
