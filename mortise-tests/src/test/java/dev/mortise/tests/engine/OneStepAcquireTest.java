package dev.mortise.tests.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.DistributedLock;
import dev.mortise.Lease;
import dev.mortise.LockUnavailableException;
import dev.mortise.ReleaseOutcome;
import dev.mortise.Renewal;
import dev.mortise.testkit.memory.InMemoryServer;
import dev.mortise.testkit.memory.StoreOperation;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

/** Several locks in one request: what is asked, and what a lost answer leads to. */
final class OneStepAcquireTest extends OnFakeTime {
    private final DistributedLock all = client.allOf("c", "a", "b");

    @Test
    void free_locks_cost_one_request() {
        Lease lease = had(all.acquireAsync(ANY));
        assertThat(asked(StoreOperation.ACQUIRE_ALL)).isEqualTo(1);
        assertThat(asked(StoreOperation.ACQUIRE)).isZero();
        assertThat(lease.remaining()).isGreaterThan(Duration.ofSeconds(29));
        pass(40_000);
        assertThat(lease.isValid()).isTrue();
        assertThat(asked(StoreOperation.RENEW))
                .as("the parts share each renewal")
                .isBetween(3, 5);
        assertThat(lease.release()).isEqualTo(ReleaseOutcome.RELEASED);
        assertThat(asked(StoreOperation.RELEASE)).isEqualTo(3);
        pass(1);
        assertThat(server.locks()).isEmpty();
    }

    @Test
    void locks_in_use_are_acquired_in_order_up_to_the_one_that_is_missing() throws Exception {
        Lease held = other.lock("b").acquire();
        assertThat(all.tryAcquire()).isEmpty();
        assertThat(asked(StoreOperation.ACQUIRE_ALL)).isEqualTo(1);
        assertThat(asked(StoreOperation.ACQUIRE)).isEqualTo(2);
        assertThat(asked(StoreOperation.RELEASE)).isEqualTo(1);
        assertThat(asked(StoreOperation.WITHDRAW)).isZero();
        pass(1);
        assertThat(server.locks()).containsExactly("b");
        held.release();
    }

    @Test
    void a_lost_answer_is_asked_for_again_and_is_the_same() {
        store.faults().dropNextReply(StoreOperation.ACQUIRE_ALL);
        CompletableFuture<Lease> future = all.acquireAsync(ANY);
        List<String> before = describe();
        pass(20);
        Lease lease = had(future);
        assertThat(asked(StoreOperation.ACQUIRE_ALL)).isEqualTo(2);
        assertThat(describe()).as("nothing is written twice").isEqualTo(before);
        assertThat(lease.release()).isEqualTo(ReleaseOutcome.RELEASED);
        pass(1);
        assertThat(describe()).as("the first request may come late").allMatch(lock -> lock.startsWith("tombstone"));
        pass(30_000);
        assertThat(server.locks()).isEmpty();
    }

    @Test
    void a_request_that_was_not_executed_is_repeated() {
        store.faults().failNext(StoreOperation.ACQUIRE_ALL);
        CompletableFuture<Lease> future = all.acquireAsync(ANY);
        pass(20);
        had(future).release();
        pass(1);
        assertThat(server.locks()).isEmpty();
    }

    @Test
    void without_any_answer_it_fails_and_takes_everything_back() {
        CompletableFuture<Lease> future;
        store.faults().dropNextReply(StoreOperation.ACQUIRE_ALL);
        for (int i = 0; i < 12; i++) {
            store.faults().loseNextRequest(StoreOperation.ACQUIRE_ALL);
        }
        future = all.acquireAsync(ANY);
        pass(6_000);
        time.runCallbacks();
        assertThat(future).isCompletedExceptionally();
        assertThat(failure(future)).isInstanceOf(LockUnavailableException.class).hasMessageContaining("a + b + c");
        assertThat(describe()).allMatch(lock -> lock.startsWith("tombstone"));
        pass(30_000);
        assertThat(server.locks()).isEmpty();
    }

    @Test
    void a_lost_answer_that_cannot_be_had_again_is_taken_back_first() throws Exception {
        store.faults().dropNextReply(StoreOperation.ACQUIRE_ALL);
        CompletableFuture<Lease> future = all.acquireAsync(ANY);
        // One of them is ended by force and goes to somebody else before it is asked for again.
        other.admin().forceRelease("b", "test");
        Lease held = other.lock("b").acquire();
        pass(20);
        assertThat(future).isNotDone();
        assertThat(server.describe("a")).as("had again, in order").contains("holder");
        assertThat(server.describe("c")).doesNotContain("holder");
        held.release();
        Lease lease = had(future);
        assertThat(lease.isValid()).isTrue();
        lease.release();
        pass(30_000);
        assertThat(server.locks()).isEmpty();
    }

    @Test
    void an_answer_that_comes_too_late_for_a_short_lease_does_not_count() {
        store.faults().holdReplies(StoreOperation.ACQUIRE_ALL);
        CompletableFuture<Lease> future =
                all.acquireAsync(ANY.lease(Duration.ofMillis(400)).renewal(Renewal.OFF));
        pass(300);
        store.faults().releaseReplies();
        Lease lease = had(future);
        assertThat(lease.remaining()).isGreaterThan(Duration.ofMillis(300));
        assertThat(asked(StoreOperation.ACQUIRE)).isEqualTo(3);
        lease.release();
        pass(30_000);
        assertThat(server.locks()).isEmpty();
    }

    @Test
    void a_cancel_before_the_answer_takes_everything_back() {
        store.faults().holdReplies(StoreOperation.ACQUIRE_ALL);
        CompletableFuture<Lease> future = all.acquireAsync(ANY);
        assertThat(future.cancel(false)).isTrue();
        pass(1);
        assertThat(describe()).allMatch(lock -> lock.startsWith("tombstone"));
        store.faults().releaseReplies();
        time.runCallbacks();
        pass(30_000);
        assertThat(server.locks()).isEmpty();
    }

    @Test
    void closing_before_the_answer_takes_everything_back() {
        store.faults().holdReplies(StoreOperation.ACQUIRE_ALL);
        CompletableFuture<Lease> future = all.acquireAsync(ANY);
        client.close();
        time.runCallbacks();
        assertThat(failure(future)).isInstanceOf(LockUnavailableException.class);
        pass(30_000);
        assertThat(server.locks()).isEmpty();
    }

    @Test
    void a_part_that_the_server_lost_loses_the_whole() {
        Lease lease = had(all.acquireAsync(ANY));
        server.replaceProcess(InMemoryServer.Snapshot.empty());
        pass(12_000);
        time.runCallbacks();
        assertThat(lease.isValid()).isFalse();
        assertThat(lease.lost().toCompletableFuture()).isCompleted();
        assertThat(lease.release()).isEqualTo(ReleaseOutcome.LOST);
    }

    @Test
    void a_lost_answer_to_a_release_is_not_called_known() {
        Lease lease = had(all.acquireAsync(ANY));
        store.faults().dropNextReply(StoreOperation.RELEASE);
        CompletableFuture<ReleaseOutcome> outcome = lease.releaseAsync().toCompletableFuture();
        pass(100);
        time.runCallbacks();
        assertThat(outcome).isCompletedWithValue(ReleaseOutcome.RELEASED);
        assertThat(server.locks()).isEmpty();
    }

    private List<String> describe() {
        return server.locks().stream().map(server::describe).toList();
    }

    private static Throwable failure(CompletableFuture<?> future) {
        try {
            throw new AssertionError("returned " + future.join());
        } catch (CompletionException e) {
            return e.getCause() == null ? e : e.getCause();
        }
    }
}
