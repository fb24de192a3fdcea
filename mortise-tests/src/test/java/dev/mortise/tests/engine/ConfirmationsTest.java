package dev.mortise.tests.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.AcquireOptions;
import dev.mortise.DistributedReadWriteLock;
import dev.mortise.Lease;
import dev.mortise.Renewal;
import dev.mortise.internal.client.LockClient;
import dev.mortise.testkit.memory.InMemoryLockStore;
import dev.mortise.testkit.memory.InMemoryServer;
import dev.mortise.testkit.memory.StoreOperation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What an answer to a renewal, or to a change, is worth for those who stand on it: also late, and in another order. */
final class ConfirmationsTest extends OnFakeTime {
    private static final AcquireOptions FIXED = ANY.renewal(Renewal.OFF);

    private final Deliveries deliveries = new Deliveries();
    private final InMemoryLockStore slowStore = new InMemoryLockStore(server, deliveries, Optional.empty());
    private final LockClient slow = open(slowStore, time);
    private final DelayedConnection requests = new DelayedConnection(new InMemoryLockStore(server));
    private final LockClient late = open(requests.connection(), time);

    @Test
    void a_lease_is_over_before_another_can_have_it_though_the_servers_clock_is_ahead_in_rate_and_reads_whole_ms() {
        long start = time.micros();
        InMemoryServer fast = new InMemoryServer(() -> start + 999 + (long) ((time.micros() - start) * 1.0099));
        LockClient mine = open(new InMemoryLockStore(fast), time);
        LockClient theirs = open(new InMemoryLockStore(fast), time);
        Lease lease = had(mine.lock("a").acquireAsync(FIXED.lease(Duration.ofMillis(100))));
        Optional<Lease> next = Optional.empty();
        for (int i = 0; i < 2_000 && next.isEmpty(); i++) {
            time.advance(Duration.ofNanos(100_000));
            next = theirs.lock("a").tryAcquire();
            assertThat(lease.isValid() && next.isPresent())
                    .as("both after %s us", 100 * (i + 1))
                    .isFalse();
        }
        assertThat(next).isPresent();
    }

    @Test
    void an_answer_that_comes_when_the_time_was_over_revives_nothing() throws Exception {
        Lease lease = client.lock("a").acquire();
        store.faults().holdReplies(StoreOperation.RENEW);
        pass(10_010);
        time.stall(Duration.ofSeconds(25));
        store.faults().releaseReplies();
        assertThat(lease.isValid()).as("over for 5 s, though the server has it").isFalse();
        pass(1);
        assertThat(lease.lost().toCompletableFuture()).isDone();
    }

    @Test
    void an_answer_that_was_overtaken_by_a_shortening_adds_nothing() throws Exception {
        Lease lease = slow.lock("a").acquire(ANY.lease(Duration.ofSeconds(24)));
        deliveries.hold();
        pass(8_010);
        deliveries.holdNoMore();
        assertThat(deliveries.waiting()).as("the answer to a renewal").isEqualTo(1);
        lease.extend(Duration.ofSeconds(8));
        deliveries.bringFirst();
        assertThat(lease.remaining()).isLessThan(Duration.ofSeconds(8));
        slowStore.disconnect();
        pass(8_100);
        assertThat(other.lock("a").tryAcquire()).as("the server ended it").isPresent();
        assertThat(lease.isValid()).isFalse();
    }

    @Test
    void an_answer_that_was_overtaken_by_a_later_one_takes_nothing_away() throws Exception {
        Lease lease = slow.lock("a").acquire(ANY.lease(Duration.ofSeconds(24)));
        deliveries.hold();
        pass(8_010);
        deliveries.holdNoMore();
        assertThat(deliveries.waiting()).as("the answer to a renewal").isEqualTo(1);
        pass(5_000);
        lease.extend(Duration.ofSeconds(24));
        assertThat(lease.remaining()).isGreaterThan(Duration.ofSeconds(23));
        deliveries.bringFirst();
        assertThat(lease.remaining()).isGreaterThan(Duration.ofSeconds(23));
    }

    @Test
    void a_lease_that_a_late_request_may_shorten_still_may_be_when_it_was_made_another() throws Exception {
        DistributedReadWriteLock lock = late.readWriteLock("a");
        Lease write = lock.writeLock().acquire();
        requests.delay("renew");
        attempt(() -> write.extend(Duration.ofSeconds(6)));
        requests.delayNoMore();
        Lease read = lock.downgrade(write);
        attempt(() -> read.extend(Duration.ofSeconds(60)));
        requests.arrive();
        requests.delay("renew");
        Optional<Lease> writer = Optional.empty();
        for (int i = 0; i < 60 && writer.isEmpty(); i++) {
            pass(1_000);
            writer = other.readWriteLock("a").writeLock().tryAcquire();
            assertThat(read.isValid() && writer.isPresent()).as("both").isFalse();
        }
        assertThat(writer).isPresent();
    }

    @Test
    void who_stands_beside_others_for_a_fixed_time_has_that_and_no_more() throws Exception {
        DistributedReadWriteLock lock = client.readWriteLock("a");
        Lease renewed = lock.readLock().acquire();
        Lease fixed = lock.readLock().acquire(FIXED.lease(Duration.ofSeconds(12)));
        assertThat(asked(StoreOperation.ACQUIRE)).isEqualTo(1);
        pass(11_000);
        assertThat(fixed.isValid()).isTrue();
        assertThat(fixed.remaining()).isLessThanOrEqualTo(Duration.ofSeconds(1));
        pass(1_000);
        assertThat(fixed.isValid()).isFalse();
        assertThat(renewed.isValid()).isTrue();
    }

    @Test
    void of_several_who_stand_on_one_hold_the_longest_lease_is_asked_for() throws Exception {
        for (int name = 0; name < 4; name++) {
            DistributedReadWriteLock lock = client.readWriteLock("a" + name);
            List<Lease> leases = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                // The longest is neither the first nor the last.
                int seconds = i == 4 ? 100 : 20 + i;
                leases.add(lock.readLock().acquire(ANY.lease(Duration.ofSeconds(seconds))));
            }
            pass(60_000);
            assertThat(leases.get(4).remaining()).isGreaterThan(Duration.ofSeconds(60));
        }
        assertThat(asked(StoreOperation.ACQUIRE)).isEqualTo(4);
    }

    @Test
    void a_fixed_lease_that_is_made_another_is_not_kept_longer_by_the_server() throws Exception {
        DistributedReadWriteLock lock = client.readWriteLock("a");
        Lease write = lock.writeLock().acquire(FIXED.lease(Duration.ofSeconds(10)));
        pass(6_000);
        Lease read = lock.downgrade(write);
        assertThat(read.remaining()).isLessThan(Duration.ofSeconds(4));
        assertThat(other.readWriteLock("a").readLock().inspect().holders())
                .singleElement()
                .satisfies(
                        holder -> assertThat(holder.expiresIn().orElseThrow()).isLessThan(Duration.ofSeconds(5)));
    }

    @Test
    void a_renewal_says_that_others_wait_when_the_message_about_that_was_lost() throws Exception {
        Lease held = client.lock("a").acquire();
        pass(9_600);
        CompletableFuture<Lease> here = client.lock("a").acquireAsync(ANY);
        store.loseInbox();
        CompletableFuture<Lease> there = other.lock("a").acquireAsync(ANY);
        pass(500);
        assertThat(asked(StoreOperation.RENEW)).isEqualTo(1);
        // Since then the lock may be handed on here for 10 ms more.
        pass(20);
        held.release();
        time.runCallbacks();
        assertThat(there).isDone();
        assertThat(here).isNotDone();
    }

    @Test
    void a_client_gives_no_token_below_that_of_a_lease_it_took_over_also_when_the_servers_clock_was_put_back()
            throws Exception {
        long[] behind = {0};
        InMemoryServer put = new InMemoryServer(() -> time.micros() - behind[0]);
        LockClient first = open(new InMemoryLockStore(put), time);
        InMemoryLockStore adopting = new InMemoryLockStore(put);
        LockClient second = open(adopting, time);
        Lease adopted = second.adopt(first.lock("a").acquire().detach());
        behind[0] = TimeUnit.MINUTES.toMicros(1);
        put.restart(InMemoryServer.Snapshot.empty());
        adopting.reconnect();
        assertThat(second.lock("a").acquire().fencingToken()).isGreaterThan(adopted.fencingToken());
    }

    @Test
    @Timeout(120) // for the thread that would never come back
    void a_lease_that_is_just_leaving_keeps_no_timer_busy() throws Exception {
        Lease lease = client.lock("a").acquire();
        for (int i = 0; i < 7; i++) {
            store.faults().failNext(StoreOperation.RENEW);
        }
        pass(16_000);
        store.faults().holdReplies(StoreOperation.RENEW);
        int before = asked(StoreOperation.RENEW);
        Busy detach = start(lease::detach);
        detach.comesToRest();
        pass(3_000);
        assertThat(asked(StoreOperation.RENEW)).isEqualTo(before + 1);
        store.faults().releaseReplies();
        end(detach);
    }
}
