package dev.mortise.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mortise.AcquireOptions;
import dev.mortise.DistributedLock;
import dev.mortise.DistributedReadWriteLock;
import dev.mortise.Lease;
import dev.mortise.LeaseLoss.Cause;
import dev.mortise.LeaseTicket;
import dev.mortise.LockEvent;
import dev.mortise.LockInfo;
import dev.mortise.LockKind;
import dev.mortise.LockListener;
import dev.mortise.LockUnavailableException;
import dev.mortise.Mortise;
import dev.mortise.Owner;
import dev.mortise.QueueFullException;
import dev.mortise.ReleaseOutcome;
import dev.mortise.admin.LockAdmin;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The end of a client, leaks, events and administration. */
@SuppressWarnings("try") // what is held is held for its time
abstract class LifecycleContract extends ThreadLockContract {
    @Test
    void close_ends_waits_and_leases() throws Exception {
        Mortise here = client();
        Mortise there = client();
        Lease mine = here.lock(name()).acquire();
        Lease other = Kept.kept(
                here.lock(name() + "other").acquire(AcquireOptions.defaults().untilReleased()));
        Lease theirs = there.lock(name() + "theirs").acquire();
        Background<Lease> waiter = waiting(here.lock(name() + "theirs"), 0);
        CompletableFuture<Lease> future = here.lock(name() + "theirs").acquireAsync(AcquireOptions.defaults());
        untilWaiting(here.lock(name() + "theirs"), 2);
        Background<Lease> heir = waiting(there.lock(name()), 0);
        here.close();
        assertThat(waiter.failure()).isInstanceOf(LockUnavailableException.class);
        assertThat(failure(future)).isInstanceOf(LockUnavailableException.class);
        assertThat(get(mine.lost()).cause()).isEqualTo(Cause.CLIENT_CLOSED);
        assertThat(get(other.lost()).cause()).isEqualTo(Cause.CLIENT_CLOSED);
        assertThat(mine.isValid() || other.isValid()).isFalse();
        assertThat(mine.release()).isEqualTo(ReleaseOutcome.LOST);
        assertThat(heir.get().release()).isEqualTo(ReleaseOutcome.RELEASED);
        assertThat(there.lock(name() + "other").isLocked()).isFalse();
        assertThat(there.lock(name() + "theirs").inspect().waiters()).isEmpty();
        assertThat(theirs.release()).isEqualTo(ReleaseOutcome.RELEASED);
    }

    @Test
    void close_is_idempotent_and_works_while_interrupted() {
        Mortise client = client();
        Background<Boolean> closing = Background.start(() -> {
            assertThat(client.lock(name()).tryAcquire()).isPresent();
            Thread.currentThread().interrupt();
            client.close();
            client.close();
            return Thread.interrupted();
        });
        assertThat(closing.get()).isTrue();
        client.close();
        assertThat(client().lock(name()).isLocked()).isFalse();
    }

    @Test
    void a_closed_client_refuses_everything() throws Exception {
        Mortise client = client();
        DistributedLock lock = client.lock(name());
        LockAdmin admin = client.admin();
        LeaseTicket ticket = client().lock(name() + "x").acquire().detach();
        client.close();
        assertThatThrownBy(() -> client.lock(name())).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> client.adopt(ticket)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(client::admin).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(lock::acquire).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(lock::tryAcquire).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> lock.acquireAsync(AcquireOptions.defaults()))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(lock::isLocked).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(lock::inspect).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> lock.asLock().lock()).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> admin.inspect(name())).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> admin.forceRelease(name(), "contract")).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> admin.collect(name())).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void close_amid_traffic_leaves_nobody_hanging() {
        for (int round = 0; round < 5; round++) {
            Mortise busy = client();
            AtomicInteger turns = new AtomicInteger();
            List<Background<Boolean>> workers = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                boolean asynchronous = i % 2 == 0;
                workers.add(Background.start(() -> {
                    while (true) {
                        DistributedLock lock = busy.lock(name());
                        Lease lease = asynchronous ? get(lock.acquireAsync(AcquireOptions.defaults())) : lock.acquire();
                        turns.incrementAndGet();
                        lease.release();
                    }
                }));
            }
            until("traffic", () -> turns.get() > 20);
            busy.close();
            workers.forEach(worker -> assertThat(worker.failure())
                    .satisfiesAnyOf(
                            end -> assertThat(end).isInstanceOf(LockUnavailableException.class),
                            end -> assertThat(end).isInstanceOf(IllegalStateException.class),
                            end -> assertThat(end).hasCauseInstanceOf(LockUnavailableException.class)));
        }
    }

    @Test
    void a_leaked_lease_is_reported_and_let_go() throws Exception {
        Recorder events = new Recorder();
        Mortise client = lasting(events);
        DistributedLock lock = client.lock(name());
        long token = drop(lock);
        untilLeaked(client, events, 1);
        assertThat(events.of(LockEvent.Leaked.class).get(0).lockName()).isEqualTo(name());
        assertThat(events.of(LockEvent.Leaked.class).get(0).fencingToken()).isEqualTo(token);
        assertThat(client.status().counters().leaked()).isOne();
        untilFree(lock);
    }

    @Test
    void events_come_in_order_and_not_on_the_callers_thread() throws Exception {
        Recorder events = new Recorder();
        Mortise client = client(ClientSettings.defaults().heardBy(events));
        DistributedLock lock = client.lock(name());
        Lease held = lock.acquire();
        assertThat(lock.tryAcquire()).isEmpty();
        Background<Lease> waiter = waiting(lock, 0);
        // It stands in the queue before that is told, and is not told any more once it has been granted the lock.
        until("the wait is told", () -> events.count(LockEvent.Queued.class) == 1);
        held.release();
        waiter.get().release();
        Lease lost = lock.acquire();
        client.admin().forceRelease(name(), "contract");
        get(lost.lost());
        until("all are here", () -> events.count(LockEvent.Lost.class) == 1);
        List<String> kinds = new ArrayList<>();
        events.all().forEach(event -> kinds.add(event.getClass().getSimpleName()));
        assertThat(kinds)
                .containsSubsequence("Acquired", "NotAcquired", "Queued", "Released", "Released", "Acquired", "Lost");
        assertThat(kinds.subList(0, 3)).containsExactly("Acquired", "NotAcquired", "Queued");
        assertThat(events.of(LockEvent.Acquired.class))
                .extracting(LockEvent.Acquired::queued)
                .containsExactly(false, true, false);
        assertThat(events.of(LockEvent.Queued.class).get(0).place()).isEqualTo(1);
        assertThat(events.of(LockEvent.NotAcquired.class).get(0).reason())
                .isEqualTo(LockEvent.NotAcquired.Reason.TIMEOUT);
        assertThat(events.of(LockEvent.Released.class))
                .extracting(LockEvent.Released::outcome)
                .containsOnly(ReleaseOutcome.RELEASED);
        assertThat(events.of(LockEvent.Lost.class).get(0).loss().cause()).isEqualTo(Cause.FORCED);
        assertThat(events.threads()).allMatch(thread -> thread.startsWith("mortise-callback"));
    }

    @Test
    void events_say_what_kind_of_lock_who_and_under_which_label() throws Exception {
        Recorder events = new Recorder();
        Mortise client = client(ClientSettings.defaults().heardBy(events));
        AcquireOptions options =
                AcquireOptions.noWait().owner(Owner.of("importer")).label("nightly");
        DistributedReadWriteLock both = client.readWriteLock(name() + "rw");
        Lease write = both.writeLock().acquire(options);
        assertThat(both.readLock().tryAcquire(options)).isEmpty();
        write.release();
        Lease lost = client.lock(name()).acquire(options);
        client.admin().forceRelease(name(), "contract");
        get(lost.lost());
        until("all are here", () -> events.count(LockEvent.Lost.class) == 1);
        List<LockEvent.Use> uses = events.of(LockEvent.Use.class);
        assertThat(uses)
                .extracting(LockEvent.Use::kind)
                .containsExactly(
                        LockKind.READ_WRITE, LockKind.READ_WRITE, LockKind.READ_WRITE, LockKind.MUTEX, LockKind.MUTEX);
        assertThat(uses).extracting(LockEvent.Use::owner).containsOnly("importer");
        assertThat(uses).extracting(LockEvent.Use::label).containsOnly("nightly");
    }

    @Test
    void a_listener_that_throws_does_no_harm() throws Exception {
        AtomicInteger heard = new AtomicInteger();
        Mortise client = client(ClientSettings.defaults().heardBy(event -> {
            heard.incrementAndGet();
            throw new AssertionError("a bad listener");
        }));
        client.lock(name()).acquire().close();
        client.lock(name()).acquire().close();
        until("heard", () -> heard.get() == 4);
    }

    @Test
    void each_listener_hears_every_event_whatever_another_throws() throws Exception {
        Recorder first = new Recorder();
        Recorder last = new Recorder();
        LockListener bad = event -> {
            throw new AssertionError("a bad listener");
        };
        Mortise client = client(ClientSettings.defaults().heardBy(first, bad, last));
        client.lock(name()).acquire().close();
        until(
                "both have heard",
                () -> first.count(LockEvent.Released.class) == 1 && last.all().size() == 2);
        assertThat(last.all()).isEqualTo(first.all());
    }

    @Test
    void a_listener_that_hangs_delays_no_lock() throws Exception {
        CompletableFuture<Void> forever = new CompletableFuture<>();
        Mortise client = client(ClientSettings.defaults().leasing(SHORT).heardBy(event -> forever.join()));
        try (Lease lease = client.lock(name()).acquire()) {
            long start = System.nanoTime();
            until("its length is over", () -> since(start).compareTo(SHORT.plusMillis(300)) > 0);
            assertThat(lease.isValid()).isTrue();
        } finally {
            forever.complete(null);
        }
    }

    @Test
    void a_full_queue_refuses_and_keeps_those_who_wait() throws Exception {
        Mortise client = client(ClientSettings.defaults().queueing(2));
        DistributedLock lock = client.lock(name());
        Lease held = lock.acquire();
        Background<Lease> first = waiting(lock, 0);
        CompletableFuture<Lease> second = lock.acquireAsync(AcquireOptions.defaults());
        untilWaiting(lock, 2);
        assertThatThrownBy(lock::acquire).isInstanceOf(QueueFullException.class).hasMessageContaining("2");
        assertThatThrownBy(() -> lock.tryAcquire(Duration.ofSeconds(5))).isInstanceOf(QueueFullException.class);
        assertThat(failure(lock.acquireAsync(AcquireOptions.defaults()))).isInstanceOf(QueueFullException.class);
        assertThat(lock.tryAcquire()).isEmpty();
        assertThat(lock.inspect().waiters()).hasSize(2);
        held.release();
        // Where there are several authorities either of them may be the next.
        CompletableFuture<ReleaseOutcome> secondEnded = second.thenCompose(Lease::releaseAsync);
        first.get().release();
        get(secondEnded);
        untilFree(lock);
    }

    @Test
    void force_ends_a_hold_and_the_next_waiter_has_a_higher_token() throws Exception {
        Mortise here = client();
        Mortise there = client();
        Lease stuck = here.lock(name()).acquire();
        Background<Lease> waiter = waiting(there.lock(name()), 0);
        assertThat(there.admin().forceRelease(name(), "stuck since noon")).isEqualTo(1);
        try (Lease next = waiter.get()) {
            assertThat(next.fencingToken()).isGreaterThan(stuck.fencingToken());
            assertThat(get(stuck.lost()).cause()).isEqualTo(Cause.FORCED);
            assertThat(get(stuck.lost()).detail()).contains("stuck since noon");
            assertThat(stuck.release()).isEqualTo(ReleaseOutcome.LOST);
            assertThat(next.isValid()).isTrue();
            assertThat(here.lock(name()).isLocked()).isTrue();
        }
        assertThat(there.admin().forceRelease(name(), "nobody there")).isZero();
        assertThat(here.admin().forceRelease(name() + "never used", "nobody there"))
                .isZero();
    }

    @Test
    void collect_never_ends_a_live_lease() throws Exception {
        Mortise client = client();
        try (Lease held = client.lock(name()).acquire()) {
            assertThat(client.admin().collect(name())).isZero();
            assertThat(client.admin().collect(name() + "never used")).isZero();
            assertThat(held.isValid()).isTrue();
            LockInfo info = client.admin().inspect(name());
            assertThat(info.holders()).hasSize(1);
        }
    }

    @Test
    void inspecting_an_unused_name_shows_a_free_lock() {
        LockInfo info = client().admin().inspect(name());
        assertThat(info.isLocked()).isFalse();
        assertThat(info.waiters()).isEmpty();
        assertThat(info.lastFencingToken()).isZero();
    }

    private static long drop(DistributedLock lock) throws Exception {
        return lock.acquire().fencingToken();
    }
}
