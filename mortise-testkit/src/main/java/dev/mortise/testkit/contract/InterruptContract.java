package dev.mortise.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.AcquireOptions;
import dev.mortise.DistributedLock;
import dev.mortise.Lease;
import dev.mortise.ReleaseOutcome;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What an interrupt does to a thread that acquires: it ends the wait, and loses no lock. */
@SuppressWarnings("try") // what is held is held for its time
abstract class InterruptContract extends ContractClients {
    @Test
    void an_interrupted_thread_sends_nothing() throws Exception {
        DistributedLock lock = client().lock(name());
        List<Background<Lease>> attempts = List.of(
                interrupted(() -> lock.acquire()),
                interrupted(() -> lock.acquire(Duration.ofSeconds(1))),
                interrupted(() -> lock.tryAcquire(Duration.ZERO).orElseThrow()),
                interrupted(() -> lock.tryAcquire(AcquireOptions.noWait()).orElseThrow()),
                interrupted(() -> lock.call(AcquireOptions.defaults(), lease -> lease)));
        attempts.forEach(attempt -> assertThat(attempt.failure()).isInstanceOf(InterruptedException.class));
        assertThat(lock.isLocked()).isFalse();
    }

    @Test
    void asking_without_waiting_works_while_interrupted_and_keeps_the_flag() {
        DistributedLock lock = client().lock(name());
        Background<Boolean> asking = Background.start(() -> {
            Thread.currentThread().interrupt();
            Optional<Lease> lease = lock.tryAcquire();
            boolean had = lease.isPresent() && lease.get().isValid();
            lease.ifPresent(Lease::close);
            lock.inspect();
            return had && Thread.interrupted();
        });
        assertThat(asking.get()).isTrue();
        untilFree(lock);
    }

    @Test
    void an_interrupt_ends_the_wait_and_the_place_in_the_queue() throws Exception {
        DistributedLock lock = client().lock(name());
        try (Lease held = lock.acquire()) {
            DistributedLock there = client().lock(name());
            Background<Lease> waiter = waiting(there, 0);
            waiter.thread().interrupt();
            assertThat(waiter.failure()).isInstanceOf(InterruptedException.class);
            assertThat(lock.inspect().waiters()).isEmpty();
            assertThat(held.isValid()).isTrue();
        }
        assertThat(lock.isLocked()).isFalse();
    }

    @Test
    void an_interrupt_that_crosses_with_the_grant_loses_no_lock() throws Exception {
        DistributedLock here = client().lock(name());
        DistributedLock there = client().lock(name());
        for (int i = 0; i < 40; i++) {
            Lease held = here.acquire(Duration.ofSeconds(20));
            Background<Lease> waiter = waiting(there, 0);
            Background<ReleaseOutcome> release = Background.start(held::release);
            waiter.thread().interrupt();
            assertThat(release.get()).isEqualTo(ReleaseOutcome.RELEASED);
            until("ended", waiter::isDone);
            try {
                waiter.get().release();
            } catch (AssertionError interrupted) {
                assertThat(interrupted).hasCauseInstanceOf(InterruptedException.class);
            }
            untilFree(here);
        }
    }

    private static Background<Lease> interrupted(Acquire acquire) {
        return Background.start(() -> {
            Thread.currentThread().interrupt();
            return acquire.run();
        });
    }

    private interface Acquire {
        Lease run() throws InterruptedException;
    }
}
