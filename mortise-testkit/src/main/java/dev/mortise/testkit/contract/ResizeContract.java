package dev.mortise.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mortise.AcquireOptions;
import dev.mortise.DistributedSemaphore;
import dev.mortise.Lease;
import dev.mortise.Mortise;
import dev.mortise.ReleaseOutcome;
import dev.mortise.WrongKindException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** A semaphore that gets another number of permits while it is used. */
@SuppressWarnings("try") // what is held is held for its time
abstract class ResizeContract extends ContractClients {
    private static final AcquireOptions ANY = AcquireOptions.defaults();

    static void refused(int value, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("permits")
                .hasMessageContaining(Integer.toString(value));
    }

    /** Waits in a thread of its own, and is known to stand in the queue behind {@code others}. */
    static Background<Lease> waiting(DistributedSemaphore semaphore, int permits, int others) {
        Background<Lease> waiter = Background.start(() -> semaphore.acquire(permits, ANY));
        untilWaiting(semaphore, others + 1);
        return waiter;
    }

    static void untilWaiting(DistributedSemaphore semaphore, int count) {
        until(count + " wait", () -> semaphore.inspect().waiters().size() == count);
    }

    @Test
    void more_permits_go_to_those_who_wait() throws Exception {
        Mortise client = client();
        DistributedSemaphore semaphore = client.semaphore(name(), 2);
        Lease held = semaphore.acquire(2, ANY);
        Background<Lease> first = waiting(semaphore, 2, 0);
        Background<Lease> second = waiting(semaphore, 1, 1);
        assertThat(client.admin().resizeSemaphore(name(), 4)).isTrue();
        Lease two = first.get();
        assertThat(second.isDone()).isFalse();
        assertThat(semaphore.inspect().permits()).isEqualTo(4);
        two.release();
        Lease one = second.get();
        assertThat(client.semaphore(name(), 4).available()).isEqualTo(1);
        assertThat(held.release()).isEqualTo(ReleaseOutcome.RELEASED);
        assertThat(one.release()).isEqualTo(ReleaseOutcome.RELEASED);
        assertThat(semaphore.available()).isEqualTo(2);
    }

    @Test
    void fewer_permits_than_are_held_are_granted_to_nobody_until_enough_are_back() throws Exception {
        Mortise client = client();
        DistributedSemaphore semaphore = client.semaphore(name(), 4);
        Lease one = semaphore.acquire(2, ANY);
        Lease two = semaphore.acquire(2, ANY);
        Background<Lease> waiter = waiting(semaphore, 1, 0);
        assertThat(client.admin().resizeSemaphore(name(), 2)).isTrue();
        assertThat(semaphore.available()).isZero();
        assertThat(one.isValid() && two.isValid()).isTrue();
        one.release();
        assertThat(semaphore.available()).isZero();
        assertThat(semaphore.inspect().waiters()).hasSize(1);
        assertThat(waiter.isDone()).isFalse();
        two.release();
        waiter.get().release();
    }

    @Test
    void whoever_waits_for_more_than_there_are_now_is_told() throws Exception {
        Mortise client = client();
        DistributedSemaphore semaphore = shortLived().semaphore(name(), 3);
        try (Lease held = semaphore.acquire(1, ANY)) {
            Background<Lease> large = waiting(semaphore, 3, 0);
            Background<Lease> small = waiting(semaphore, 1, 1);
            assertThat(client.admin().resizeSemaphore(name(), 2)).isTrue();
            small.get().release();
            assertThat(large.failure()).isInstanceOf(WrongKindException.class);
            assertThat(semaphore.inspect().waiters()).isEmpty();
        }
    }

    @Test
    void holders_and_waiters_of_before_go_on() throws Exception {
        DistributedSemaphore semaphore = shortLived().semaphore(name(), 3);
        Mortise admin = client();
        Lease held = semaphore.acquire(3, ANY);
        Background<Lease> waiter = waiting(semaphore, 1, 0);
        assertThat(admin.admin().resizeSemaphore(name(), 2)).isTrue();
        long start = System.nanoTime();
        until("all have renewed and polled", () -> since(start).compareTo(SHORT.multipliedBy(2)) > 0);
        assertThat(held.isValid()).isTrue();
        assertThat(waiter.isDone()).isFalse();
        assertThat(semaphore.inspect().permits()).isEqualTo(2);
        assertThatThrownBy(() -> semaphore.tryAcquire(1)).isInstanceOf(WrongKindException.class);
        assertThat(admin.semaphore(name(), 2).tryAcquire(1)).isEmpty();
        held.release();
        Lease next = waiter.get();
        admin.semaphore(name(), 2).tryAcquire(1).orElseThrow().release();
        next.release();
    }

    @Test
    void what_is_not_a_semaphore_in_use_is_left_alone() throws Exception {
        Mortise client = client();
        assertThat(client.admin().resizeSemaphore(name(), 4)).isFalse();
        try (Lease mutex = client.lock(name()).acquire()) {
            assertThat(client.admin().resizeSemaphore(name(), 4)).isFalse();
            assertThat(client.lock(name()).tryAcquire()).isEmpty();
            assertThat(mutex.release()).isEqualTo(ReleaseOutcome.RELEASED);
        }
        refused(0, () -> client.admin().resizeSemaphore(name(), 0));
        assertThatThrownBy(() -> client.admin().resizeSemaphore("", 1)).isInstanceOf(IllegalArgumentException.class);
    }
}
