package dev.mortise.tests.engine;

import static dev.mortise.testkit.contract.Kept.kept;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.AcquireOptions;
import dev.mortise.DistributedReadWriteLock;
import dev.mortise.Lease;
import dev.mortise.internal.store.LockRecord;
import dev.mortise.testkit.memory.StoreFaults;
import dev.mortise.testkit.memory.StoreOperation;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What a closing client still owes the server, as requests or answers were lost. */
@SuppressWarnings("try") // what is held is held for its time
final class CloseFaultsTest extends OnFakeTime {
    private static final int FEW = 3;
    private static final int ALL_OF_A_COMMAND_TIMEOUT = 100;

    private final StoreFaults faults = store.faults();

    @Test
    void a_withdrawal_that_goes_on_in_the_background_is_waited_for() {
        kept(had(other.lock("a").acquireAsync(ANY)));
        lose(ALL_OF_A_COMMAND_TIMEOUT, StoreOperation.ACQUIRE);
        CompletableFuture<Lease> wait = client.lock("a").acquireAsync(ANY);
        for (int i = 0; i < FEW; i++) {
            faults.loseNextRequest(StoreOperation.WITHDRAW);
        }
        while (!wait.isDone()) {
            pass(10);
        }
        assertThat(wait).isCompletedExceptionally();
        assertThat(lock().waiters()).hasSize(1);
        close();
        assertThat(lock().waiters()).isEmpty();
    }

    @Test
    void a_release_whose_requests_are_lost_is_waited_for() {
        Lease lease = had(client.lock("a").acquireAsync(ANY));
        for (int i = 0; i < FEW; i++) {
            faults.loseNextRequest(StoreOperation.RELEASE);
        }
        lease.releaseAsync();
        close();
        assertThat(lock().holders()).isEmpty();
    }

    @Test
    void the_end_of_a_lease_whose_requests_are_lost_is_waited_for() {
        kept(had(client.lock("a").acquireAsync(ANY)));
        for (int i = 0; i < FEW; i++) {
            faults.loseNextRequest(StoreOperation.RELEASE);
        }
        close();
        assertThat(lock().holders()).isEmpty();
    }

    @Test
    void the_end_of_an_upgrade_whose_requests_are_lost_is_waited_for() throws Exception {
        DistributedReadWriteLock lock = client.readWriteLock("a");
        Lease read = had(lock.readLock().acquireAsync(ANY));
        kept(had(other.readWriteLock("a").readLock().acquireAsync(ANY)));
        Busy upgrade = start(() -> lock.upgrade(read, AcquireOptions.defaults()));
        upgrade.comesToRest();
        for (int i = 0; i < FEW; i++) {
            faults.loseNextRequest(StoreOperation.DOWNGRADE);
            faults.loseNextRequest(StoreOperation.RELEASE);
        }
        close();
        assertThat(end(upgrade)).isPresent();
        assertThat(lock().holders()).hasSize(1);
        assertThat(lock().waiters()).isEmpty();
    }

    @Test
    void holders_that_end_are_waited_for_until_the_server_knows() throws Exception {
        Lease lease = had(client.lock("a").acquireAsync(ANY));
        Busy closing = start(() -> client.close(LEASE.multipliedBy(10)));
        closing.comesToRest();
        pass(LEASE.multipliedBy(5).toMillis());
        assertThat(lease.isValid()).isTrue();
        assertThat(closing.hasEnded()).isFalse();
        faults.holdReplies(StoreOperation.RELEASE);
        lease.releaseAsync();
        closing.comesToRest();
        assertThat(closing.hasEnded()).isFalse();
        faults.releaseReplies();
        assertThat(end(closing)).isEmpty();
    }

    private void lose(int times, StoreOperation operation) {
        for (int i = 0; i < times; i++) {
            faults.dropNextReply(operation);
        }
    }

    private void close() {
        assertThat(end(start(client::close))).isEmpty();
    }

    private LockRecord lock() {
        return otherStore.inspect("a").join();
    }
}
