package dev.mortise.tests.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mortise.AcquireOptions;
import dev.mortise.Durability;
import dev.mortise.Lease;
import dev.mortise.LockEvent;
import dev.mortise.LockEvent.NotAcquired.Reason;
import dev.mortise.LockUnavailableException;
import dev.mortise.Renewal;
import dev.mortise.internal.client.ClientConfig;
import dev.mortise.internal.client.LockClient;
import dev.mortise.testkit.memory.StoreOperation;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

/** Grants that are to be copied before they count. */
final class ReplicationStepTest extends OnFakeTime {
    private static final AcquireOptions COPIED = ANY.durability(Durability.replicas(1));
    private static final AcquireOptions COPIED_ONCE = COPIED.maxWait(Duration.ZERO);

    @Test
    void a_grant_counts_when_it_is_copied_and_costs_one_request_more() {
        server.copiesTo(0, 1);
        Lease lease = had(client.lock("a").acquireAsync(COPIED));
        assertThat(lease.remaining()).isGreaterThan(Duration.ofSeconds(29));
        assertThat(asked(StoreOperation.ACQUIRE)).isEqualTo(1);
        assertThat(asked(StoreOperation.COPY)).isEqualTo(1);
        lease.release();
        nothingIsLeft();
    }

    @Test
    void nothing_is_copied_for_whoever_does_not_ask_for_it() {
        had(client.lock("a").acquireAsync(ANY.durability(Durability.none()))).release();
        assertThat(asked(StoreOperation.COPY)).isZero();
    }

    @Test
    void a_grant_that_is_not_copied_is_given_back_and_is_an_error_and_never_means_held_by_another() {
        server.copiesTo(0, 1);
        CompletableFuture<Optional<Lease>> future =
                client.lock("a").tryAcquireAsync(COPIED_ONCE.durability(Durability.replicas(2)));
        assertThat(failed(future))
                .hasMessageContaining("copied to 1 of 2 replicas")
                .hasMessageContaining("given back");
        nothingIsLeft();
        assertThat(reasons()).containsExactly(Reason.NOT_COPIED);
    }

    @Test
    void files_and_memory_are_not_the_same() {
        server.copiesTo(1, 0);
        had(client.lock("a").acquireAsync(COPIED.durability(Durability.aof(1, 0))))
                .release();
        server.copiesTo(0, 1);
        assertThat(failed(client.lock("a").acquireAsync(COPIED.durability(Durability.aof(1, 1)))))
                .hasMessageContaining("0 of 1 master and 1 of 1 replicas");
    }

    @Test
    void the_default_of_a_client_holds_for_whoever_names_none() {
        ClientConfig config = new ClientConfig(
                "copies",
                LEASE,
                TIMEOUT,
                100,
                Duration.ZERO,
                ClientConfig.MOST_HAND_OFFS,
                ClientConfig.LONGEST_HAND_OFFS,
                Durability.replicas(1));
        try (LockClient copying = LockClient.open(otherStore, time, config, events::add)) {
            assertThat(failed(copying.lock("a").acquireAsync(ANY))).hasMessageContaining("0 of 1");
            had(copying.lock("a").acquireAsync(ANY.durability(Durability.none())))
                    .release();
            server.copiesTo(0, 1);
            had(copying.lock("a").acquireAsync(ANY)).release();
        }
    }

    @Test
    void a_pushed_grant_is_copied_before_it_is_taken() throws Exception {
        server.copiesTo(0, 1);
        Lease held = other.lock("a").acquire();
        CompletableFuture<Lease> waiter = client.lock("a").acquireAsync(COPIED);
        pass(100);
        store.faults().holdReplies(StoreOperation.COPY);
        held.release();
        time.runCallbacks();
        assertThat(waiter).isNotDone();
        assertThat(asked(StoreOperation.COPY)).isEqualTo(1);
        store.faults().releaseReplies();
        assertThat(had(waiter).remaining()).isGreaterThan(Duration.ofSeconds(29));
    }

    @Test
    void a_pushed_grant_that_is_not_copied_goes_to_the_next() throws Exception {
        Lease held = other.lock("a").acquire();
        CompletableFuture<Lease> waiter = client.lock("a").acquireAsync(COPIED);
        CompletableFuture<Lease> next = client.lock("a").acquireAsync(ANY);
        held.release();
        assertThat(failed(waiter)).hasMessageContaining("0 of 1 replicas");
        assertThat(had(next).isValid()).isTrue();
    }

    @Test
    void a_durable_acquire_stands_in_the_servers_queue_and_gets_nothing_passed_on() throws Exception {
        server.copiesTo(0, 1);
        Lease held = client.lock("a").acquire();
        CompletableFuture<Lease> elsewhere = other.lock("a").acquireAsync(ANY);
        pass(1);
        CompletableFuture<Lease> durable = client.lock("a").acquireAsync(COPIED);
        pass(1);
        held.release();
        had(elsewhere).release();
        Lease lease = had(durable);
        assertThat(asked(StoreOperation.COPY)).isEqualTo(1);
        CompletableFuture<Lease> later = other.lock("a").acquireAsync(ANY);
        CompletableFuture<Lease> here = client.lock("a").acquireAsync(ANY);
        pass(1);
        lease.release();
        assertThat(had(later).isValid()).isTrue();
        assertThat(here).isNotDone();
    }

    @Test
    void the_wait_for_copies_is_bounded_by_the_command_time_out_whatever_was_lost() {
        server.copiesTo(0, 1);
        store.faults().holdReplies(StoreOperation.COPY);
        CompletableFuture<Optional<Lease>> future = client.lock("a").tryAcquireAsync(COPIED_ONCE);
        pass(1_900);
        assertThat(future).isNotDone();
        store.disconnect();
        pass(4_200);
        assertThat(failed(future)).hasMessageContaining("not known to be copied");
        store.reconnect();
        pass(5_000);
        assertThat(other.lock("a").isLocked()).isFalse();
    }

    @Test
    void a_lost_reply_is_asked_for_again_and_that_is_copied_anew() {
        server.copiesTo(0, 1);
        store.faults().dropNextReply(StoreOperation.COPY);
        CompletableFuture<Lease> future = client.lock("a").acquireAsync(COPIED);
        server.copiesTo(0, 0);
        pass(100);
        assertThat(failed(future)).hasMessageContaining("0 of 1 replicas");
        assertThat(asked(StoreOperation.COPY)).isEqualTo(2);
        // A late duplicate must not bring it back.
        assertThat(server.describe("a")).contains("tombstone").doesNotContain("holder");
    }

    @Test
    void a_lost_reply_of_the_first_request_claims_nothing_either() {
        store.faults().dropNextReply(StoreOperation.ACQUIRE);
        CompletableFuture<Lease> future = client.lock("a").acquireAsync(COPIED);
        pass(100);
        assertThat(failed(future)).hasMessageContaining("0 of 1 replicas");
    }

    @Test
    void a_request_that_failed_is_repeated_within_the_time() {
        server.copiesTo(0, 1);
        store.faults().failNext(StoreOperation.COPY);
        store.faults().loseNextRequest(StoreOperation.COPY);
        CompletableFuture<Lease> future = client.lock("a").acquireAsync(COPIED);
        pass(200);
        assertThat(had(future).isValid()).isTrue();
        assertThat(asked(StoreOperation.COPY)).isEqualTo(3);
    }

    @Test
    void the_end_of_the_wait_leaves_the_copying_its_own_end() {
        server.copiesTo(0, 1);
        store.faults().holdReplies(StoreOperation.COPY);
        CompletableFuture<Optional<Lease>> future =
                client.lock("a").tryAcquireAsync(COPIED.maxWait(Duration.ofMillis(100)));
        pass(500);
        assertThat(future).isNotDone();
        store.faults().releaseReplies();
        time.runCallbacks();
        assertThat(future.join()).isPresent();
    }

    @Test
    void a_grant_that_is_over_before_it_is_copied_is_waited_for_again() throws Exception {
        server.copiesTo(0, 1);
        AcquireOptions brief = COPIED.lease(Duration.ofMillis(500)).renewal(Renewal.OFF);
        Lease held = other.lock("a").acquire();
        CompletableFuture<Lease> waiter = client.lock("a").acquireAsync(brief);
        CompletableFuture<Lease> next = client.lock("a").acquireAsync(ANY);
        pass(10);
        store.faults().failNext(StoreOperation.COPY);
        held.release();
        // Everything stands still until the claim is over, and somebody else comes first then.
        time.stall(Duration.ofMillis(600));
        assertThat(other.lock("a").tryAcquire()).isEmpty();
        Lease between = within(5, next).orElseThrow();
        assertThat(waiter).isNotDone();
        between.release();
        assertThat(within(5, waiter).orElseThrow().fencingToken()).isGreaterThan(between.fencingToken());
    }

    @Test
    void a_later_grant_that_overtakes_the_news_of_the_end_of_the_former_is_not_missed() throws Exception {
        server.copiesTo(0, 1);
        AcquireOptions brief = COPIED.lease(Duration.ofMillis(500)).renewal(Renewal.OFF);
        Lease held = other.lock("a").acquire();
        CompletableFuture<Lease> waiter = client.lock("a").acquireAsync(brief);
        CompletableFuture<Lease> next = client.lock("a").acquireAsync(ANY);
        pass(10);
        store.faults().failNext(StoreOperation.COPY);
        store.faults().holdReplies(StoreOperation.COPY);
        held.release();
        time.stall(Duration.ofMillis(600));
        assertThat(other.lock("a").tryAcquire()).isEmpty();
        had(next);
        pass(1);
        assertThat(store.faults().heldReplies()).isEqualTo(1);
        next.join().release();
        time.runCallbacks();
        assertThat(waiter).isNotDone();
        store.faults().releaseReplies();
        time.runCallbacks();
        assertThat(waiter).isCompletedWithValueMatching(Lease::isValid);
    }

    @Test
    void a_grant_by_message_that_overtakes_the_answer_is_copied_too() throws Exception {
        server.copiesTo(0, 1);
        Lease held = other.lock("a").acquire();
        store.faults().holdReplies(StoreOperation.ACQUIRE);
        CompletableFuture<Lease> waiter = client.lock("a").acquireAsync(COPIED);
        held.release();
        Lease lease = had(waiter);
        store.faults().releaseReplies();
        pass(40_000);
        assertThat(lease.isValid()).isTrue();
        assertThat(asked(StoreOperation.COPY)).isEqualTo(1);
    }

    @Test
    void whoever_leaves_while_it_is_copied_withdraws_first() throws Exception {
        server.copiesTo(0, 1);
        store.faults().holdReplies(StoreOperation.COPY);
        CompletableFuture<Lease> cancelled = client.lock("a").acquireAsync(COPIED);
        cancelled.cancel(true);
        time.runCallbacks();
        assertThat(server.describe("a")).contains("tombstone").doesNotContain("holder");
        Busy interrupted = start(() -> client.lock("b").acquire(COPIED));
        interrupted.comesToRest();
        interrupted.interrupt();
        assertThat(end(interrupted)).containsInstanceOf(InterruptedException.class);
        assertThat(server.describe("b")).doesNotContain("holder");
        CompletableFuture<Lease> closed = client.lock("c").acquireAsync(COPIED);
        assertThat(attempt(client::close)).isEmpty();
        assertThat(failed(closed)).hasMessageContaining("closed");
        assertThat(server.describe("c")).doesNotContain("holder");
        store.faults().releaseReplies();
        pass(20_000);
        nothingIsLeft();
    }

    @Test
    void readers_writers_and_permits_are_copied_alike() throws Exception {
        assertThat(failed(client.readWriteLock("a").readLock().acquireAsync(COPIED)))
                .isNotNull();
        assertThat(failed(client.readWriteLock("a").writeLock().acquireAsync(COPIED)))
                .isNotNull();
        assertThat(failed(client.semaphore("b", 3).acquireAsync(2, COPIED))).isNotNull();
        nothingIsLeft();
        server.copiesTo(0, 1);
        had(client.readWriteLock("a").readLock().acquireAsync(COPIED)).release();
        had(client.readWriteLock("a").writeLock().acquireAsync(COPIED)).release();
        had(client.semaphore("b", 3).acquireAsync(2, COPIED)).release();
        assertThat(asked(StoreOperation.COPY)).isEqualTo(6);
    }

    @Test
    void an_upgrade_that_is_not_copied_is_given_up_and_the_reader_stays() throws Exception {
        var lock = client.readWriteLock("a");
        Lease read = lock.readLock().acquire();
        Optional<Throwable> failure = attempt(() -> lock.upgrade(read, COPIED));
        assertThat(failure).containsInstanceOf(LockUnavailableException.class);
        assertThat(read.isValid()).isTrue();
        Lease another = other.readWriteLock("a").readLock().acquire();
        another.release();
        server.copiesTo(0, 1);
        Lease[] write = new Lease[1];
        assertThat(attempt(() -> write[0] = lock.upgrade(read, COPIED))).isEmpty();
        assertThat(write[0].isValid()).isTrue();
        assertThat(asked(StoreOperation.COPY)).isEqualTo(2);
        // A downgrade is not waited for.
        server.copiesTo(0, 0);
        assertThat(attempt(() -> lock.downgrade(write[0]))).isEmpty();
        assertThat(asked(StoreOperation.COPY)).isEqualTo(2);
    }

    @Test
    void several_locks_are_copied_one_by_one_and_all_or_none_is_had() {
        server.copiesTo(0, 1);
        had(client.allOf("a", "b", "c").acquireAsync(COPIED)).release();
        assertThat(asked(StoreOperation.ACQUIRE_ALL)).isZero();
        assertThat(asked(StoreOperation.COPY)).isEqualTo(3);
        server.copiesTo(0, 0);
        assertThat(failed(client.allOf("a", "b").acquireAsync(COPIED))).hasMessageContaining("0 of 1");
        nothingIsLeft();
    }

    @Test
    void a_lock_view_throws_when_its_grant_is_not_copied() {
        assertThat(attempt(() -> client.lock("a").asLock(COPIED).lock()))
                .containsInstanceOf(LockUnavailableException.class);
        nothingIsLeft();
    }

    @Test
    void what_can_never_be_meant_is_refused_at_once() {
        assertThatThrownBy(() -> Durability.replicas(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Durability.aof(2, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Durability.aof(0, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThat(Durability.aof(0, 1)).isNotEqualTo(Durability.replicas(1));
        assertThat(Durability.aof(1, 2)).isEqualTo(Durability.aof(1, 2)).hasToString("aof(1, 2)");
    }

    @Test
    void a_copy_that_fails_is_asked_for_again_at_once_however_often_the_grant_was_asked_for() {
        server.copiesTo(0, 1);
        for (int i = 0; i < 6; i++) {
            store.faults().failNext(StoreOperation.ACQUIRE);
        }
        store.faults().failNext(StoreOperation.COPY);
        CompletableFuture<Lease> future = client.lock("a").acquireAsync(COPIED);
        for (int i = 0; i < 1_000 && asked(StoreOperation.COPY) == 0; i++) {
            pass(1);
        }
        assertThat(asked(StoreOperation.ACQUIRE)).isEqualTo(7);
        pass(10);
        assertThat(future).isCompletedWithValueMatching(Lease::isValid);
    }

    /** The clock has passed the last token. */
    private void nothingIsLeft() {
        pass(1);
        assertThat(server.locks()).isEmpty();
    }

    private List<Reason> reasons() {
        time.runCallbacks();
        return events.stream()
                .filter(LockEvent.NotAcquired.class::isInstance)
                .map(event -> ((LockEvent.NotAcquired) event).reason())
                .toList();
    }

    private Throwable failed(CompletableFuture<?> future) {
        time.runCallbacks();
        assertThat(future).isCompletedExceptionally();
        Throwable failure = future.handle((value, thrown) -> thrown).join();
        Throwable cause = failure instanceof CompletionException wrapped ? wrapped.getCause() : failure;
        assertThat(cause).isInstanceOf(LockUnavailableException.class);
        return cause;
    }
}
