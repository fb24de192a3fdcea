package dev.mortise.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mortise.AcquireOptions;
import dev.mortise.DistributedSemaphore;
import dev.mortise.Lease;
import dev.mortise.LeaseTicket;
import dev.mortise.LockInfo;
import dev.mortise.LockKind;
import dev.mortise.LockTimeoutException;
import dev.mortise.Mortise;
import dev.mortise.ReleaseOutcome;
import dev.mortise.Renewal;
import dev.mortise.WrongKindException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/**
 * Everything a {@link DistributedSemaphore} promises. A deployment keeps the contract if a subclass passes that says how to
 * open a client; see {@link DistributedLockContract}.
 */
@SuppressWarnings("try") // what is held is held for its time
public abstract class SemaphoreContract extends ResizeContract {
    private static final AcquireOptions ANY = AcquireOptions.defaults();
    private static final AcquireOptions FIXED =
            AcquireOptions.defaults().lease(Duration.ofMillis(400)).renewal(Renewal.OFF);

    /** For subclasses. */
    protected SemaphoreContract() {}

    @Override
    protected abstract Mortise open(ClientSettings settings);

    @Test
    void no_more_permits_are_held_than_there_are() throws Exception {
        DistributedSemaphore here = client().semaphore(name(), 3);
        DistributedSemaphore there = client().semaphore(name(), 3);
        assertThat(here.available()).isEqualTo(3);
        Lease one = here.acquire(1, ANY);
        Lease two = there.acquire(2, ANY);
        assertThat(two.fencingToken()).isGreaterThan(one.fencingToken());
        assertThat(here.tryAcquire(1)).isEmpty();
        assertThat(there.available()).isZero();
        one.release();
        assertThat(here.available()).isEqualTo(1);
        assertThat(there.tryAcquire(2)).isEmpty();
        Lease again = there.tryAcquire(1).orElseThrow();
        assertThat(here.tryAcquire(1)).isEmpty();
        two.release();
        again.release();
        assertThat(here.available()).isEqualTo(3);
    }

    @Test
    void it_says_who_holds_how_many() throws Exception {
        DistributedSemaphore semaphore = client().semaphore(name(), 5);
        try (Lease three = semaphore.acquire(3, ANY.label("three"))) {
            Background<Lease> waiter = waiting(semaphore, 4, 0);
            LockInfo info = client().semaphore(name(), 5).inspect();
            assertThat(info.kind()).isEqualTo(LockKind.SEMAPHORE);
            assertThat(info.permits()).isEqualTo(5);
            assertThat(info.used()).isEqualTo(3);
            assertThat(info.holders()).extracting(LockInfo.Holder::permits).containsExactly(3L);
            assertThat(info.holders()).extracting(LockInfo.Holder::label).containsExactly("three");
            assertThat(info.waiters()).extracting(LockInfo.Waiter::permits).containsExactly(4L);
            three.release();
            waiter.get().release();
        }
    }

    @Test
    void a_small_request_does_not_overtake_a_large_one() throws Exception {
        DistributedSemaphore semaphore = client().semaphore(name(), 3);
        DistributedSemaphore there = client().semaphore(name(), 3);
        Lease first = semaphore.acquire(1, ANY);
        Lease second = semaphore.acquire(1, ANY);
        Background<Lease> large = waiting(there, 3, 0);
        Background<Lease> small = waiting(semaphore, 1, 1);
        assertThat(semaphore.available()).isEqualTo(1);
        assertThat(there.tryAcquire(1)).isEmpty();
        first.release();
        assertThat(semaphore.available()).isEqualTo(2);
        assertThat(large.isDone()).isFalse();
        assertThat(small.isDone()).isFalse();
        second.release();
        Lease all = large.get();
        assertThat(semaphore.inspect().waiters()).hasSize(1);
        all.release();
        Lease last = small.get();
        assertThat(last.fencingToken()).isGreaterThan(all.fencingToken());
        last.release();
    }

    @Test
    void a_large_request_is_not_starved_by_small_ones_that_overlap() throws Exception {
        DistributedSemaphore semaphore = client().semaphore(name(), 2);
        AtomicBoolean enough = new AtomicBoolean();
        List<Background<Integer>> crowd = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            DistributedSemaphore own = client().semaphore(name(), 2);
            crowd.add(Background.start(() -> {
                int times = 0;
                while (!enough.get()) {
                    own.acquire(1, ANY).close();
                    times++;
                }
                return times;
            }));
        }
        until("they are at it", () -> semaphore.inspect().lastFencingToken() > 0);
        for (int i = 0; i < 5; i++) {
            semaphore.acquire(2, AcquireOptions.waitUpTo(PATIENCE)).close();
        }
        enough.set(true);
        for (Background<Integer> one : crowd) {
            assertThat(one.get()).isPositive();
        }
    }

    @Test
    void a_wait_ends_in_time_and_says_who_is_in_the_way() throws Exception {
        DistributedSemaphore semaphore = client().semaphore(name(), 2);
        try (Lease held = semaphore.acquire(2, ANY.label("all of it"))) {
            AcquireOptions brief = AcquireOptions.waitUpTo(Duration.ofMillis(50));
            assertThatThrownBy(() -> semaphore.acquire(1, brief))
                    .isInstanceOf(LockTimeoutException.class)
                    .hasMessageContaining("all of it");
            assertThat(semaphore.tryAcquire(1, brief)).isEmpty();
            assertThat(get(semaphore.tryAcquireAsync(1, brief))).isEmpty();
            assertThat(semaphore.inspect().waiters()).isEmpty();
        }
    }

    @Test
    void an_interrupt_leaves_the_queue_and_lets_those_behind_pass() throws Exception {
        DistributedSemaphore semaphore = client().semaphore(name(), 2);
        try (Lease held = semaphore.acquire(1, ANY)) {
            Background<Lease> large = waiting(semaphore, 2, 0);
            Background<Lease> small = waiting(client().semaphore(name(), 2), 1, 1);
            large.thread().interrupt();
            assertThat(large.failure()).isInstanceOf(InterruptedException.class);
            small.get().release();
        }
    }

    @Test
    void a_cancelled_request_gives_back_what_it_was_granted_or_its_place() throws Exception {
        DistributedSemaphore semaphore = client().semaphore(name(), 2);
        Lease held = semaphore.acquire(2, ANY);
        CompletableFuture<Lease> pending = semaphore.acquireAsync(2, ANY);
        untilWaiting(semaphore, 1);
        assertThat(pending.cancel(false)).isTrue();
        untilWaiting(semaphore, 0);
        for (int i = 0; i < 20; i++) {
            CompletableFuture<Lease> crossing = semaphore.acquireAsync(1, ANY);
            if (i == 0) {
                held.release();
            }
            if (!crossing.cancel(false)) {
                get(crossing).release();
            }
        }
        until("all are back", () -> semaphore.available() == 2);
    }

    @Test
    void permits_of_a_lease_that_is_over_are_free() throws Exception {
        DistributedSemaphore semaphore = client().semaphore(name(), 2);
        Lease forgotten = semaphore.acquire(2, FIXED);
        Lease next = client().semaphore(name(), 2).acquire(2, AcquireOptions.waitUpTo(PATIENCE));
        assertThat(forgotten.isValid()).isFalse();
        assertThat(forgotten.release()).isEqualTo(ReleaseOutcome.LOST);
        assertThat(semaphore.available()).isZero();
        assertThat(next.release()).isEqualTo(ReleaseOutcome.RELEASED);
    }

    @Test
    void a_second_release_gives_nothing_back() throws Exception {
        DistributedSemaphore semaphore = client().semaphore(name(), 3);
        Lease one = semaphore.acquire(1, ANY);
        Lease two = semaphore.acquire(1, ANY);
        assertThat(one.release()).isEqualTo(ReleaseOutcome.RELEASED);
        assertThat(one.release()).isEqualTo(ReleaseOutcome.RELEASED);
        one.close();
        assertThat(semaphore.available()).isEqualTo(2);
        assertThat(semaphore.tryAcquire(3)).isEmpty();
        two.release();
        assertThat(semaphore.available()).isEqualTo(3);
    }

    @Test
    void a_renewed_lease_keeps_its_permits() throws Exception {
        DistributedSemaphore semaphore = shortLived().semaphore(name(), 3);
        try (Lease two = semaphore.acquire(2, ANY)) {
            long start = System.nanoTime();
            until("twice its length is over", () -> since(start).compareTo(SHORT.multipliedBy(2)) > 0);
            assertThat(two.isValid()).isTrue();
            assertThat(client().semaphore(name(), 3).tryAcquire(2)).isEmpty();
        }
        assertThat(semaphore.available()).isEqualTo(3);
    }

    @Test
    void a_lease_that_passes_by_ticket_keeps_its_permits() throws Exception {
        DistributedSemaphore semaphore = client().semaphore(name(), 3);
        String ticket = semaphore.acquire(2, ANY).detach().encode();
        Lease adopted = client().adopt(LeaseTicket.decode(ticket));
        assertThat(adopted.ensure(Duration.ofSeconds(20))).isSameAs(adopted);
        assertThat(semaphore.available()).isEqualTo(1);
        LeaseTicket again = adopted.detach();
        assertThat(List.of(again.kind(), again.capacity(), again.permits()))
                .containsExactly(LockKind.SEMAPHORE, 3L, 2L);
        client().adopt(again).release();
        assertThat(semaphore.available()).isEqualTo(3);
    }

    @Test
    void numbers_that_make_no_sense_are_refused_by_name() {
        Mortise client = client();
        DistributedSemaphore semaphore = client.semaphore(name(), 3);
        for (int wrong : new int[] {0, -1, 4, Integer.MIN_VALUE}) {
            refused(wrong, () -> semaphore.acquire(wrong, ANY));
            refused(wrong, () -> semaphore.tryAcquire(wrong));
            refused(wrong, () -> semaphore.tryAcquire(wrong, ANY));
            refused(wrong, () -> semaphore.acquireAsync(wrong, ANY));
            refused(wrong, () -> semaphore.tryAcquireAsync(wrong, ANY));
        }
        refused(0, () -> client.semaphore(name(), 0));
        refused(Integer.MAX_VALUE, () -> client.semaphore(name(), Integer.MAX_VALUE));
        assertThatThrownBy(() -> client.semaphore("", 1)).isInstanceOf(IllegalArgumentException.class);
        assertThat(semaphore.inspect().isLocked()).isFalse();
        assertThat(semaphore.permits()).isEqualTo(3);
        assertThat(semaphore.name()).isEqualTo(name());
    }

    @Test
    void one_name_has_one_kind_and_one_number_while_it_is_used() throws Exception {
        Mortise client = client();
        Lease held = client.semaphore(name(), 3).acquire(1, ANY);
        DistributedSemaphore other = client.semaphore(name(), 4);
        assertThatThrownBy(() -> other.tryAcquire(1)).isInstanceOf(WrongKindException.class);
        assertThatThrownBy(() -> other.acquire(1, ANY)).isInstanceOf(WrongKindException.class);
        assertThatThrownBy(() -> client.lock(name()).tryAcquire()).isInstanceOf(WrongKindException.class);
        assertThat(other.available()).isEqualTo(2);
        held.release();
        Optional<Lease> free = other.tryAcquire(4);
        assertThat(free).isPresent();
        free.get().release();
        try (Lease mutex = client.lock(name()).acquire()) {
            assertThatThrownBy(() -> other.available()).isInstanceOf(WrongKindException.class);
        }
    }

    @Test
    void holders_that_are_gone_do_not_fix_the_number() throws Exception {
        Lease forgotten = client().semaphore(name(), 3).acquire(1, FIXED);
        DistributedSemaphore other = client().semaphore(name(), 4);
        get(forgotten.lost());
        until("its lease is over on the server too", () -> !other.inspect().isLocked());
        assertThat(other.tryAcquire(4)).isPresent();
    }
}
