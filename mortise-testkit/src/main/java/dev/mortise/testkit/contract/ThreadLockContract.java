package dev.mortise.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mortise.AcquireOptions;
import dev.mortise.DistributedLock;
import dev.mortise.Lease;
import dev.mortise.LeaseLostException;
import dev.mortise.Mortise;
import dev.mortise.Renewal;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import org.junit.jupiter.api.Test;

/** The view that is owned by a thread. */
@SuppressWarnings("try") // what is held is held for its time
abstract class ThreadLockContract extends LeaseContract {
    @Test
    void a_thread_enters_as_often_as_it_likes() {
        Mortise client = client();
        DistributedLock lock = client.lock(name());
        Lock view = lock.asLock();
        view.lock();
        long token = lock.inspect().lastFencingToken();
        client.lock(name()).asLock().lock();
        assertThat(view.tryLock()).isTrue();
        assertThat(lock.inspect().lastFencingToken()).isEqualTo(token);
        view.unlock();
        view.unlock();
        assertThat(lock.isLocked()).isTrue();
        view.unlock();
        assertThat(lock.isLocked()).isFalse();
    }

    @Test
    void strangers_cannot_unlock() {
        DistributedLock lock = client().lock(name());
        Lock view = lock.asLock();
        assertThatThrownBy(view::unlock).isInstanceOf(IllegalMonitorStateException.class);
        view.lock();
        Background<Boolean> stranger = Background.start(() -> {
            view.unlock();
            return true;
        });
        assertThat(stranger.failure()).isInstanceOf(IllegalMonitorStateException.class);
        Lock otherClient = client().lock(name()).asLock();
        assertThatThrownBy(otherClient::unlock).isInstanceOf(IllegalMonitorStateException.class);
        assertThat(otherClient.tryLock()).isFalse();
        assertThat(lock.isLocked()).isTrue();
        view.unlock();
        assertThatThrownBy(view::unlock).isInstanceOf(IllegalMonitorStateException.class);
        assertThat(lock.isLocked()).isFalse();
    }

    @Test
    void threads_of_one_client_exclude_each_other() {
        Lock view = client().lock(name()).asLock();
        view.lock();
        Background<Boolean> other = Background.start(() -> view.tryLock());
        assertThat(other.get()).isFalse();
        view.unlock();
        Background<Boolean> again = Background.start(() -> {
            boolean had = view.tryLock();
            view.unlock();
            return had;
        });
        assertThat(again.get()).isTrue();
    }

    @Test
    void lock_is_not_interruptible_and_keeps_the_flag() throws Exception {
        DistributedLock lock = client().lock(name());
        Lease held = lock.acquire();
        Lock view = client().lock(name()).asLock();
        Background<Boolean> waiter = Background.start(() -> {
            Thread.currentThread().interrupt();
            view.lock();
            boolean flag = Thread.currentThread().isInterrupted();
            view.unlock();
            return flag && Thread.interrupted();
        });
        untilWaiting(lock, 1);
        waiter.thread().interrupt();
        held.release();
        assertThat(waiter.get()).isTrue();
        untilFree(lock);
    }

    @Test
    void an_interrupt_ends_an_interruptible_lock() throws Exception {
        DistributedLock lock = client().lock(name());
        try (Lease held = lock.acquire()) {
            DistributedLock there = client().lock(name());
            Lock view = there.asLock();
            Background<Boolean> interruptible = Background.start(() -> {
                view.lockInterruptibly();
                return true;
            });
            untilWaiting(there, 1);
            Background<Boolean> timed = Background.start(() -> view.tryLock(1, TimeUnit.HOURS));
            untilWaiting(there, 2);
            interruptible.thread().interrupt();
            assertThat(interruptible.failure()).isInstanceOf(InterruptedException.class);
            untilWaiting(there, 1);
            timed.thread().interrupt();
            assertThat(timed.failure()).isInstanceOf(InterruptedException.class);
            assertThat(there.inspect().waiters()).isEmpty();
            assertThat(held.isValid()).isTrue();
        }
        untilFree(lock);
    }

    @Test
    void an_interrupted_thread_gets_an_interruptible_lock_never() {
        Lock view = client().lock(name()).asLock();
        view.lock();
        Background<Boolean> interruptible = Background.start(() -> {
            Thread.currentThread().interrupt();
            view.lockInterruptibly();
            return true;
        });
        assertThat(interruptible.failure()).isInstanceOf(InterruptedException.class);
        Background<Boolean> timed = Background.start(() -> {
            Thread.currentThread().interrupt();
            return view.tryLock(1, TimeUnit.SECONDS);
        });
        assertThat(timed.failure()).isInstanceOf(InterruptedException.class);
        view.unlock();
    }

    @Test
    void try_lock_waits_as_long_as_it_was_asked_for() throws Exception {
        DistributedLock lock = client().lock(name());
        Lock view = client().lock(name()).asLock();
        try (Lease held = lock.acquire()) {
            long start = System.nanoTime();
            assertThat(view.tryLock(200, TimeUnit.MILLISECONDS)).isFalse();
            assertThat(since(start)).isGreaterThanOrEqualTo(Duration.ofMillis(200));
            assertThat(view.tryLock()).isFalse();
            assertThat(view.tryLock(0, TimeUnit.SECONDS)).isFalse();
            assertThat(view.tryLock(-1, TimeUnit.SECONDS)).isFalse();
            assertThat(view.tryLock(Long.MIN_VALUE, TimeUnit.NANOSECONDS)).isFalse();
            assertThat(view.tryLock(1, TimeUnit.NANOSECONDS)).isFalse();
            assertThat(lock.inspect().waiters()).isEmpty();
            assertThat(held.isValid()).isTrue();
        }
        for (TimeUnit unit : TimeUnit.values()) {
            assertThat(view.tryLock(1, unit)).as(unit.name()).isTrue();
            view.unlock();
        }
        assertThat(view.tryLock(Long.MAX_VALUE, TimeUnit.DAYS)).isTrue();
        view.unlock();
    }

    @Test
    void unlock_works_while_interrupted() {
        DistributedLock lock = client().lock(name());
        Lock view = lock.asLock();
        Background<Boolean> interrupted = Background.start(() -> {
            view.lock();
            Thread.currentThread().interrupt();
            view.unlock();
            return Thread.interrupted();
        });
        assertThat(interrupted.get()).isTrue();
        assertThat(lock.isLocked()).isFalse();
    }

    @Test
    void a_lost_hold_is_never_entered_again_and_its_unlock_tells() {
        Mortise client = client();
        DistributedLock lock = client.lock(name());
        Lock view = lock.asLock();
        view.lock();
        view.lock();
        client.admin().forceRelease(name(), "contract");
        until("the loss is known", () -> {
            try {
                view.lock();
                view.unlock();
                return false;
            } catch (LeaseLostException lost) {
                return true;
            }
        });
        // It was told; whoever comes now has a hold of its own, and the lost one keeps what it has to tell.
        view.lock();
        assertThat(lock.isLocked()).isTrue();
        view.unlock();
        untilFree(lock);
        view.unlock();
        assertThatThrownBy(view::unlock).isInstanceOf(LeaseLostException.class);
        assertThatThrownBy(view::unlock).isInstanceOf(IllegalMonitorStateException.class);
        view.lock();
        view.unlock();
        untilFree(lock);
    }

    @Test
    void the_lease_of_a_hold_is_known_to_its_thread_until_it_unlocks() {
        Mortise client = client();
        DistributedLock lock = client.lock(name());
        Lock view = lock.asLock();
        assertThat(lock.held()).isEmpty();
        view.lock();
        Lease lease = lock.held().orElseThrow();
        assertThat(lease.lockName()).isEqualTo(name());
        assertThat(lease.fencingToken()).isBetween(1L, lock.inspect().lastFencingToken());
        assertThat(lease.ensure(Duration.ofSeconds(1)).isValid()).isTrue();
        view.lock();
        assertThat(client.lock(name()).held()).containsSame(lease);
        assertThat(Background.start(lock::held).get()).isEmpty();
        assertThat(client().lock(name()).held()).isEmpty();
        assertThat(client.readWriteLock(name()).writeLock().held()).isEmpty();
        view.unlock();
        assertThat(lock.held()).containsSame(lease);
        view.unlock();
        assertThat(lock.held()).isEmpty();
        assertThat(lease.isValid()).isFalse();
    }

    @Test
    void a_lease_that_is_held_without_a_view_is_not_the_threads() throws Exception {
        DistributedLock lock = client().lock(name());
        try (Lease lease = lock.acquire()) {
            assertThat(lock.held()).isEmpty();
        }
    }

    @Test
    void the_lease_of_a_lost_hold_is_there_and_not_valid_until_it_is_unlocked() {
        Mortise client = client();
        DistributedLock lock = client.lock(name());
        Lock view = lock.asLock();
        view.lock();
        Lease lost = lock.held().orElseThrow();
        client.admin().forceRelease(name(), "contract");
        until("the loss is known", () -> !lost.isValid());
        assertThat(lock.held()).containsSame(lost);
        assertThatThrownBy(view::lock).isInstanceOf(LeaseLostException.class);
        view.lock();
        assertThat(lock.held()).get().isNotSameAs(lost).matches(Lease::isValid);
        view.unlock();
        assertThat(lock.held()).containsSame(lost);
        assertThatThrownBy(view::unlock).isInstanceOf(LeaseLostException.class);
        assertThat(lock.held()).isEmpty();
    }

    @Test
    void a_task_that_never_unlocked_is_told_of_once_and_shuts_its_thread_out_no_longer() throws Exception {
        DistributedLock lock = client().lock(name());
        Lock view = lock.asLock(
                AcquireOptions.defaults().lease(Duration.ofMillis(300)).renewal(Renewal.OFF));
        view.lock();
        untilFree(lock);
        assertThatThrownBy(() -> view.tryLock(1, TimeUnit.SECONDS)).isInstanceOf(LeaseLostException.class);
        Lock lasting = lock.asLock();
        for (int task = 0; task < 3; task++) {
            assertThat(lasting.tryLock()).isTrue();
            lasting.lock();
            lasting.unlock();
            assertThat(lock.isLocked()).isTrue();
            lasting.unlock();
            untilFree(lock);
        }
        // So for a second one that never unlocks.
        lasting.lock();
        view.lock();
        view.unlock();
        client().admin().forceRelease(name(), "contract");
        until("the loss is known", () -> {
            try {
                lasting.lock();
                lasting.unlock();
                return false;
            } catch (LeaseLostException lost) {
                return true;
            }
        });
        lasting.lockInterruptibly();
        lasting.unlock();
        untilFree(lock);
    }

    @Test
    void a_hold_of_a_thread_that_ended_is_not_renewed() throws Exception {
        Mortise client = shortLived();
        Background<Boolean> ended = Background.start(() -> {
            client.lock(name()).asLock().lock();
            return true;
        });
        assertThat(ended.get()).isTrue();
        ended.thread().join();
        try (Lease next = client().lock(name()).acquire(Duration.ofSeconds(20))) {
            assertThat(next.isValid()).isTrue();
        }
    }

    @Test
    void a_hold_of_a_living_thread_is_renewed() {
        Mortise client = shortLived();
        Lock view = client.lock(name()).asLock();
        view.lock();
        long start = System.nanoTime();
        until("its length is over", () -> since(start).compareTo(SHORT.plusMillis(300)) > 0);
        assertThat(client().lock(name()).tryAcquire()).isEmpty();
        view.unlock();
    }

    @Test
    void the_options_of_a_view_are_used() {
        DistributedLock lock = client().lock(name());
        Lock view = lock.asLock(AcquireOptions.defaults()
                .lease(Duration.ofMillis(300))
                .renewal(Renewal.OFF)
                .label("import"));
        view.lock();
        assertThat(lock.inspect().holders().get(0).label()).isEqualTo("import");
        untilFree(lock);
        assertThatThrownBy(view::unlock).isInstanceOf(LeaseLostException.class);
    }

    @Test
    void a_view_has_no_conditions() {
        assertThatThrownBy(client().lock(name()).asLock()::newCondition)
                .isInstanceOf(UnsupportedOperationException.class);
    }
}
