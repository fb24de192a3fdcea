package dev.mortise.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.mortise.AcquireOptions;
import dev.mortise.DistributedLock;
import dev.mortise.Lease;
import dev.mortise.LeaseLoss;
import dev.mortise.LeaseLoss.Cause;
import dev.mortise.LeaseLostException;
import dev.mortise.LockEvent;
import dev.mortise.Mortise;
import dev.mortise.OnLoss;
import dev.mortise.ReleaseOutcome;
import dev.mortise.Renewal;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** The life of a lease: validity, renewal, loss, release. */
@SuppressWarnings("try") // what is held is held for its time
abstract class LeaseContract extends SlowWaitContract {
    @Test
    void a_lease_says_what_is_left_of_it() throws Exception {
        try (Lease lease =
                client().lock(name()).acquire(AcquireOptions.defaults().lease(Duration.ofSeconds(60)))) {
            assertThat(lease.remaining()).isBetween(Duration.ofSeconds(40), Duration.ofSeconds(60));
            assertThat(lease.isValid()).isTrue();
            assertThat(lease.fencingToken()).isPositive();
            assertThat(lease.toString()).contains(name()).doesNotContain(lease.id());
        }
    }

    @Test
    void a_renewed_lease_outlives_its_length() throws Exception {
        Recorder events = new Recorder();
        Mortise client = client(ClientSettings.defaults().leasing(SHORT).heardBy(events));
        DistributedLock lock = client.lock(name());
        try (Lease lease = lock.acquire()) {
            long start = System.nanoTime();
            until("twice its length is over", () -> since(start).compareTo(SHORT.multipliedBy(2)) > 0);
            assertThat(lease.isValid()).isTrue();
            assertThat(client().lock(name()).tryAcquire()).isEmpty();
            assertThat(events.count(LockEvent.Renewed.class)).isGreaterThanOrEqualTo(3);
            assertThat(events.count(LockEvent.Lost.class)).isZero();
        }
        assertThat(lock.isLocked()).isFalse();
    }

    @Test
    void a_lease_that_is_not_renewed_expires_and_tells() throws Exception {
        Mortise client = client();
        Lease lease = client.lock(name()).acquire(FIXED);
        LeaseLoss loss = get(lease.lost());
        assertThat(loss.cause()).isEqualTo(Cause.EXPIRED);
        assertThat(lease.isValid()).isFalse();
        assertThat(lease.remaining()).isEqualTo(Duration.ZERO);
        assertThat(lease.release()).isEqualTo(ReleaseOutcome.LOST);
        try (Lease next = client().lock(name()).acquire(Duration.ofSeconds(20))) {
            assertThat(next.fencingToken()).isGreaterThan(lease.fencingToken());
        }
    }

    @Test
    void a_lease_of_a_millisecond_is_granted_and_ends_by_itself() throws Exception {
        Lease brief = client().lock(name())
                .acquire(AcquireOptions.defaults()
                        .lease(AcquireOptions.MIN_FIXED_LEASE)
                        .renewal(Renewal.OFF));
        assertThat(get(brief.lost()).cause()).isEqualTo(Cause.EXPIRED);
        try (Lease next = client().lock(name()).acquire(Duration.ofSeconds(20))) {
            assertThat(next.fencingToken()).isGreaterThan(brief.fencingToken());
        }
    }

    @Test
    void a_waiter_gets_an_expired_lock() throws Exception {
        DistributedLock there = client().lock(name());
        Lease forgotten = client().lock(name()).acquire(FIXED);
        try (Lease next = there.acquire(Duration.ofSeconds(20))) {
            assertThat(forgotten.isValid()).isFalse();
            assertThat(next.fencingToken()).isGreaterThan(forgotten.fencingToken());
        }
    }

    @Test
    void a_lock_is_kept_after_its_release_for_as_long_as_the_holder_says() throws Exception {
        Duration keep = Duration.ofMillis(700);
        Lease lease = client().lock(name()).acquire();
        long released = System.nanoTime();
        assertThat(lease.releaseAfter(keep)).isEqualTo(ReleaseOutcome.RELEASED);
        assertThat(lease.isValid()).isFalse();
        try (Lease next = client().lock(name()).acquire(Duration.ofSeconds(20))) {
            assertThat(since(released)).isGreaterThan(keep.minusMillis(5));
            assertThat(next.fencingToken()).isGreaterThan(lease.fencingToken());
        }
    }

    @Test
    void a_client_lists_the_leases_that_it_has() throws Exception {
        Mortise client = client();
        assertThat(client.leases()).isEmpty();
        Lease one = client.lock(name()).acquire();
        Lease two = client.readWriteLock("other " + name()).readLock().acquire();
        assertThat(client.leases()).containsExactlyInAnyOrder(one, two);
        one.release();
        assertThat(client.leases()).containsExactly(two);
        client.admin().forceRelease("other " + name(), "contract");
        until("the loss is known", () -> client.leases().isEmpty());
        assertThat(two.isValid()).isFalse();
    }

    @Test
    void a_late_release_frees_nothing() throws Exception {
        Lease late = client().lock(name()).acquire(FIXED);
        DistributedLock there = client().lock(name());
        try (Lease next = there.acquire(Duration.ofSeconds(20))) {
            assertThat(late.release()).isEqualTo(ReleaseOutcome.LOST);
            late.close();
            assertThat(there.isLocked()).isTrue();
            assertThat(next.isValid()).isTrue();
        }
    }

    @Test
    void loss_is_told_to_whoever_asks_before_and_after_never_on_an_io_thread() throws Exception {
        Mortise client = client();
        Lease lease = client.lock(name()).acquire();
        CompletionStage<String> before =
                lease.lost().thenApply(loss -> Thread.currentThread().getName());
        client.admin().forceRelease(name(), "by the contract");
        assertThat(get(before)).startsWith("mortise-callback");
        LeaseLoss loss = get(lease.lost());
        assertThat(loss.cause()).isEqualTo(Cause.FORCED);
        assertThat(loss.detail()).contains("by the contract");
        assertThat(get(lease.lost())).isEqualTo(loss);
        assertThat(lease.isValid()).isFalse();
    }

    @Test
    void a_release_is_no_loss() throws Exception {
        DistributedLock lock = client().lock(name());
        Lease lease = lock.acquire();
        lease.release();
        assertThat(lease.lost().toCompletableFuture()).isNotDone();
        assertThat(lease.isValid()).isFalse();
        assertThat(lease.remaining()).isEqualTo(Duration.ZERO);
        lock.acquire().close();
        assertThat(lease.lost().toCompletableFuture()).isNotDone();
    }

    @Test
    void the_first_outcome_of_a_release_is_kept() throws Exception {
        Mortise client = client();
        Lease lease = client.lock(name()).acquire();
        assertThat(lease.release()).isEqualTo(ReleaseOutcome.RELEASED);
        try (Lease next = client.lock(name()).acquire()) {
            assertThat(lease.release()).isEqualTo(ReleaseOutcome.RELEASED);
            assertThat(get(lease.releaseAsync())).isEqualTo(ReleaseOutcome.RELEASED);
            lease.close();
            assertThat(next.isValid()).isTrue();
            assertThat(client.lock(name()).isLocked()).isTrue();
        }
    }

    @Test
    void a_release_works_while_interrupted() throws Exception {
        DistributedLock lock = client().lock(name());
        Lease lease = lock.acquire();
        Background<Boolean> releasing = Background.start(() -> {
            Thread.currentThread().interrupt();
            return lease.release() == ReleaseOutcome.RELEASED && Thread.interrupted();
        });
        assertThat(releasing.get()).isTrue();
        assertThat(lock.isLocked()).isFalse();
    }

    @Test
    void ensure_renews_only_if_less_is_left() throws Exception {
        DistributedLock lock = client().lock(name());
        AcquireOptions options =
                AcquireOptions.defaults().lease(Duration.ofSeconds(30)).renewal(Renewal.OFF);
        try (Lease lease = lock.acquire(options)) {
            assertThat(lease.ensure(Duration.ofMillis(1))).isSameAs(lease);
            // What is over exceeds a command time-out: however late the answer to a renewal comes, so much is left
            // then.
            Duration wanted = Duration.ofSeconds(27);
            until("some of it is over", () -> lease.remaining().compareTo(wanted) < 0);
            long start = System.nanoTime();
            answer(() -> lease.ensure(wanted));
            Duration since = since(start);
            assertThat(lease.remaining().plus(since)).isGreaterThan(wanted);
            assertThatThrownBy(() -> lease.ensure(Duration.ofSeconds(31))).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void extend_makes_a_lease_longer_and_shorter() throws Exception {
        DistributedLock lock = client().lock(name());
        Lease lease = lock.acquire(FIXED);
        lease.extend(Duration.ofSeconds(60));
        assertThat(lease.remaining()).isGreaterThan(Duration.ofSeconds(40));
        assertThat(lock.inspect().holders().get(0).expiresIn().orElseThrow()).isGreaterThan(Duration.ofSeconds(40));
        lease.extend(Duration.ofMillis(300));
        assertThat(lease.remaining()).isLessThan(Duration.ofMillis(300));
        assertThat(get(lease.lost()).cause()).isEqualTo(Cause.EXPIRED);
        try (Lease next = client().lock(name()).acquire(Duration.ofSeconds(20))) {
            assertThat(next.fencingToken()).isGreaterThan(lease.fencingToken());
        }
    }

    @Test
    void extend_of_a_renewed_lease_is_its_measure_from_then_on() throws Exception {
        Mortise client = shortLived();
        DistributedLock lock = client.lock(name());
        try (Lease lease = lock.acquire()) {
            lease.extend(Duration.ofSeconds(20));
            long start = System.nanoTime();
            until("its first length is over", () -> since(start).compareTo(SHORT) > 0);
            assertThat(lease.remaining()).isGreaterThan(Duration.ofSeconds(10));
        }
    }

    @Test
    void an_expired_lease_is_never_brought_back() throws Exception {
        DistributedLock lock = client().lock(name());
        Lease lease = lock.acquire(FIXED);
        get(lease.lost());
        LeaseLostException extended =
                catchThrowableOfType(LeaseLostException.class, () -> lease.extend(Duration.ofSeconds(5)));
        assertThat(extended.loss().cause()).isEqualTo(Cause.EXPIRED);
        assertThat(extended.fencingToken()).isEqualTo(lease.fencingToken());
        assertThatThrownBy(() -> lease.ensure(Duration.ofMillis(10))).isInstanceOf(LeaseLostException.class);
        assertThatThrownBy(lease::detach).isInstanceOf(LeaseLostException.class);
        untilFree(lock);
        assertThat(lease.isValid()).isFalse();
    }

    @Test
    void a_released_lease_cannot_be_extended_or_handed_over() throws Exception {
        Lease lease = client().lock(name()).acquire();
        lease.release();
        assertThatThrownBy(() -> lease.extend(Duration.ofSeconds(10))).isInstanceOf(LeaseLostException.class);
        assertThatThrownBy(() -> lease.ensure(Duration.ofSeconds(5))).isInstanceOf(LeaseLostException.class);
        assertThatThrownBy(lease::detach).isInstanceOf(LeaseLostException.class);
    }

    @Test
    void a_hold_ends_at_its_longest() throws Exception {
        Mortise client = lasting(new Recorder());
        AcquireOptions briefly = AcquireOptions.defaults().maxHold(Duration.ofMillis(300));
        for (AcquireOptions options : List.of(briefly, briefly.renewal(Renewal.OFF), briefly.untilReleased())) {
            endsAtItsLongest(client.lock(name()), options);
        }
    }

    @Test
    void a_hold_that_is_renewed_ends_at_its_longest() throws Exception {
        Mortise client = shortLived();
        endsAtItsLongest(client.lock(name()), AcquireOptions.defaults().maxHold(SHORT.plusMillis(500)));
    }

    private void endsAtItsLongest(DistributedLock lock, AcquireOptions options) throws Exception {
        long start = System.nanoTime();
        Lease lease = answer(() -> lock.acquire(options));
        assertThat(get(lease.lost()).cause()).as(options.toString()).isEqualTo(Cause.MAX_HOLD);
        assertThat(since(start))
                .isGreaterThan(options.maxHold().orElseThrow().multipliedBy(9).dividedBy(10));
        untilFree(client().lock(name()));
    }

    @Test
    void a_lease_until_released_has_no_expiry() throws Exception {
        DistributedLock lock = client().lock(name());
        Lease lease = lock.acquire(AcquireOptions.defaults().untilReleased());
        assertThat(lock.inspect().holders().get(0).expiresIn()).isEmpty();
        assertThat(lease.remaining()).isBetween(Duration.ofSeconds(30), Duration.ofSeconds(60));
        DistributedLock there = client().lock(name());
        Background<Lease> waiter = waiting(there, 0);
        assertThat(client().admin().collect(name())).isZero();
        assertThat(lease.isValid()).isTrue();
        lease.release();
        waiter.get().release();
    }

    @Test
    void a_lease_until_released_that_had_to_wait_has_no_expiry() throws Exception {
        DistributedLock lock = client().lock(name());
        Lease held = lock.acquire();
        Background<Lease> waiter =
                Background.start(() -> lock.acquire(AcquireOptions.defaults().untilReleased()));
        untilWaiting(lock, 1);
        held.release();
        Lease lease = waiter.get();
        until(
                "confirmed",
                () -> lock.inspect().holders().get(0).expiresIn().isEmpty()
                        && lease.remaining().compareTo(Duration.ofSeconds(30)) > 0);
        lease.release();
        untilFree(lock);
    }

    @Test
    void loss_interrupts_the_owner_who_asked_for_it() {
        Mortise client = client();
        Background<Boolean> owner = Background.start(() -> {
            Lease lease = client.lock(name()).acquire(AcquireOptions.defaults().onLoss(OnLoss.INTERRUPT_OWNER));
            try {
                lease.lost().toCompletableFuture().orTimeout(30, java.util.concurrent.TimeUnit.SECONDS);
                new java.util.concurrent.CountDownLatch(1).await();
                return false;
            } catch (InterruptedException e) {
                return !lease.isValid() && lease.release() == ReleaseOutcome.LOST;
            }
        });
        until("held", client.lock(name())::isLocked);
        client.admin().forceRelease(name(), "contract");
        assertThat(owner.get()).isTrue();
    }
}
