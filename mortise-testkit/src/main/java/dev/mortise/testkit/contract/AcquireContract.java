package dev.mortise.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.mortise.AcquireOptions;
import dev.mortise.DistributedLock;
import dev.mortise.Lease;
import dev.mortise.LeaseLostException;
import dev.mortise.LockInfo;
import dev.mortise.LockTimeoutException;
import dev.mortise.Mortise;
import dev.mortise.Owner;
import dev.mortise.ReleaseOutcome;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Acquiring by a thread: exclusion, order, tokens, time-outs, {@code call}. */
@SuppressWarnings("try") // what is held is held for its time
abstract class AcquireContract extends InterruptContract {
    @Test
    void one_client_holds_at_a_time() throws Exception {
        DistributedLock here = client().lock(name());
        DistributedLock there = client().lock(name());
        Lease lease = here.acquire();
        assertThat(there.tryAcquire()).isEmpty();
        assertThat(here.tryAcquire()).isEmpty();
        assertThat(there.isLocked()).isTrue();
        assertThat(lease.release()).isEqualTo(ReleaseOutcome.RELEASED);
        assertThat(there.isLocked()).isFalse();
        try (Lease next = there.tryAcquire().orElseThrow()) {
            assertThat(next.isValid()).isTrue();
            assertThat(here.tryAcquire()).isEmpty();
        }
    }

    @Test
    void different_names_do_not_meet() throws Exception {
        Mortise client = client();
        try (Lease one = client.lock(name()).acquire();
                Lease other = client.lock(name() + "x").acquire()) {
            assertThat(one.lockName()).isEqualTo(name());
            assertThat(other.lockName()).isEqualTo(name() + "x");
            assertThat(other.id()).isNotEqualTo(one.id());
        }
    }

    @Test
    void threads_of_several_clients_exclude_each_other() throws Exception {
        List<Mortise> clients = List.of(client(), client(), client());
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger entries = new AtomicInteger();
        AtomicInteger overlaps = new AtomicInteger();
        List<Background<Boolean>> workers = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            DistributedLock lock = clients.get(i % 3).lock(name());
            workers.add(Background.start(() -> {
                for (int turn = 0; turn < 20; turn++) {
                    try (Lease lease = lock.acquire()) {
                        overlaps.addAndGet(inside.incrementAndGet() - 1);
                        Thread.onSpinWait();
                        inside.decrementAndGet();
                        entries.incrementAndGet();
                    }
                }
                return true;
            }));
        }
        workers.forEach(Background::get);
        assertThat(overlaps).hasValue(0);
        assertThat(entries).hasValue(180);
        untilFree(clients.get(0).lock(name()));
    }

    @Test
    void waiters_are_served_in_the_order_they_came() throws Exception {
        needsOneAuthority();
        ClientSettings inOrder = ClientSettings.defaults().servingInOrder();
        List<Mortise> clients = List.of(client(inOrder), client(inOrder), client(inOrder));
        Lease held = clients.get(0).lock(name()).acquire();
        List<Integer> order = new CopyOnWriteArrayList<>();
        List<Background<Boolean>> waiters = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            int number = i;
            DistributedLock lock = clients.get(i % 3).lock(name());
            waiters.add(Background.start(() -> {
                try (Lease lease = lock.acquire()) {
                    return order.add(number);
                }
            }));
            untilWaiting(lock, i + 1);
        }
        held.release();
        waiters.forEach(Background::get);
        assertThat(order).containsExactly(0, 1, 2, 3, 4, 5);
    }

    @Test
    void a_newcomer_does_not_overtake_the_queue() throws Exception {
        needsOneAuthority();
        DistributedLock here = client().lock(name());
        DistributedLock there = client().lock(name());
        Lease held = here.acquire();
        Background<Lease> waiter = waiting(there, 0);
        held.release();
        assertThat(here.tryAcquire()).isEmpty();
        waiter.get().release();
    }

    @Test
    void tokens_increase_strictly_over_all_grants() throws Exception {
        List<Mortise> clients = List.of(client(), client());
        long last = 0;
        for (int i = 0; i < 20; i++) {
            try (Lease lease = clients.get(i % 2).lock(name()).acquire()) {
                assertThat(lease.fencingToken()).isGreaterThan(last);
                last = lease.fencingToken();
                assertThat(lease.fencingToken()).isEqualTo(last);
            }
        }
        Lease held = clients.get(0).lock(name()).acquire();
        assertThat(held.fencingToken()).isGreaterThan(last);
        Background<Lease> waiter = waiting(clients.get(1).lock(name()), 0);
        held.release();
        try (Lease handedOn = waiter.get()) {
            assertThat(handedOn.fencingToken()).isGreaterThan(held.fencingToken());
        }
    }

    @Test
    void asking_without_waiting_leaves_no_waiter() throws Exception {
        DistributedLock lock = client().lock(name());
        try (Lease held = lock.acquire()) {
            assertThat(lock.tryAcquire()).isEmpty();
            assertThat(lock.tryAcquire(Duration.ZERO)).isEmpty();
            assertThat(lock.tryAcquire(AcquireOptions.noWait())).isEmpty();
            assertThat(lock.inspect().waiters()).isEmpty();
        }
        assertThat(lock.tryAcquire(Duration.ZERO).map(Lease::release)).contains(ReleaseOutcome.RELEASED);
        assertThat(lock.tryAcquire(AcquireOptions.noWait()).map(Lease::release)).contains(ReleaseOutcome.RELEASED);
    }

    @Test
    void a_wait_in_vain_lasts_as_long_as_it_was_asked_for() throws Exception {
        DistributedLock lock = client().lock(name());
        try (Lease held = lock.acquire()) {
            for (int millis : new int[] {1, 30, 250}) {
                Duration wait = Duration.ofMillis(millis);
                long start = System.nanoTime();
                assertThat(lock.tryAcquire(wait)).isEmpty();
                assertThat(since(start)).isGreaterThanOrEqualTo(wait).isLessThan(Duration.ofSeconds(10));
                start = System.nanoTime();
                assertThatThrownBy(() -> lock.acquire(wait)).isInstanceOf(LockTimeoutException.class);
                assertThat(since(start)).isGreaterThanOrEqualTo(wait).isLessThan(Duration.ofSeconds(10));
            }
            assertThat(lock.inspect().waiters()).isEmpty();
        }
    }

    @Test
    void a_free_lock_is_had_however_short_the_wait() throws Exception {
        DistributedLock lock = client().lock(name());
        for (Duration wait : List.of(Duration.ofNanos(1), Duration.ofMillis(1), Duration.ofDays(365))) {
            assertThat(lock.tryAcquire(wait).map(Lease::release)).contains(ReleaseOutcome.RELEASED);
            assertThat(lock.acquire(wait).release()).isEqualTo(ReleaseOutcome.RELEASED);
        }
        assertThat(lock.acquire(AcquireOptions.FOREVER).release()).isEqualTo(ReleaseOutcome.RELEASED);
    }

    @Test
    void a_time_out_says_who_holds_the_lock_and_who_waits() throws Exception {
        DistributedLock here =
                client(ClientSettings.defaults().named("billing")).lock(name());
        DistributedLock there = client(ClientSettings.defaults().named("web")).lock(name());
        AcquireOptions told = AcquireOptions.defaults().owner(Owner.of("job 7")).label("nightly run");
        try (Lease held = here.acquire(told)) {
            Background<Lease> first = waiting(client().lock(name()), 0);
            LockTimeoutException timeout = catchThrowableOfType(
                    LockTimeoutException.class, () -> there.acquire(AcquireOptions.waitUpTo(Duration.ofMillis(200))));
            assertThat(timeout.lockName()).isEqualTo(name());
            assertThat(timeout.waited()).isGreaterThanOrEqualTo(Duration.ofMillis(200));
            assertThat(timeout.place()).isEqualTo(2);
            LockInfo.Holder holder = timeout.holders().get(0);
            assertThat(holder.owner()).isEqualTo("job 7");
            assertThat(holder.label()).isEqualTo("nightly run");
            assertThat(holder.client().name()).isEqualTo("billing");
            assertThat(holder.client().pid()).isEqualTo(ProcessHandle.current().pid());
            assertThat(holder.client().host()).isNotEmpty();
            assertThat(holder.fencingToken()).isEqualTo(held.fencingToken());
            assertThat(holder.expiresIn().orElseThrow()).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(30));
            assertThat(timeout.info().orElseThrow().waiters()).hasSize(1);
            assertThat(timeout)
                    .hasMessageContainingAll(
                            name(), "job 7", "nightly run", "billing", "place in the queue 2", "1 other waits")
                    .hasMessageNotContaining(held.id());
            held.release();
            first.get().release();
        }
    }

    @Test
    void a_time_out_without_waiting_says_who_holds_the_lock() throws Exception {
        DistributedLock lock = client().lock(name());
        try (Lease held = lock.acquire()) {
            LockTimeoutException timeout =
                    catchThrowableOfType(LockTimeoutException.class, () -> lock.acquire(Duration.ZERO));
            assertThat(timeout.place()).isZero();
            assertThat(timeout.holders())
                    .singleElement()
                    .satisfies(holder -> assertThat(holder.owner())
                            .startsWith(Thread.currentThread().getName()));
            assertThat(held.isValid()).isTrue();
        }
    }

    @Test
    void inspect_shows_holder_and_queue() throws Exception {
        DistributedLock lock = client().lock(name());
        LockInfo free = lock.inspect();
        assertThat(free.isLocked()).isFalse();
        assertThat(free.holders()).isEmpty();
        assertThat(free.permits()).isEqualTo(1);
        try (Lease held = lock.acquire(AcquireOptions.defaults().owner(Owner.none()))) {
            Background<Lease> waiter = waiting(client().lock(name()), 0);
            LockInfo info = lock.inspect();
            assertThat(info.name()).isEqualTo(name());
            assertThat(info.used()).isEqualTo(1);
            assertThat(info.lastFencingToken()).isGreaterThanOrEqualTo(held.fencingToken());
            assertThat(info.holders().get(0).owner()).isEmpty();
            assertThat(info.waiters().get(0).place()).isEqualTo(1);
            assertThat(info.waiters().get(0).owner()).startsWith("contract-background");
            held.release();
            waiter.get().release();
        }
        untilFree(lock);
    }

    @Test
    void call_releases_and_returns_what_the_body_returned() throws Exception {
        DistributedLock lock = client().lock(name());
        String answer = lock.call(AcquireOptions.defaults(), lease -> {
            assertThat(lock.isLocked()).isTrue();
            return "done by " + lease.lockName();
        });
        assertThat(answer).isEqualTo("done by " + name());
        assertThat(lock.isLocked()).isFalse();
    }

    @Test
    void call_passes_on_what_the_body_threw() {
        DistributedLock lock = client().lock(name());
        List<Throwable> all =
                List.of(new IOException("checked"), new IllegalStateException("unchecked"), new StackOverflowError());
        for (Throwable thrown : all) {
            assertThatThrownBy(() -> lock.<String, Throwable>call(AcquireOptions.defaults(), lease -> {
                        throw thrown;
                    }))
                    .isSameAs(thrown);
            assertThat(lock.isLocked()).isFalse();
        }
    }

    @Test
    void call_reports_a_loss_behind_a_body_that_ended_well() {
        Mortise client = client();
        DistributedLock lock = client.lock(name());
        assertThatThrownBy(() -> lock.call(AcquireOptions.defaults(), lease -> {
                    client.admin().forceRelease(name(), "contract");
                    until("lost", () -> !lease.isValid());
                    return "too late";
                }))
                .isInstanceOf(LeaseLostException.class);
        IOException own = new IOException("own");
        assertThatThrownBy(() -> lock.<String, IOException>call(AcquireOptions.defaults(), lease -> {
                    client.admin().forceRelease(name(), "contract");
                    throw own;
                }))
                .isSameAs(own);
    }
}
