package dev.mortise.tests.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.AcquireOptions;
import dev.mortise.DistributedReadWriteLock;
import dev.mortise.Lease;
import dev.mortise.LeaseTicket;
import dev.mortise.Renewal;
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
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** What crosses with a lock that is handed on in one client, or with readers that leave those they share it with. */
final class LocalQueueRacesTest extends OnFakeTime {
    private final DistributedReadWriteLock lock = client.readWriteLock("a");
    private final DistributedReadWriteLock there = other.readWriteLock("a");
    private final InMemoryLockStore mineStore = new InMemoryLockStore(server);

    /** Brings replies to the slow client. */
    private final AtomicReference<Executor> delay = new AtomicReference<>(Runnable::run);

    @Test
    void a_writer_does_not_get_what_a_request_without_an_answer_has_made_a_readers() throws Exception {
        Lease writer = lock.writeLock().acquire();
        CompletableFuture<Lease> first = lock.readLock().acquireAsync(ANY);
        CompletableFuture<Lease> second = lock.readLock().acquireAsync(ANY);
        writer.release();
        AtomicReference<LeaseTicket> ticket = new AtomicReference<>();
        store.faults().dropNextReply(StoreOperation.DOWNGRADE);
        attempt(() -> ticket.set(had(first).detach()));
        CompletableFuture<Lease> next = lock.writeLock().acquireAsync(ANY);
        had(first).releaseAsync();
        had(second).releaseAsync();
        if (ticket.get() != null) {
            other.adopt(ticket.get()).releaseAsync();
        }
        Lease written = within(60, next).orElseThrow();
        Optional<Lease> read = there.readLock().tryAcquire();
        assertThat(written.isValid() && read.isPresent())
                .as("a reader beside the writer")
                .isFalse();
    }

    @Test
    void thousands_whose_waits_end_at_once_do_not_keep_the_lock_from_those_who_come_later() throws Exception {
        InMemoryLockStore slow = slow();
        LockClient mine = open(slow, time);
        Lease held = mine.lock("a").acquire();
        delay.set(later(1));
        slow.faults().holdReplies(StoreOperation.GLANCE);
        List<CompletableFuture<Lease>> brief = new ArrayList<>();
        for (int i = 0; i < 4_000; i++) {
            brief.add(mine.lock("a").acquireAsync(AcquireOptions.waitUpTo(Duration.ofSeconds(1))));
        }
        CompletableFuture<Lease> last = mine.lock("a").acquireAsync(ANY);
        pass(1_000);
        held.releaseAsync();
        Lease lease = within(10, last).orElseThrow();
        assertThat(lease.isValid()).isTrue();
        CompletableFuture<Lease> newcomer = mine.lock("a").acquireAsync(ANY);
        lease.releaseAsync();
        within(10, newcomer).orElseThrow().releaseAsync();
        slow.faults().releaseReplies();
        pass(5_000);
        assertThat(brief).allMatch(CompletableFuture::isCompletedExceptionally);
        assertThat(mine.queues()).isZero();
        assertThat(within(1, other.lock("a").acquireAsync(ANY))).isPresent();
    }

    @Test
    void a_reader_that_is_told_nothing_of_its_own_share_leaves_none_behind() throws Exception {
        AcquireOptions endless = ANY.untilReleased();
        Lease first = lock.readLock().acquire(endless);
        Lease second = lock.readLock().acquire(endless);
        AtomicReference<LeaseTicket> ticket = new AtomicReference<>();
        store.faults().dropNextReply(StoreOperation.SPLIT);
        attempt(() -> ticket.set(first.detach()));
        if (ticket.get() != null) {
            other.adopt(ticket.get()).releaseAsync();
        }
        first.releaseAsync();
        second.releaseAsync();
        pass(60_000);
        assertThat(there.writeLock().inspect().holders()).isEmpty();
        assertThat(there.writeLock().tryAcquire()).isPresent();
    }

    @Test
    void a_lease_that_hardly_outlasts_a_round_trip_is_passed_on_or_asked_for_with_few_requests() {
        InMemoryLockStore slow = slow();
        LockClient mine = open(slow, time);
        delay.set(later(46));
        AcquireOptions brief = ANY.lease(Duration.ofMillis(100)).renewal(Renewal.OFF);
        CompletableFuture<Lease> first = mine.lock("a").acquireAsync(brief);
        CompletableFuture<Lease> second = mine.lock("a").acquireAsync(brief);
        for (int i = 0; i < 400 && !first.isDone(); i++) {
            pass(1);
        }
        assertThat(first).isDone();
        first.join().releaseAsync();
        int before = requests(slow);
        assertThat(within(5, second)).isPresent();
        pass(60_000);
        assertThat(requests(slow) - before).isLessThan(50);
        assertThat(mine.queues()).isZero();
    }

    @Test
    void a_reader_that_leaves_the_others_is_not_valid_for_longer_than_the_server_keeps_it() throws Exception {
        Lease leaving = lock.readLock().acquire();
        Lease staying = lock.readLock().acquire();
        Lease inTheWay = there.readLock().acquire();
        store.faults().holdReplies(StoreOperation.SPLIT);
        Busy upgrade = start(() -> lock.upgrade(leaving, AcquireOptions.noWait()));
        assertThat(Polling.until(PATIENCE, () -> store.faults().heldReplies() > 0))
                .isTrue();
        attempt(() -> staying.extend(Duration.ofMinutes(5)));
        store.faults().releaseReplies();
        end(upgrade);
        staying.releaseAsync();
        inTheWay.releaseAsync();
        store.disconnect();
        noWriterBeside(leaving, 400);
    }

    @Test
    void a_client_that_closes_while_the_next_waits_for_the_server_to_confirm_releases_it() throws Exception {
        LockClient mine = open(mineStore, new WatchedTime(time));
        Lease held = mine.lock("b").acquire();
        CompletableFuture<Lease> waiter = mine.lock("b").acquireAsync(ANY.lease(Duration.ofMinutes(10)));
        mineStore.faults().holdReplies(StoreOperation.RESERVE);
        attempt(() -> held.extend(Duration.ofSeconds(7)));
        time.stall(Duration.ofSeconds(5));
        held.releaseAsync();
        attempt(mine::close);
        time.runCallbacks();
        assertThat(waiter).isDone();
        assertThat(other.lock("b").tryAcquire()).isPresent();
    }

    @Test
    void a_lease_that_is_released_while_it_leaves_the_others_is_looked_after_no_more() throws Exception {
        WatchedTime watched = new WatchedTime(time);
        LockClient mine = open(mineStore, watched);
        DistributedReadWriteLock shared = mine.readWriteLock("b");
        pass(60_000);
        int timers = time.timers();
        Lease leaving = shared.readLock().acquire();
        Lease staying = shared.readLock().acquire();
        mineStore.faults().holdReplies(StoreOperation.SPLIT);
        Busy detach = start(leaving::detach);
        assertThat(Polling.until(PATIENCE, () -> mineStore.faults().heldReplies() > 0))
                .isTrue();
        staying.releaseAsync();
        watched.whenAQueueDecides(() -> attempt(leaving::releaseAsync));
        mineStore.faults().releaseReplies();
        end(detach);
        leaving.releaseAsync();
        pass(1_200_000);
        assertThat(other.readWriteLock("b").writeLock().tryAcquire().map(Lease::release))
                .isPresent();
        pass(60_000);
        assertThat(time.timers()).as("timers, as when nothing is held").isEqualTo(timers);
    }

    private InMemoryLockStore slow() {
        return new InMemoryLockStore(
                server, reply -> Objects.requireNonNull(delay.get()).execute(reply), Optional.empty());
    }

    private Executor later(long millis) {
        return reply -> time.schedule(TimeUnit.MILLISECONDS.toNanos(millis), reply);
    }

    private static int requests(InMemoryLockStore of) {
        int all = 0;
        for (StoreOperation operation : StoreOperation.values()) {
            all += operation == StoreOperation.HEARTBEAT ? 0 : of.requests(operation);
        }
        return all;
    }

    /** No other client gets to write while it reads. */
    private void noWriterBeside(Lease reader, int seconds) {
        for (int i = 0; i < seconds; i++) {
            pass(1_000);
            Optional<Lease> writer = there.writeLock().tryAcquire();
            if (writer.isPresent()) {
                assertThat(reader.isValid())
                        .as("a writer beside the reader after %s s", i + 1)
                        .isFalse();
                return;
            }
        }
        assertThat(reader.isValid()).as("nobody got it").isTrue();
    }
}
