package dev.mortise.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.mortise.AcquireOptions;
import dev.mortise.DistributedLock;
import dev.mortise.Lease;
import dev.mortise.LockInfo;
import dev.mortise.LockTimeoutException;
import dev.mortise.Mortise;
import dev.mortise.Owner;
import dev.mortise.ReleaseOutcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A wait for several locks: what it holds meanwhile, how it ends, and that nothing is left behind. */
@SuppressWarnings("try") // what is held is held for its time
abstract class AllOfWaitContract extends AllOfLeaseContract {
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
