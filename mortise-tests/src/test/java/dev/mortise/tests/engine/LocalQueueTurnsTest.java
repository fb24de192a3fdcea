package dev.mortise.tests.engine;

import static dev.mortise.testkit.contract.Kept.kept;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.DistributedReadWriteLock;
import dev.mortise.Lease;
import dev.mortise.LeaseLostException;
import dev.mortise.LockUnavailableException;
import dev.mortise.internal.client.LockClient;
import dev.mortise.testkit.memory.InMemoryLockStore;
import dev.mortise.testkit.memory.StoreOperation;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Whose turn it is in one client, when those in front of them leave, ask the server, or get no answer. */
final class LocalQueueTurnsTest extends OnFakeTime {
    @Test
    void who_comes_after_one_that_left_has_its_place_on_the_server_also_when_the_first_withdrawal_is_lost()
            throws Exception {
        for (boolean lost : new boolean[] {false, true}) {
            Lease held = other.lock("a").acquire();
            CompletableFuture<Lease> leaving = client.lock("a").acquireAsync(ANY);
            CompletableFuture<Lease> next = client.lock("a").acquireAsync(ANY);
            LockClient third = open(new InMemoryLockStore(server), new WatchedTime(time));
            CompletableFuture<Lease> behind = third.lock("a").acquireAsync(ANY);
            time.runCallbacks();
            if (lost) {
                store.faults().loseNextRequest(StoreOperation.WITHDRAW);
            }
            leaving.cancel(true);
            pass(1_000);
            held.release();
            pass(1);
            assertThat(next).as("with the place of the one who left").isDone();
            assertThat(behind).isNotDone();
            had(next).release();
            had(behind).release();
            third.close();
        }
    }

    @Test
    void a_reader_does_not_get_what_readers_leave_while_a_writer_of_the_same_client_stands_in_the_servers_queue()
            throws Exception {
        DistributedReadWriteLock lock = client.readWriteLock("a");
        Lease reader = lock.readLock().acquire();
        CompletableFuture<Lease> writer = lock.writeLock().acquireAsync(ANY);
        CompletableFuture<Lease> later = lock.readLock().acquireAsync(ANY);
        time.runCallbacks();
        assertThat(asked(StoreOperation.ACQUIRE)).as("the writer has asked").isEqualTo(2);
        reader.release();
        time.runCallbacks();
        assertThat(writer).isDone();
        assertThat(later).isNotDone();
        had(writer).release();
        had(later).release();
    }

    @Test
    void while_it_is_not_known_who_waits_elsewhere_one_reader_joins_for_each_question() throws Exception {
        DistributedReadWriteLock lock = client.readWriteLock("a");
        kept(lock.readLock().acquire());
        pass(20);
        store.faults().holdReplies(StoreOperation.RESERVE);
        assertThat(lock.readLock().tryAcquire()).as("the one for whom it asks").isPresent();
        assertThat(asked(StoreOperation.ACQUIRE)).isEqualTo(1);
        assertThat(asked(StoreOperation.RESERVE)).isEqualTo(1);
        assertThat(lock.readLock().tryAcquire()).as("who asks for itself").isPresent();
        assertThat(asked(StoreOperation.ACQUIRE)).isEqualTo(2);
    }

    @Test
    void all_who_came_during_an_outage_are_told_when_the_first_is() {
        Deliveries deliveries = new Deliveries();
        InMemoryLockStore slowStore = new InMemoryLockStore(
                server,
                reply -> time.schedule(TimeUnit.MILLISECONDS.toNanos(1_500), () -> deliveries.execute(reply)),
                Optional.empty());
        CompletableFuture<LockClient> opening = new CompletableFuture<>();
        Busy open = start(() -> opening.complete(open(slowStore, time)));
        end(open);
        LockClient slow = opening.join();
        slowStore.disconnect();
        CompletableFuture<Lease> first = slow.lock("a").acquireAsync(ANY);
        CompletableFuture<Lease> second = slow.lock("a").acquireAsync(ANY);
        CompletableFuture<Lease> third = slow.lock("a").acquireAsync(ANY);
        CompletableFuture<Lease> fourth = slow.lock("a").acquireAsync(ANY);
        for (int i = 0; i < 100 && !first.isDone(); i++) {
            pass(100);
        }
        // One more question takes 1.5 s.
        pass(1_600);
        for (CompletableFuture<Lease> waiter : List.of(first, second, third, fourth)) {
            assertThat(waiter).isDone();
            assertThat(waiter.handle((lease, failure) -> failure).join()).isInstanceOf(LockUnavailableException.class);
        }
    }

    @Test
    void a_reader_that_waits_to_be_the_writer_waits_no_longer_when_its_lease_is_lost_and_nobody_answers()
            throws Exception {
        DistributedReadWriteLock lock = client.readWriteLock("a");
        Lease inTheWay = other.readWriteLock("a").readLock().acquire();
        Lease read = lock.readLock().acquire(ANY.lease(Duration.ofSeconds(12)));
        Busy upgrade = start(() -> lock.upgrade(read, ANY));
        upgrade.comesToRest();
        store.disconnect();
        assertThat(end(upgrade).orElseThrow()).isInstanceOf(LeaseLostException.class);
        assertThat(inTheWay.isValid()).isTrue();
    }
}
