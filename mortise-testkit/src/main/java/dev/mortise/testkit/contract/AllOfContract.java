package dev.mortise.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mortise.AcquireOptions;
import dev.mortise.DistributedLock;
import dev.mortise.Lease;
import dev.mortise.LeaseLoss.Cause;
import dev.mortise.LeaseLostException;
import dev.mortise.LockInfo;
import dev.mortise.LockTimeoutException;
import dev.mortise.LockUnavailableException;
import dev.mortise.Mortise;
import dev.mortise.ReleaseOutcome;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Lock;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What {@link Mortise#allOf} promises of acquiring: all or none, in one order, within one time. */
@SuppressWarnings("try") // what is held is held for its time
public abstract class AllOfContract extends AllOfWaitContract {
    /** For subclasses. */
    protected AllOfContract() {}

    @Test
    void all_of_them_are_held_and_then_free() throws Exception {
        Mortise here = client();
        Mortise there = client();
        DistributedLock all = here.allOf(a(), b(), c());
        assertThat(all.isLocked()).isFalse();
        Lease lease = all.acquire();
        for (String name : List.of(a(), b(), c())) {
            assertThat(there.lock(name).tryAcquire()).isEmpty();
        }
        assertThat(all.isLocked()).isTrue();
        assertThat(here.allOf(c(), "other" + c()).tryAcquire()).isEmpty();
        assertThat(there.lock("other" + c()).isLocked()).isFalse();
        assertThat(lease.release()).isEqualTo(ReleaseOutcome.RELEASED);
        assertThat(lease.release()).isEqualTo(ReleaseOutcome.RELEASED);
        lease.close();
        allFree();
    }

    @Test
    void none_is_had_while_one_is_held() throws Exception {
        DistributedLock all = client().allOf(a(), b(), c());
        Mortise there = client();
        for (String held : List.of(a(), b(), c())) {
            try (Lease lease = there.lock(held).acquire()) {
                assertThat(all.tryAcquire()).isEmpty();
                assertThat(all.tryAcquire(Duration.ZERO)).isEmpty();
                assertThat(all.tryAcquire(Duration.ofMillis(20))).isEmpty();
                assertThat(all.isLocked()).isTrue();
                for (String other : List.of(a(), b(), c())) {
                    LockInfo info = there.lock(other).inspect();
                    assertThat(info.isLocked()).isEqualTo(other.equals(held));
                    assertThat(info.waiters()).isEmpty();
                }
            }
        }
        assertThat(all.tryAcquire().map(Lease::release)).contains(ReleaseOutcome.RELEASED);
        allFree();
    }

    @Test
    void overlapping_sets_in_opposite_order_exclude_each_other_and_never_deadlock() {
        Mortise here = client();
        Mortise there = client();
        List<DistributedLock> locks = List.of(
                here.allOf(a(), b()),
                there.allOf(b(), a()),
                here.allOf(c(), b(), a()),
                there.allOf(c(), a()),
                here.lock(a()),
                there.lock(a()));
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger overlaps = new AtomicInteger();
        AtomicInteger entries = new AtomicInteger();
        List<Background<Boolean>> workers = locks.stream()
                .map(lock -> Background.start(() -> {
                    for (int turn = 0; turn < 15; turn++) {
                        try (Lease lease = lock.acquire()) {
                            overlaps.addAndGet(inside.incrementAndGet() - 1);
                            Thread.onSpinWait();
                            inside.decrementAndGet();
                            entries.incrementAndGet();
                        }
                    }
                    return true;
                }))
                .toList();
        workers.forEach(Background::get);
        assertThat(overlaps).hasValue(0);
        assertThat(entries).hasValue(15 * locks.size());
        allFree();
    }

    @Test
    void names_are_put_in_order_and_duplicates_collapse() throws Exception {
        Mortise client = client();
        DistributedLock all = client.allOf(b(), a(), b(), a());
        assertThat(all.name()).isEqualTo(a() + " + " + b());
        try (Lease lease = all.acquire()) {
            assertThat(lease.lockName()).isEqualTo(all.name());
            assertThat(all.inspect().holders()).hasSize(2);
        }
        DistributedLock one = client.allOf(a(), a());
        assertThat(one.name()).isEqualTo(a());
        try (Lease lease = one.acquire()) {
            assertThat(lease.lockName()).isEqualTo(a());
            assertThat(client.lock(a()).tryAcquire()).isEmpty();
        }
    }

    @Test
    @SuppressWarnings("NullAway") // what a caller without that check may pass
    void wrong_names_are_refused_at_once() {
        Mortise client = client();
        String[] many = IntStream.range(0, 65).mapToObj(i -> "n" + i).toArray(String[]::new);
        assertThatThrownBy(client::allOf)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("names");
        assertThatThrownBy(() -> client.allOf(many))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("64");
        assertThatThrownBy(() -> client.allOf(a(), ""))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("name");
        assertThatThrownBy(() -> client.allOf((String[]) null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> client.allOf(a(), null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> client.allOf(a(), b()).acquire((AcquireOptions) null))
                .isInstanceOf(NullPointerException.class);
        client.close();
        assertThatThrownBy(() -> client.allOf(a(), b())).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void as_many_as_there_may_be_are_had_at_once() throws Exception {
        String[] many = IntStream.range(0, 64).mapToObj(i -> a() + i).toArray(String[]::new);
        DistributedLock all = client().allOf(many);
        try (Lease lease = all.acquire()) {
            assertThat(lease.isValid()).isTrue();
            assertThat(client().lock(many[63]).tryAcquire()).isEmpty();
        }
        assertThat(all.isLocked()).isFalse();
    }

    @Test
    void asynchronously_it_is_the_same() throws Exception {
        Mortise there = client();
        Mortise here = client();
        DistributedLock all = here.allOf(a(), b());
        Lease lease = get(all.acquireAsync(AcquireOptions.defaults()));
        assertThat(get(all.tryAcquireAsync(AcquireOptions.noWait()))).isEmpty();
        assertThat(failure(all.acquireAsync(AcquireOptions.noWait())))
                .isInstanceOfSatisfying(
                        LockTimeoutException.class,
                        timeout -> assertThat(timeout.lockName()).isEqualTo(a()));
        CompletableFuture<String> thread = all.acquireAsync(AcquireOptions.defaults())
                .thenApply(next -> {
                    next.releaseAsync();
                    return Thread.currentThread().getName();
                });
        untilWaiting(here.lock(a()), 1);
        assertThat(get(lease.releaseAsync())).isEqualTo(ReleaseOutcome.RELEASED);
        assertThat(get(thread)).startsWith("mortise-callback");
        CompletableFuture<Boolean> called = all.callAsync(
                AcquireOptions.defaults(),
                held -> CompletableFuture.completedFuture(there.lock(b()).isLocked()));
        assertThat(get(called).booleanValue()).isTrue();
        allFree();
    }

    @Test
    void a_view_whose_client_was_closed_says_at_its_last_unlock_that_the_locks_were_lost() {
        Mortise here = client();
        Lock view = here.allOf(a(), b()).asLock();
        view.lock();
        here.close();
        assertThatThrownBy(view::unlock)
                .isInstanceOfSatisfying(
                        LeaseLostException.class,
                        lost -> assertThat(lost.loss().cause()).isEqualTo(Cause.CLIENT_CLOSED));
        allFree();
    }

    @Test
    void holders_of_several_locks_end_in_peace_while_waits_for_several_end_at_once() throws Exception {
        Mortise there = client();
        Mortise here = client();
        Lease own = here.allOf(c(), "own" + c()).acquire();
        try (Lease held = there.lock(b()).acquire()) {
            Background<Lease> waiter =
                    Background.start(() -> here.allOf(a(), b()).acquire());
            untilWaiting(there.lock(b()), 1);
            Background<Boolean> closing = ClosingContract.closing(here, PATIENCE);
            assertThat(waiter.failure()).isInstanceOf(LockUnavailableException.class);
            assertThat(there.lock(a()).isLocked()).isFalse();
            assertThat(own.isValid()).isTrue();
            assertThat(own.release()).isEqualTo(ReleaseOutcome.RELEASED);
            assertThat(closing.get()).isFalse();
        }
        allFree();
    }

    @Test
    void closing_the_client_ends_waits_and_leases() throws Exception {
        Mortise there = client();
        Mortise here = client();
        Lease own = here.allOf(c(), "own" + c()).acquire();
        try (Lease held = there.lock(b()).acquire()) {
            Background<Lease> waiter =
                    Background.start(() -> here.allOf(a(), b()).acquire());
            untilWaiting(there.lock(b()), 1);
            here.close();
            assertThat(waiter.failure()).isInstanceOf(LockUnavailableException.class);
            assertThat(there.lock(b()).inspect().waiters()).isEmpty();
        }
        assertThat(own.isValid()).isFalse();
        assertThat(own.release()).isEqualTo(ReleaseOutcome.LOST);
        assertThatThrownBy(() -> own.ensure(Duration.ofMillis(1))).isInstanceOf(LeaseLostException.class);
        allFree();
        assertThat(there.lock("own" + c()).isLocked()).isFalse();
    }
}
