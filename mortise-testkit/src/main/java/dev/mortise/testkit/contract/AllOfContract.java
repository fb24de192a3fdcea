package dev.mortise.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.mortise.AcquireOptions;
import dev.mortise.DistributedLock;
import dev.mortise.Lease;
import dev.mortise.LeaseLoss.Cause;
import dev.mortise.LeaseLostException;
import dev.mortise.LockInfo;
import dev.mortise.LockTimeoutException;
import dev.mortise.LockUnavailableException;
import dev.mortise.Mortise;
import dev.mortise.Owner;
import dev.mortise.ReleaseOutcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Lock;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What {@link Mortise#allOf} promises of acquiring: all or none, in one order, within one time. */
@SuppressWarnings("try") // what is held is held for its time
public abstract class AllOfContract extends AllOfLeaseContract {
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
    void it_waits_for_what_is_missing_and_holds_what_it_has() throws Exception {
        Mortise there = client();
        Lease held = there.lock(b()).acquire();
        DistributedLock all = client().allOf(c(), b(), a());
        Background<Lease> waiter = Background.start(() -> all.acquire());
        untilWaiting(there.lock(b()), 1);
        assertThat(there.lock(a()).isLocked()).isTrue();
        assertThat(there.lock(c()).isLocked()).isFalse();
        LockInfo info = all.inspect();
        assertThat(info.holders()).hasSize(2);
        assertThat(info.waiters()).hasSize(1);
        assertThat(info.used()).isEqualTo(2);
        assertThat(info.permits()).isEqualTo(3);
        assertThat(info.name()).isEqualTo(all.name());
        held.release();
        try (Lease lease = waiter.get()) {
            assertThat(lease.isValid()).isTrue();
            assertThat(lease.fencingToken(b())).isGreaterThan(held.fencingToken());
            assertThat(there.lock(c()).isLocked()).isTrue();
        }
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
    void a_time_out_names_the_lock_that_was_missing_and_leaves_nothing_behind() throws Exception {
        Mortise there = client();
        DistributedLock all = client().allOf(a(), b(), c());
        AcquireOptions told = AcquireOptions.defaults().owner(Owner.of("job 7"));
        try (Lease held = there.lock(b()).acquire(told)) {
            long start = System.nanoTime();
            LockTimeoutException timeout =
                    catchThrowableOfType(LockTimeoutException.class, () -> all.acquire(Duration.ofMillis(150)));
            assertThat(since(start)).isGreaterThanOrEqualTo(Duration.ofMillis(150));
            assertThat(timeout.lockName()).isEqualTo(b());
            assertThat(timeout.waited()).isGreaterThanOrEqualTo(Duration.ofMillis(150));
            assertThat(timeout.place()).isEqualTo(1);
            assertThat(timeout.holders())
                    .singleElement()
                    .satisfies(holder -> assertThat(holder.owner()).isEqualTo("job 7"));
            assertThat(there.lock(a()).isLocked()).isFalse();
            assertThat(there.lock(b()).inspect().waiters()).isEmpty();
            assertThatThrownBy(() -> all.acquire(Duration.ZERO))
                    .isInstanceOfSatisfying(
                            LockTimeoutException.class,
                            now -> assertThat(now.lockName()).isEqualTo(b()));
            assertThat(there.lock(a()).isLocked()).isFalse();
        }
        allFree();
    }

    @Test
    void the_time_is_one_for_all() throws Exception {
        Mortise there = client();
        Lease first = there.lock(a()).acquire();
        try (Lease second = there.lock(b()).acquire()) {
            Background<Optional<Lease>> waiter =
                    Background.start(() -> client().allOf(a(), b()).tryAcquire(Duration.ofSeconds(3)));
            untilWaiting(there.lock(a()), 1);
            first.release();
            assertThat(waiter.get()).isEmpty();
            assertThat(there.lock(a()).isLocked()).isFalse();
        }
    }

    @Test
    void an_interrupt_gives_all_back_first() throws Exception {
        Mortise there = client();
        try (Lease held = there.lock(b()).acquire()) {
            Background<Lease> waiter =
                    Background.start(() -> client().allOf(a(), b()).acquire());
            untilWaiting(there.lock(b()), 1);
            waiter.thread().interrupt();
            assertThat(waiter.failure()).isInstanceOf(InterruptedException.class);
            assertThat(there.lock(a()).isLocked()).isFalse();
            assertThat(there.lock(b()).inspect().waiters()).isEmpty();
            Background<Lease> early = Background.start(() -> {
                Thread.currentThread().interrupt();
                return there.allOf(a(), c()).acquire();
            });
            assertThat(early.failure()).isInstanceOf(InterruptedException.class);
        }
        allFree();
    }

    @Test
    void an_interrupt_that_crosses_with_the_grant_loses_no_lock() throws Exception {
        Mortise here = client();
        Mortise there = client();
        for (int i = 0; i < 25; i++) {
            Lease held = there.lock(b()).acquire(PATIENCE);
            Background<Lease> waiter =
                    Background.start(() -> here.allOf(a(), b()).acquire());
            untilWaiting(there.lock(b()), 1);
            Background<ReleaseOutcome> release = Background.start(held::release);
            waiter.thread().interrupt();
            assertThat(release.get()).isEqualTo(ReleaseOutcome.RELEASED);
            until("ended", waiter::isDone);
            try {
                waiter.get().release();
            } catch (AssertionError interrupted) {
                assertThat(interrupted).hasCauseInstanceOf(InterruptedException.class);
            }
            allFree();
        }
    }

    @Test
    void a_cancel_gives_all_back() throws Exception {
        Mortise there = client();
        DistributedLock all = client().allOf(a(), b());
        try (Lease held = there.lock(b()).acquire()) {
            CompletableFuture<Lease> waiter = all.acquireAsync(AcquireOptions.defaults());
            untilWaiting(there.lock(b()), 1);
            assertThat(waiter.cancel(false)).isTrue();
            untilFree(there.lock(a()));
            untilWaiting(there.lock(b()), 0);
        }
        for (int i = 0; i < 25; i++) {
            CompletableFuture<Lease> crossing = all.acquireAsync(AcquireOptions.defaults());
            if (!crossing.cancel(false)) {
                get(crossing).release();
            }
            allFree();
        }
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
    void a_waiter_that_loses_a_part_begins_again() throws Exception {
        Mortise there = client();
        Lease held = there.lock(b()).acquire();
        Background<Lease> waiter =
                Background.start(() -> client().allOf(a(), b()).acquire());
        untilWaiting(there.lock(b()), 1);
        long before = there.lock(a()).inspect().holders().get(0).fencingToken();
        there.admin().forceRelease(a(), "by the contract");
        until(
                "it has another",
                () -> there.lock(a()).inspect().holders().stream().anyMatch(holder -> holder.fencingToken() > before));
        untilWaiting(there.lock(b()), 1);
        held.release();
        try (Lease lease = waiter.get()) {
            assertThat(lease.isValid()).isTrue();
            assertThat(lease.fencingToken(a())).isGreaterThan(before);
            assertThat(there.lock(a()).tryAcquire()).isEmpty();
        }
        allFree();
    }

    @Test
    void it_takes_over_from_a_lease_that_is_over() throws Exception {
        Mortise there = client();
        for (Duration wait : List.of(Duration.ZERO, PATIENCE)) {
            Lease held = there.lock(b()).acquire(expiring());
            until("over", () -> !there.lock(b()).isLocked());
            Optional<Lease> lease = client().allOf(a(), b()).tryAcquire(wait);
            assertThat(lease.orElseThrow().fencingToken(b())).isGreaterThan(held.fencingToken());
            lease.get().release();
            assertThat(held.release()).isEqualTo(ReleaseOutcome.LOST);
        }
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

    @Test
    void waiters_of_many_sets_all_get_their_turn() {
        List<Mortise> clients = List.of(client(), client());
        List<CompletableFuture<Lease>> waiters = new ArrayList<>();
        Lease held = clients.get(0).allOf(a(), b()).tryAcquire().orElseThrow();
        for (int i = 0; i < 20; i++) {
            DistributedLock all = clients.get(i % 2).allOf(i % 3 == 0 ? c() : b(), a());
            CompletableFuture<Lease> waiter = all.acquireAsync(AcquireOptions.defaults());
            waiter.thenAccept(Lease::releaseAsync);
            waiters.add(waiter);
        }
        held.release();
        waiters.forEach(ContractClients::get);
        allFree();
    }
}
