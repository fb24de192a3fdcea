package dev.mortise.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mortise.AcquireOptions;
import dev.mortise.DistributedLock;
import dev.mortise.DistributedReadWriteLock;
import dev.mortise.Lease;
import dev.mortise.LeaseTicket;
import dev.mortise.LockInfo;
import dev.mortise.LockKind;
import dev.mortise.LockTimeoutException;
import dev.mortise.Mortise;
import dev.mortise.Renewal;
import dev.mortise.WrongKindException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Who may hold a read-write lock together, and in which order it is had. */
@SuppressWarnings("try") // what is held is held for its time
abstract class SharingContract extends ContractClients {
    static final AcquireOptions ANY = AcquireOptions.defaults();
    static final AcquireOptions FIXED =
            AcquireOptions.defaults().lease(Duration.ofMillis(400)).renewal(Renewal.OFF);

    /** That of a client of its own: who waits behind others of one client may wait in that client alone. */
    final DistributedReadWriteLock readWriteLock() {
        return client().readWriteLock(name());
    }

    @Test
    void readers_share_and_a_writer_waits_for_all_of_them() throws Exception {
        DistributedReadWriteLock here = readWriteLock();
        DistributedReadWriteLock there = readWriteLock();
        Lease first = here.readLock().acquire();
        Lease second = there.readLock().tryAcquire().orElseThrow();
        Lease third = here.readLock().tryAcquire().orElseThrow();
        assertThat(there.writeLock().tryAcquire()).isEmpty();
        first.release();
        assertThat(here.writeLock().tryAcquire()).isEmpty();
        third.release();
        assertThat(here.writeLock().tryAcquire()).isEmpty();
        second.release();
        assertThat(here.writeLock().tryAcquire()).isPresent();
    }

    @Test
    void a_writer_excludes_readers_and_writers() throws Exception {
        DistributedReadWriteLock here = readWriteLock();
        DistributedReadWriteLock there = readWriteLock();
        Lease writer = here.writeLock().acquire();
        for (DistributedReadWriteLock lock : List.of(here, there)) {
            assertThat(lock.readLock().tryAcquire()).isEmpty();
            assertThat(lock.writeLock().tryAcquire()).isEmpty();
            assertThat(lock.readLock().isLocked()).isTrue();
        }
        assertThatThrownBy(() -> there.readLock().acquire(Duration.ofMillis(50)))
                .isInstanceOf(LockTimeoutException.class);
        writer.release();
        there.readLock().tryAcquire().orElseThrow().release();
        assertThat(here.writeLock().isLocked()).isFalse();
    }

    @Test
    void readers_next_to_each_other_are_granted_together_and_nobody_overtakes() throws Exception {
        needsOneAuthority();
        DistributedReadWriteLock here = readWriteLock();
        Lease held = here.writeLock().acquire();
        Background<Lease> reader = waiting(readWriteLock().readLock(), 0);
        Background<Lease> neighbour = waiting(readWriteLock().readLock(), 1);
        Background<Lease> writer = waiting(readWriteLock().writeLock(), 2);
        Background<Lease> late = waiting(readWriteLock().readLock(), 3);
        held.release();
        Lease one = reader.get();
        Lease two = neighbour.get();
        assertThat(here.readLock().inspect().waiters()).hasSize(2);
        assertThat(readWriteLock().readLock().tryAcquire()).isEmpty();
        one.release();
        assertThat(here.readLock().inspect().waiters()).hasSize(2);
        two.release();
        Lease next = writer.get();
        assertThat(late.isDone()).isFalse();
        next.release();
        Lease last = late.get();
        assertThat(List.of(held, one, two, next, last))
                .extracting(Lease::fencingToken)
                .doesNotHaveDuplicates();
        assertThat(Math.min(one.fencingToken(), two.fencingToken())).isGreaterThan(held.fencingToken());
        assertThat(next.fencingToken()).isGreaterThan(Math.max(one.fencingToken(), two.fencingToken()));
        assertThat(last.fencingToken()).isGreaterThan(next.fencingToken());
        last.release();
    }

    @Test
    void readers_of_one_client_take_their_turn_together_and_the_writer_is_next() throws Exception {
        needsOneAuthority();
        DistributedReadWriteLock lock = readWriteLock();
        Lease held = lock.writeLock().acquire();
        Background<Lease> reader = waiting(lock.readLock(), 0);
        Background<Lease> writer = waiting(lock.writeLock(), 1);
        Background<Lease> other = waiting(lock.readLock(), 2);
        held.release();
        Lease one = reader.get();
        Lease two = other.get();
        assertThat(writer.isDone()).isFalse();
        Background<Lease> late = waiting(lock.readLock(), 1);
        one.release();
        two.release();
        Lease next = writer.get();
        assertThat(late.isDone()).isFalse();
        next.release();
        late.get().release();
    }

    @Test
    void a_writer_is_not_starved_by_readers_that_overlap() throws Exception {
        DistributedLock writer = readWriteLock().writeLock();
        crowd(4, lock -> lock.readLock(), () -> {
            for (int i = 0; i < 5; i++) {
                writer.acquire(PATIENCE).close();
            }
        });
    }

    @Test
    void a_reader_is_not_starved_by_writers() throws Exception {
        DistributedLock reader = readWriteLock().readLock();
        crowd(4, lock -> lock.writeLock(), () -> {
            for (int i = 0; i < 5; i++) {
                reader.acquire(PATIENCE).close();
            }
        });
    }

    @Test
    void a_writer_that_gives_up_lets_the_readers_behind_it_in() throws Exception {
        DistributedReadWriteLock lock = readWriteLock();
        try (Lease held = readWriteLock().readLock().acquire()) {
            CompletableFuture<Lease> writer = lock.writeLock().acquireAsync(ANY);
            untilWaiting(lock.readLock(), 1);
            Background<Lease> reader = waiting(readWriteLock().readLock(), 1);
            assertThat(writer.cancel(false)).isTrue();
            reader.get().release();
            assertThat(lock.writeLock().inspect().waiters()).isEmpty();
        }
    }

    @Test
    void a_reader_that_is_over_frees_the_lock_for_a_writer() throws Exception {
        Lease forgotten = readWriteLock().readLock().acquire(FIXED);
        try (Lease writer = readWriteLock().writeLock().acquire(PATIENCE)) {
            assertThat(forgotten.isValid()).isFalse();
            assertThat(writer.fencingToken()).isGreaterThan(forgotten.fencingToken());
        }
    }

    @Test
    void it_says_who_reads_and_who_waits_to_write() throws Exception {
        DistributedReadWriteLock lock = readWriteLock();
        try (Lease one = lock.readLock().acquire(ANY.label("one"));
                Lease two = readWriteLock().readLock().acquire(ANY.label("two"))) {
            Background<Lease> writer = waiting(readWriteLock().writeLock(), 0);
            LockInfo info = client().readWriteLock(name()).writeLock().inspect();
            assertThat(info.kind()).isEqualTo(LockKind.READ_WRITE);
            assertThat(info.holders()).extracting(LockInfo.Holder::label).containsExactly("one", "two");
            assertThat(info.holders()).extracting(LockInfo.Holder::permits).containsExactly(1L, 1L);
            assertThat(info.waiters()).extracting(LockInfo.Waiter::permits).containsExactly(info.permits());
            one.release();
            two.release();
            writer.get().release();
        }
    }

    @Test
    void a_lease_that_passes_by_ticket_stays_what_it_is() throws Exception {
        DistributedReadWriteLock lock = readWriteLock();
        String ticket = lock.readLock().acquire().detach().encode();
        Lease reader = client().adopt(LeaseTicket.decode(ticket));
        lock.readLock().tryAcquire().orElseThrow().release();
        assertThat(lock.writeLock().tryAcquire()).isEmpty();
        reader.release();
        Lease writer = client().adopt(lock.writeLock().acquire().detach());
        assertThat(lock.readLock().tryAcquire()).isEmpty();
        writer.release();
        assertThat(lock.readLock().isLocked()).isFalse();
    }

    @Test
    void one_name_has_one_kind() throws Exception {
        needsOneAuthority();
        Mortise client = client();
        try (Lease reader = client.readWriteLock(name()).readLock().acquire()) {
            assertThatThrownBy(() -> client.lock(name()).tryAcquire()).isInstanceOf(WrongKindException.class);
            assertThatThrownBy(() -> client.semaphore(name(), 1).tryAcquire(1)).isInstanceOf(WrongKindException.class);
        }
        try (Lease mutex = client.lock(name()).acquire()) {
            assertThatThrownBy(() -> client.readWriteLock(name()).readLock().tryAcquire())
                    .isInstanceOf(WrongKindException.class);
        }
        assertThatThrownBy(() -> client.readWriteLock("")).isInstanceOf(IllegalArgumentException.class);
        assertThat(client.readWriteLock(name()).name()).isEqualTo(name());
    }

    /** Does something while as many threads, with a client each, take a lock again and again. */
    private void crowd(int size, Choice choice, Action action) throws Exception {
        AtomicBoolean enough = new AtomicBoolean();
        List<Background<Integer>> crowd = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            DistributedLock own = choice.of(readWriteLock());
            crowd.add(Background.start(() -> {
                int times = 0;
                while (!enough.get()) {
                    own.acquire().close();
                    times++;
                }
                return times;
            }));
        }
        DistributedLock seen = readWriteLock().readLock();
        until("they are at it", () -> seen.inspect().lastFencingToken() > 0);
        action.run();
        enough.set(true);
        for (Background<Integer> one : crowd) {
            assertThat(one.get()).isPositive();
        }
    }

    private interface Choice {
        DistributedLock of(DistributedReadWriteLock lock);
    }

    private interface Action {
        void run() throws Exception;
    }
}
