package dev.mortise.tests.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.DistributedReadWriteLock;
import dev.mortise.Lease;
import dev.mortise.ReleaseOutcome;
import dev.mortise.internal.client.LockClient;
import dev.mortise.testkit.memory.InMemoryLockStore;
import dev.mortise.testkit.memory.StoreOperation;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** When a release or a withdrawal leaves a tombstone: when a request may come after it, and only then. */
final class TombstonesTest extends OnFakeTime {
    private final DelayedConnection requests = new DelayedConnection(new InMemoryLockStore(server));
    private final LockClient late = open(requests.connection(), time);

    @Test
    void a_release_that_is_answered_after_the_acquire_leaves_nothing() throws Exception {
        Lease lease = grantedByMessage();
        CompletionStage<ReleaseOutcome> release = lease.releaseAsync();
        assertThat(store.faults().heldReplies()).isEqualTo(2);
        store.faults().releaseReplies();
        assertThat(outcome(release)).isEqualTo(ReleaseOutcome.RELEASED);
        nothingIsLeft();
        assertThat(asked(StoreOperation.WITHDRAW)).isEqualTo(1);
    }

    @Test
    void a_withdrawal_that_is_answered_after_the_acquire_leaves_nothing() throws Exception {
        Lease held = other.lock("a").acquire();
        store.faults().holdReplies(StoreOperation.ACQUIRE, StoreOperation.WITHDRAW);
        client.lock("a").acquireAsync(ANY).cancel(true);
        store.faults().releaseReplies();
        held.release();
        nothingIsLeft();
        assertThat(asked(StoreOperation.WITHDRAW)).isEqualTo(1);
    }

    @Test
    void all_of_some_locks_that_are_withdrawn_after_the_answer_leave_nothing() {
        store.faults().holdReplies(StoreOperation.ACQUIRE_ALL, StoreOperation.WITHDRAW);
        client.allOf("a", "b").acquireAsync(ANY).cancel(true);
        store.faults().releaseReplies();
        nothingIsLeft();
        assertThat(asked(StoreOperation.WITHDRAW)).isEqualTo(2);
    }

    @Test
    void a_reader_that_becomes_the_writer_and_is_released_leaves_nothing() throws Exception {
        DistributedReadWriteLock lock = client.readWriteLock("a");
        lock.upgrade(lock.readLock().acquire(), ANY).release();
        nothingIsLeft();
    }

    @Test
    void a_release_that_overtakes_the_acquire_is_followed_by_a_tombstone() throws Exception {
        Lease held = other.lock("a").acquire();
        CompletableFuture<Lease> waiter = late.lock("a").acquireAsync(ANY);
        pass(1);
        requests.hold("acquire");
        // It polls, and that is under way while the message about its grant comes.
        pass(5_000);
        requests.delayNoMore();
        held.release();
        assertThat(had(waiter).release()).isEqualTo(ReleaseOutcome.RELEASED);
        assertThat(server.describe("a")).contains("tombstone");
        requests.arrive();
        assertThat(other.lock("a").tryAcquire()).as("nobody has it").isPresent();
    }

    @Test
    void a_withdrawal_that_overtakes_the_acquire_is_followed_by_a_tombstone() throws Exception {
        requests.hold("acquire");
        late.lock("a").acquireAsync(ANY).cancel(true);
        requests.delayNoMore();
        assertThat(server.describe("a")).contains("tombstone");
        requests.arrive();
        assertThat(other.lock("a").tryAcquire()).as("nobody has it").isPresent();
    }

    @Test
    void a_release_after_a_break_leaves_a_tombstone_for_what_was_not_answered() throws Exception {
        Lease lease = grantedByMessage();
        store.disconnect();
        store.reconnect();
        assertThat(outcome(lease.releaseAsync())).isEqualTo(ReleaseOutcome.RELEASED);
        assertThat(server.describe("a")).contains("tombstone").doesNotContain("holder");
    }

    @Test
    void a_release_that_breaks_off_together_with_the_acquire_leaves_a_tombstone_when_it_is_repeated() throws Exception {
        Lease lease = grantedByMessage();
        CompletionStage<ReleaseOutcome> release = lease.releaseAsync();
        store.disconnect();
        store.reconnect();
        pass(100);
        assertThat(outcome(release)).isEqualTo(ReleaseOutcome.RELEASED);
        assertThat(server.describe("a")).contains("tombstone").doesNotContain("holder");
    }

    @Test
    void a_withdrawal_that_breaks_off_together_with_the_acquire_leaves_a_tombstone_when_it_is_repeated()
            throws Exception {
        Lease held = other.lock("a").acquire();
        store.faults().holdReplies();
        CompletableFuture<Lease> leaving = client.lock("a").acquireAsync(ANY);
        leaving.cancel(true);
        store.disconnect();
        store.reconnect();
        pass(100);
        held.release();
        assertThat(server.describe("a")).contains("tombstone").doesNotContain("waiter");
    }

    @Test
    void an_acquire_that_is_repeated_over_another_connection_leaves_a_tombstone() {
        store.faults().holdReplies(StoreOperation.ACQUIRE);
        CompletableFuture<Lease> acquire = client.lock("a").acquireAsync(ANY);
        store.disconnect();
        store.reconnect();
        pass(100);
        had(acquire).release();
        assertThat(server.describe("a")).contains("tombstone").doesNotContain("holder");
    }

    @Test
    void what_was_surely_not_executed_leaves_nothing() {
        store.disconnect();
        CompletableFuture<Lease> acquire = client.lock("a").acquireAsync(ANY);
        pass(100);
        store.reconnect();
        pass(1_000);
        had(acquire).release();
        nothingIsLeft();
    }

    /** By a message that comes before the answer to its request, which like all others waits from then on. */
    private Lease grantedByMessage() throws Exception {
        Lease held = other.lock("a").acquire();
        store.faults().holdReplies(StoreOperation.ACQUIRE, StoreOperation.WITHDRAW, StoreOperation.RELEASE);
        CompletableFuture<Lease> waiter = client.lock("a").acquireAsync(ANY);
        assertThat(store.faults().heldReplies()).isEqualTo(1);
        held.release();
        return had(waiter);
    }

    private void nothingIsLeft() {
        // Tokens may be ahead of the clock for so long.
        pass(1);
        assertThat(server.locks()).isEmpty();
    }

    private ReleaseOutcome outcome(CompletionStage<ReleaseOutcome> release) {
        time.runCallbacks();
        return release.toCompletableFuture().join();
    }
}
