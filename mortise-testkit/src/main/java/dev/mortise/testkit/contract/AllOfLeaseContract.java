package dev.mortise.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mortise.AcquireOptions;
import dev.mortise.DistributedLock;
import dev.mortise.Lease;
import dev.mortise.LeaseLoss;
import dev.mortise.LeaseLoss.Cause;
import dev.mortise.LeaseLostException;
import dev.mortise.Mortise;
import dev.mortise.OnLoss;
import dev.mortise.ReleaseOutcome;
import dev.mortise.Renewal;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.Lock;
import org.junit.jupiter.api.Test;

/** The one lease of several locks, and its thread-owned view. */
@SuppressWarnings("try") // what is held is held for its time
abstract class AllOfLeaseContract extends ContractClients {
    final String a() {
        return name() + "a";
    }

    final String b() {
        return name() + "b";
    }

    final String c() {
        return name() + "c";
    }

    final void allFree() {
        Mortise client = client();
        for (String name : List.of(a(), b(), c())) {
            untilFree(client.lock(name));
        }
    }

    static AcquireOptions expiring() {
        return AcquireOptions.defaults().lease(Duration.ofMillis(150)).renewal(Renewal.OFF);
    }

    @Test
    void tokens_of_a_set_increase_and_each_part_has_its_own() throws Exception {
        List<Mortise> clients = List.of(client(), client());
        long last = 0;
        for (int i = 0; i < 10; i++) {
            // One lock of the set is used alone as well, which makes its tokens greater than those of the others.
            try (Lease alone = clients.get(i % 2).lock(i % 3 == 0 ? a() : b()).acquire()) {
                assertThat(alone.fencingToken()).isPositive();
            }
            try (Lease lease = clients.get(i % 2).allOf(a(), b()).acquire()) {
                assertThat(lease.fencingToken()).isGreaterThan(last);
                assertThat(lease.fencingToken()).isEqualTo(Math.max(lease.fencingToken(a()), lease.fencingToken(b())));
                assertThatThrownBy(() -> lease.fencingToken(c())).isInstanceOf(IllegalArgumentException.class);
                last = lease.fencingToken();
            }
        }
        try (Lease one = clients.get(0).lock(a()).acquire()) {
            assertThat(one.fencingToken(a())).isEqualTo(one.fencingToken());
            assertThatThrownBy(() -> one.fencingToken(b())).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void a_part_that_is_forced_away_loses_the_whole_and_frees_the_others() throws Exception {
        Mortise here = client();
        Mortise there = client();
        Lease lease = here.allOf(a(), b(), c()).acquire();
        CompletionStage<String> thread =
                lease.lost().thenApply(told -> Thread.currentThread().getName());
        there.admin().forceRelease(b(), "by the contract");
        LeaseLoss loss = get(lease.lost());
        assertThat(loss.cause()).isEqualTo(Cause.FORCED);
        assertThat(loss.detail()).contains(b(), "by the contract");
        assertThat(lease.isValid()).isFalse();
        assertThat(lease.remaining()).isZero();
        allFree();
        assertThat(lease.release()).isEqualTo(ReleaseOutcome.LOST);
        assertThatThrownBy(() -> lease.ensure(Duration.ofMillis(1)))
                .isInstanceOfSatisfying(LeaseLostException.class, lost -> {
                    assertThat(lost.lockName()).isEqualTo(lease.lockName());
                    assertThat(lost.loss()).isEqualTo(loss);
                });
        assertThatThrownBy(() -> lease.extend(Duration.ofSeconds(30))).isInstanceOf(LeaseLostException.class);
        assertThat(get(thread)).startsWith("mortise-callback");
    }

    @Test
    void a_release_is_no_loss() throws Exception {
        Lease lease = client().allOf(a(), b()).acquire();
        lease.release();
        assertThat(lease.isValid()).isFalse();
        assertThat(lease.lost().toCompletableFuture()).isNotDone();
        assertThatThrownBy(() -> lease.ensure(Duration.ofMillis(1))).isInstanceOf(LeaseLostException.class);
    }

    @Test
    void loss_interrupts_the_owner_who_asked_for_it() {
        Mortise there = client();
        CountDownLatch had = new CountDownLatch(1);
        Background<Boolean> owner = Background.start(() -> {
            Lease lease = Kept.kept(
                    client().allOf(a(), b()).acquire(AcquireOptions.defaults().onLoss(OnLoss.INTERRUPT_OWNER)));
            had.countDown();
            try {
                new CountDownLatch(1).await();
                return false;
            } catch (InterruptedException e) {
                return !lease.isValid() && lease.release() == ReleaseOutcome.LOST && !Thread.interrupted();
            }
        });
        until("had", () -> had.getCount() == 0);
        there.admin().forceRelease(b(), "contract");
        assertThat(owner.get()).isTrue();
        allFree();
    }

    @Test
    void it_is_renewed_and_can_be_made_longer_and_shorter() throws Exception {
        Mortise there = client();
        try (Lease lease = shortLived().allOf(a(), b()).acquire()) {
            long start = System.nanoTime();
            until("its length is over", () -> since(start).compareTo(SHORT.plusMillis(300)) > 0);
            assertThat(lease.isValid()).isTrue();
            assertThat(lease.ensure(Duration.ofMillis(1))).isSameAs(lease);
            lease.extend(Duration.ofSeconds(20));
            assertThat(lease.remaining()).isGreaterThan(Duration.ofSeconds(15));
            lease.extend(SHORT);
            assertThat(lease.remaining()).isLessThanOrEqualTo(SHORT);
            assertThat(there.lock(a()).inspect().holders().get(0).expiresIn().orElseThrow())
                    .isLessThanOrEqualTo(SHORT);
            assertThatThrownBy(() -> lease.ensure(Duration.ofMinutes(5))).isInstanceOf(IllegalArgumentException.class);
        }
        allFree();
    }

    @Test
    void it_ends_with_its_time_if_it_is_not_renewed() throws Exception {
        Lease lease = client().allOf(a(), b()).acquire(expiring());
        assertThat(get(lease.lost()).cause()).isEqualTo(Cause.EXPIRED);
        assertThat(lease.release()).isEqualTo(ReleaseOutcome.LOST);
        allFree();
    }

    @Test
    void a_lease_without_expiry_is_one_for_all() throws Exception {
        Mortise there = client();
        Lease lease = client().allOf(a(), b()).acquire(AcquireOptions.defaults().untilReleased());
        assertThat(there.lock(a()).inspect().holders().get(0).expiresIn()).isEmpty();
        assertThat(there.lock(b()).inspect().holders().get(0).expiresIn()).isEmpty();
        assertThat(lease.isValid()).isTrue();
        assertThat(lease.release()).isEqualTo(ReleaseOutcome.RELEASED);
        allFree();
    }

    @Test
    void it_cannot_be_detached() throws Exception {
        try (Lease lease = client().allOf(a(), b()).acquire()) {
            assertThatThrownBy(lease::detach)
                    .isInstanceOf(UnsupportedOperationException.class)
                    .hasMessageContaining("several locks");
            assertThat(lease.isValid()).isTrue();
            assertThat(lease.id()).isNotEmpty();
            assertThat(lease).asString().doesNotContain(lease.id()).contains(a());
        }
    }

    @Test
    void call_reports_a_loss_behind_a_body_that_ended_well() throws Exception {
        Mortise client = client();
        DistributedLock all = client.allOf(a(), b());
        assertThat(all.<Boolean, RuntimeException>call(
                        AcquireOptions.defaults(),
                        lease -> client.lock(a()).isLocked() && client.lock(b()).isLocked()))
                .isTrue();
        assertThatThrownBy(() -> all.call(AcquireOptions.defaults(), lease -> {
                    client.admin().forceRelease(b(), "contract");
                    get(lease.lost());
                    return "done";
                }))
                .isInstanceOfSatisfying(
                        LeaseLostException.class,
                        lost -> assertThat(lost.loss().cause()).isEqualTo(Cause.FORCED));
        allFree();
    }

    @Test
    void one_that_is_dropped_is_noticed_and_released() throws Exception {
        Recorder events = new Recorder();
        Mortise client = lasting(events);
        client.allOf(a(), b()).acquire().isValid();
        untilLeaked(client, events, 2);
        allFree();
    }

    @Test
    void one_that_waited_and_is_dropped_is_noticed_as_well() throws Exception {
        Recorder events = new Recorder();
        Mortise client = lasting(events);
        Lease held = client().lock(b()).acquire();
        Background<Boolean> waiter =
                Background.start(() -> client.allOf(a(), b()).acquire().isValid());
        untilWaiting(client.lock(b()), 1);
        held.release();
        assertThat(waiter.get()).isTrue();
        untilLeaked(client, events, 2);
        allFree();
    }

    @Test
    void the_view_is_reentrant_for_the_same_set_only() throws Exception {
        Mortise client = client();
        Lock view = client.allOf(a(), b()).asLock();
        view.lock();
        client.allOf(b(), a()).asLock().lock();
        assertThat(view.tryLock()).isTrue();
        Lease lease = client.allOf(b(), a()).held().orElseThrow();
        assertThat(lease.fencingToken(a())).isPositive();
        assertThat(client.lock(a()).held()).isEmpty();
        assertThat(client.lock(a()).asLock().tryLock()).isFalse();
        assertThat(client.allOf(a(), c()).asLock().tryLock()).isFalse();
        // A lock whose name is what the set shows as its name.
        Lock alike = client.lock(client.allOf(a(), b()).name()).asLock();
        assertThatThrownBy(alike::unlock).isInstanceOf(IllegalMonitorStateException.class);
        for (int i = 0; i < 3; i++) {
            assertThat(client.lock(b()).isLocked()).isTrue();
            view.unlock();
        }
        assertThat(client.allOf(a(), b()).held()).isEmpty();
        assertThatThrownBy(view::unlock).isInstanceOf(IllegalMonitorStateException.class);
        allFree();
    }

    @Test
    void a_hold_of_a_thread_that_ended_is_not_renewed() throws Exception {
        Mortise client = shortLived();
        Mortise there = client();
        Lease held = there.lock(b()).acquire();
        Background<Boolean> ended = Background.start(() -> {
            client.allOf(a(), b()).asLock().lock();
            return true;
        });
        untilWaiting(there.lock(b()), 1);
        held.release();
        assertThat(ended.get()).isTrue();
        ended.thread().join();
        try (Lease next = there.allOf(a(), b()).acquire(Duration.ofSeconds(20))) {
            assertThat(next.isValid()).isTrue();
        }
    }

    @Test
    void an_unlock_reports_the_loss() {
        Mortise client = client();
        Lock view = client.allOf(a(), b()).asLock();
        view.lock();
        client.admin().forceRelease(a(), "contract");
        untilFree(client.lock(b()));
        assertThatThrownBy(view::lock).isInstanceOf(LeaseLostException.class);
        assertThatThrownBy(view::unlock).isInstanceOf(LeaseLostException.class);
        allFree();
    }
}
