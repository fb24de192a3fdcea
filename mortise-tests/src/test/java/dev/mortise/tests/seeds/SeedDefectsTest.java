package dev.mortise.tests.seeds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mortise.AcquireOptions;
import dev.mortise.DistributedLock;
import dev.mortise.Lease;
import dev.mortise.LeaseLoss.Cause;
import dev.mortise.LeaseLostException;
import dev.mortise.LockEvent;
import dev.mortise.LockTimeoutException;
import dev.mortise.LockUnavailableException;
import dev.mortise.Mortise;
import dev.mortise.Owner;
import dev.mortise.ReleaseOutcome;
import dev.mortise.Renewal;
import dev.mortise.testkit.RedisProcess;
import dev.mortise.testkit.junit.RedisExtension;
import dev.mortise.testkit.process.OtherJvm;
import dev.mortise.testkit.proxy.Close;
import dev.mortise.testkit.proxy.FaultProxy;
import dev.mortise.tests.OnRedis;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Lock;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What was seen to go wrong in the libraries this one succeeds, and does not here. */
@SuppressWarnings("try") // what is held is held for its time
final class SeedDefectsTest extends OnRedis {
    @RegisterExtension
    static final RedisExtension redis = RedisExtension.create();

    private static final AcquireOptions SHORT =
            AcquireOptions.defaults().lease(Duration.ofMillis(300)).renewal(Renewal.OFF);

    @Override
    protected RedisProcess server() {
        return redis.server();
    }

    @Test
    @DisplayName("D1 two clients of one process are two owners")
    void two_clients_of_one_process_are_two_owners() throws Exception {
        try (Lease first = client().lock("d1").acquire()) {
            assertThat(client().lock("d1").tryAcquire()).isEmpty();
            Mortise third = client();
            assertThat(get(inThread(() -> third.lock("d1").tryAcquire()))).isEmpty();
        }
    }

    @Test
    @DisplayName("D1 two clients of one process are two writers")
    void two_clients_of_one_process_are_two_writers() throws Exception {
        try (Lease first = client().readWriteLock("d1").writeLock().acquire()) {
            assertThat(client().readWriteLock("d1").writeLock().tryAcquire()).isEmpty();
            assertThat(client().readWriteLock("d1").readLock().tryAcquire()).isEmpty();
        }
    }

    @Test
    @DisplayName("D5 a writer is not starved by four readers that overlap")
    void a_writer_is_not_starved_by_four_readers_that_overlap() throws Exception {
        AtomicBoolean enough = new AtomicBoolean();
        CyclicBarrier overlap = new CyclicBarrier(2);
        List<CompletableFuture<Boolean>> readers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            DistributedLock reader = client().readWriteLock("d5").readLock();
            readers.add(inThread(() -> {
                while (!enough.get()) {
                    try (Lease read = reader.acquire()) {
                        meet(overlap);
                    }
                }
                return true;
            }));
        }
        DistributedLock writer = client().readWriteLock("d5").writeLock();
        until("they are at it", () -> writer.inspect().holders().size() > 1);
        writer.acquire(PATIENCE).close();
        enough.set(true);
        for (CompletableFuture<Boolean> reader : readers) {
            get(reader);
        }
    }

    /** Holds on until another one holds too, or for a moment if none comes. */
    private static void meet(CyclicBarrier overlap) throws InterruptedException {
        try {
            overlap.await(20, TimeUnit.MILLISECONDS);
        } catch (TimeoutException | BrokenBarrierException alone) {
            overlap.reset();
        }
    }

    @Test
    @DisplayName("D7 extend does not bring an expired lease back")
    void extend_does_not_bring_an_expired_lease_back() throws Exception {
        DistributedLock lock = client().lock("d7");
        Lease lease = lock.acquire(SHORT);
        get(lease.lost().toCompletableFuture());
        assertThatThrownBy(() -> lease.extend(Duration.ofSeconds(9))).isInstanceOf(LeaseLostException.class);
        until("gone", () -> !lock.isLocked());
        assertThat(lease.isValid()).isFalse();
    }

    @Test
    @DisplayName("D8 a lease is not valid after its expiry")
    void a_lease_is_not_valid_after_its_expiry() throws Exception {
        Lease lease = client().lock("d8").acquire(SHORT);
        long start = System.nanoTime();
        until("over", () -> System.nanoTime() - start > 300_000_000L);
        assertThat(lease.isValid()).isFalse();
        assertThat(lease.remaining()).isEqualTo(Duration.ZERO);
    }

    @Test
    @DisplayName("D9 an identity chosen by people makes nobody a holder")
    void an_identity_chosen_by_people_makes_nobody_a_holder() throws Exception {
        AcquireOptions same = AcquireOptions.noWait().owner(Owner.of("same")).label("same");
        Mortise one = closing(builder().clientName("same").build());
        Mortise two = closing(builder().clientName("same").build());
        try (Lease lease = one.lock("d9").acquire(same)) {
            assertThat(two.lock("d9").tryAcquire(same)).isEmpty();
            assertThat(one.lock("d9").tryAcquire(same)).isEmpty();
        }
    }

    @Test
    @DisplayName("D11 a lock taken away under its renewal is reported as lost")
    void a_lock_taken_away_under_its_renewal_is_reported_as_lost() throws Exception {
        AtomicInteger lost = new AtomicInteger();
        Mortise client = closing(builder()
                .lease(Duration.ofMillis(1500))
                .commandTimeout(Duration.ofMillis(250))
                .listener(event -> {
                    if (event instanceof LockEvent.Lost) {
                        lost.incrementAndGet();
                    }
                })
                .build());
        Lease lease = client.lock("d11").acquire();
        server().command("DEL", "mortise:{d11}");
        try (Lease thief = client().lock("d11").acquire()) {
            assertThat(get(lease.lost().toCompletableFuture()).cause()).isEqualTo(Cause.GONE);
            assertThat(lease.isValid()).isFalse();
            until("heard", () -> lost.get() == 1);
            assertThat(lease.release()).isEqualTo(ReleaseOutcome.LOST);
            assertThat(thief.isValid()).isTrue();
            assertThat(client.lock("d11").isLocked()).isTrue();
        }
    }

    @Test
    @DisplayName("D14 what the body throws is not swallowed")
    void what_the_body_throws_is_not_swallowed() throws Exception {
        DistributedLock lock = client().lock("d14");
        IOException own = new IOException("own");
        assertThatThrownBy(() -> {
                    try (Lease lease = lock.acquire()) {
                        throw own;
                    }
                })
                .isSameAs(own);
        assertThatThrownBy(() -> lock.<String, IOException>call(AcquireOptions.defaults(), lease -> {
                    throw own;
                }))
                .isSameAs(own);
        assertThat(lock.isLocked()).isFalse();
    }

    @Test
    @DisplayName("D15 a release after expiry frees nobody else's lock")
    void a_release_after_expiry_frees_nobody_elses_lock() throws Exception {
        Lease late = client().lock("d15").acquire(SHORT);
        DistributedLock there = client().lock("d15");
        try (Lease next = there.acquire()) {
            assertThat(late.release()).isEqualTo(ReleaseOutcome.LOST);
            assertThat(there.isLocked()).isTrue();
            assertThat(next.isValid()).isTrue();
        }
    }

    @Test
    @DisplayName("D16 a wait of one second lasts one second")
    void a_wait_of_one_second_lasts_one_second() throws Exception {
        DistributedLock lock = client().lock("d16");
        try (Lease held = lock.acquire()) {
            long start = System.nanoTime();
            assertThatThrownBy(() -> lock.acquire(Duration.ofSeconds(1))).isInstanceOf(LockTimeoutException.class);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
        }
    }

    @Test
    @DisplayName("D17 whoever waits without limit gets a lock whose holder has expired")
    void whoever_waits_without_limit_gets_a_lock_whose_holder_has_expired() throws Exception {
        Lease forgotten = client().lock("d17").acquire(SHORT);
        DistributedLock there = client().lock("d17");
        try (Lease next = get(inThread(() -> there.acquire()))) {
            assertThat(next.fencingToken()).isGreaterThan(forgotten.fencingToken());
        }
    }

    @Test
    @DisplayName("D18 a chosen waiter that dies does not block the others")
    void a_chosen_waiter_that_dies_does_not_block_the_others() throws Exception {
        DistributedLock lock = client().lock("d18");
        Lease held = lock.acquire();
        try (OtherJvm other = OtherJvm.start(server().uri())) {
            other.beginAcquire("d18", Duration.ofSeconds(30), Renewal.ON);
            untilWaiting(lock, 1);
            CompletableFuture<Lease> second = inThread(() -> lock.acquire());
            untilWaiting(lock, 2);
            other.kill();
            until("its connections are gone", () -> !other.isAlive() && subscribers() == 1);
            held.release();
            get(second).close();
        }
    }

    @Test
    @DisplayName("D19 wake-ups that are none do not lengthen a wait")
    void wake_ups_that_are_none_do_not_lengthen_a_wait() throws Exception {
        DistributedLock lock = client().lock("d19");
        try (Lease held = lock.acquire()) {
            long start = System.nanoTime();
            CompletableFuture<Optional<Lease>> waiter =
                    inThread(() -> lock.tryAcquire(AcquireOptions.waitUpTo(Duration.ofSeconds(1))));
            String inbox = inboxes().get(0);
            until("it ends under a rain of messages", () -> {
                server().command("PUBLISH", inbox, "g\tnobody\t1\t5000\t0\td19");
                server().command("PUBLISH", inbox, "nonsense");
                return waiter.isDone();
            });
            assertThat(get(waiter)).isEmpty();
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isBetween(Duration.ofSeconds(1), Duration.ofSeconds(6));
            assertThat(held.isValid()).isTrue();
        }
    }

    @Test
    @DisplayName("D20 a wait of half a second or none ends")
    void a_wait_of_half_a_second_or_none_ends() throws Exception {
        DistributedLock lock = client().lock("d20");
        try (Lease held = lock.acquire()) {
            long start = System.nanoTime();
            assertThat(lock.tryAcquire(Duration.ofMillis(500))).isEmpty();
            assertThat(lock.tryAcquire(Duration.ZERO)).isEmpty();
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isBetween(Duration.ofMillis(500), Duration.ofSeconds(8));
        }
    }

    @Test
    @DisplayName("D21 lost renewals are told, and the lock can be had again")
    void lost_renewals_are_told_and_the_lock_can_be_had_again() throws Exception {
        FaultProxy proxy = closing(FaultProxy.to(server()));
        Mortise client = client(proxy.uri(), Duration.ofMillis(1500));
        DistributedLock lock = client.lock("d21");
        Lease lease = lock.acquire();
        proxy.refuse(true);
        proxy.closeAll(Close.RST);
        assertThat(get(lease.lost().toCompletableFuture()).cause()).isIn(Cause.UNREACHABLE, Cause.EXPIRED);
        proxy.heal();
        until("reachable again", () -> {
            try {
                return lock.tryAcquire().map(Lease::release).isPresent();
            } catch (LockUnavailableException notYet) {
                return false;
            }
        });
        until("nothing is left", () -> lockKeys().isEmpty());
    }

    @Test
    @DisplayName("D22 a waiter that misses its wake-up still gets the lock")
    void a_waiter_that_misses_its_wake_up_still_gets_the_lock() throws Exception {
        FaultProxy proxy = closing(FaultProxy.to(server()));
        DistributedLock here = client().lock("d22");
        DistributedLock deaf = client(proxy.uri(), Duration.ofSeconds(2)).lock("d22");
        Lease held = here.acquire();
        CompletableFuture<Lease> waiter = inThread(() -> deaf.acquire());
        untilWaiting(here, 1);
        proxy.dropMessages(true);
        held.release();
        get(waiter).close();
    }

    @Test
    @DisplayName("D24 a reentrant lock is released")
    void a_reentrant_lock_is_released() {
        DistributedLock lock = client().lock("d24");
        Lock view = lock.asLock();
        view.lock();
        view.lock();
        view.unlock();
        assertThat(lock.isLocked()).isTrue();
        view.unlock();
        assertThat(lock.isLocked()).isFalse();
    }

    @Test
    @DisplayName("D25 a second acquire takes nothing from the first lease")
    void a_second_acquire_takes_nothing_from_the_first_lease() throws Exception {
        DistributedLock lock = client().lock("d25");
        Lease first = lock.acquire();
        assertThat(lock.tryAcquire()).isEmpty();
        assertThat(first.release()).isEqualTo(ReleaseOutcome.RELEASED);
        Lease second = lock.acquire();
        assertThat(first.release()).isEqualTo(ReleaseOutcome.RELEASED);
        assertThat(second.isValid()).isTrue();
        assertThat(second.release()).isEqualTo(ReleaseOutcome.RELEASED);
        assertThat(lock.isLocked()).isFalse();
    }

    @Test
    @DisplayName("D27 a reentrant hold that has expired is not entered again")
    void a_reentrant_hold_that_has_expired_is_not_entered_again() throws Exception {
        Lock view = client().lock("d27").asLock(SHORT);
        view.lock();
        try (Lease other = client().lock("d27").acquire()) {
            assertThatThrownBy(view::lock).isInstanceOf(LeaseLostException.class);
            assertThat(view.tryLock()).isFalse();
            assertThat(view.tryLock(1, TimeUnit.MILLISECONDS)).isFalse();
            assertThatThrownBy(view::unlock).isInstanceOf(LeaseLostException.class);
            assertThat(other.isValid()).isTrue();
        }
    }

    private List<String> inboxes() {
        return server().command("PUBSUB", "CHANNELS", "mortise:inbox:*") instanceof List<?> list
                ? list.stream().map(String::valueOf).toList()
                : java.util.List.of();
    }

    private int subscribers() {
        return inboxes().size();
    }
}
