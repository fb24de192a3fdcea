package dev.mortise.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.mortise.DeadlockException;
import dev.mortise.DistributedReadWriteLock;
import dev.mortise.Lease;
import dev.mortise.LeaseLoss.Cause;
import dev.mortise.LeaseLostException;
import dev.mortise.Mortise;
import dev.mortise.ReleaseOutcome;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import org.junit.jupiter.api.Test;

/**
 * Everything a {@link DistributedReadWriteLock} promises; here its view that is owned by a thread. A deployment keeps the
 * contract if a subclass passes that says how to open a client; see {@link DistributedLockContract}.
 */
@SuppressWarnings("try") // what is held is held for its time
public abstract class ReadWriteLockContract extends UpgradeContract {
    /** For subclasses. */
    protected ReadWriteLockContract() {}

    @Override
    protected abstract Mortise open(ClientSettings settings);

    @Test
    void both_sides_are_reentrant_without_a_request() {
        DistributedReadWriteLock lock = readWriteLock();
        for (Lock side : sides(lock.asReadWriteLock())) {
            side.lock();
            long token = lock.readLock().inspect().lastFencingToken();
            side.lock();
            assertThat(side.tryLock()).isTrue();
            assertThat(lock.readLock().inspect().lastFencingToken()).isEqualTo(token);
            side.unlock();
            side.unlock();
            assertThat(lock.readLock().isLocked()).isTrue();
            side.unlock();
            assertThat(lock.readLock().isLocked()).isFalse();
            assertThatThrownBy(side::unlock).isInstanceOf(IllegalMonitorStateException.class);
        }
    }

    @Test
    void threads_of_one_client_read_together_and_write_alone() {
        ReadWriteLock view = readWriteLock().asReadWriteLock();
        view.readLock().lock();
        assertThat(once(view.readLock())).isTrue();
        assertThat(once(view.writeLock())).isFalse();
        view.readLock().unlock();
        view.writeLock().lock();
        assertThat(once(view.readLock())).isFalse();
        assertThat(once(view.writeLock())).isFalse();
        view.writeLock().unlock();
        assertThat(once(view.writeLock())).isTrue();
    }

    @Test
    void a_writer_that_reads_too_has_one_lease_and_then_that_of_a_reader() {
        DistributedReadWriteLock lock = readWriteLock();
        ReadWriteLock view = lock.asReadWriteLock();
        view.writeLock().lock();
        Lease write = lock.writeLock().held().orElseThrow();
        assertThat(lock.readLock().held()).isEmpty();
        view.readLock().lock();
        assertThat(lock.readLock().held()).containsSame(write);
        view.writeLock().unlock();
        assertThat(lock.writeLock().held()).isEmpty();
        assertThat(lock.readLock().held()).get().isNotSameAs(write).matches(Lease::isValid);
        view.readLock().unlock();
        assertThat(lock.readLock().held()).isEmpty();
    }

    @Test
    void a_writer_that_reads_too_and_stops_writing_lets_others_read() throws Exception {
        DistributedReadWriteLock lock = readWriteLock();
        ReadWriteLock view = lock.asReadWriteLock();
        DistributedReadWriteLock there = readWriteLock();
        view.writeLock().lock();
        Background<Lease> reader = waiting(there.readLock(), 0);
        view.readLock().lock();
        view.readLock().lock();
        assertThat(reader.isDone()).isFalse();
        view.writeLock().unlock();
        reader.get().release();
        assertThat(there.writeLock().tryAcquire()).isEmpty();
        assertThatThrownBy(view.writeLock()::unlock).isInstanceOf(IllegalMonitorStateException.class);
        assertThat(view.writeLock().tryLock()).isFalse();
        view.readLock().unlock();
        assertThat(there.writeLock().tryAcquire()).isEmpty();
        view.readLock().unlock();
        there.writeLock().tryAcquire().orElseThrow().release();
    }

    @Test
    void a_writer_that_reads_too_may_stop_reading_first() {
        DistributedReadWriteLock lock = readWriteLock();
        ReadWriteLock view = lock.asReadWriteLock();
        view.writeLock().lock();
        view.readLock().lock();
        view.readLock().unlock();
        assertThat(readWriteLock().readLock().tryAcquire()).isEmpty();
        assertThatThrownBy(view.readLock()::unlock).isInstanceOf(IllegalMonitorStateException.class);
        view.writeLock().unlock();
        assertThat(lock.readLock().isLocked()).isFalse();
    }

    @Test
    void a_reader_that_wants_to_write_is_told_at_once() throws Exception {
        DistributedReadWriteLock lock = readWriteLock();
        ReadWriteLock view = lock.asReadWriteLock();
        view.readLock().lock();
        DeadlockException refused = catchThrowableOfType(
                DeadlockException.class, () -> view.writeLock().lock());
        assertThat(refused.lockName()).isEqualTo(name());
        assertThat(refused.cycle()).singleElement().satisfies(self -> {
            assertThat(self.owner()).contains(Thread.currentThread().getName());
            assertThat(self.held()).isEqualTo(name());
            assertThat(self.wanted()).isEqualTo(name());
        });
        assertThat(refused).hasMessageContaining(name()).hasMessageContaining("reading");
        assertThatThrownBy(view.writeLock()::lockInterruptibly).isInstanceOf(DeadlockException.class);
        assertThat(view.writeLock().tryLock()).isFalse();
        assertThat(view.writeLock().tryLock(1, TimeUnit.HOURS)).isFalse();
        assertThat(once(view.readLock())).isTrue();
        view.readLock().unlock();
        view.writeLock().lock();
        view.writeLock().unlock();
        assertThat(lock.readLock().isLocked()).isFalse();
    }

    @Test
    void views_share_the_holds_of_a_thread() {
        DistributedReadWriteLock lock = readWriteLock();
        lock.asReadWriteLock().writeLock().lock();
        lock.writeLock().asLock().lock();
        lock.readLock().asLock().lock();
        lock.asReadWriteLock().writeLock().unlock();
        lock.asReadWriteLock().writeLock().unlock();
        readWriteLock().readLock().tryAcquire().orElseThrow().release();
        lock.asReadWriteLock().readLock().unlock();
        assertThat(lock.readLock().isLocked()).isFalse();
    }

    @Test
    void a_hold_that_was_lost_is_not_entered_again() throws Exception {
        DistributedReadWriteLock lock = readWriteLock();
        Lock reader = lock.readLock().asLock(FIXED);
        reader.lock();
        try (Lease other = readWriteLock().writeLock().acquire(PATIENCE)) {
            Lock writer = lock.writeLock().asLock();
            assertThatThrownBy(reader::lock).isInstanceOf(LeaseLostException.class);
            // It was told; whoever comes now wants a hold of its own.
            assertThat(reader.tryLock()).isFalse();
            assertThat(writer.tryLock()).isFalse();
            assertThatThrownBy(reader::unlock).isInstanceOf(LeaseLostException.class);
            assertThat(other.isValid()).isTrue();
        }
        reader.lock();
        reader.unlock();
    }

    @Test
    void who_wants_to_write_is_told_of_a_lost_hold_too() throws Exception {
        DistributedReadWriteLock lock = readWriteLock();
        Lock reader = lock.readLock().asLock(FIXED);
        reader.lock();
        try (Lease other = readWriteLock().writeLock().acquire(PATIENCE)) {
            Lock writer = lock.writeLock().asLock();
            assertThatThrownBy(writer::lock).isInstanceOf(LeaseLostException.class);
            assertThat(writer.tryLock()).isFalse();
            assertThatThrownBy(reader::unlock).isInstanceOf(LeaseLostException.class);
            assertThat(other.isValid()).isTrue();
        }
    }

    @Test
    void a_lost_writer_is_told_at_its_last_unlock_and_wakes_nobody_by_mistake() throws Exception {
        DistributedReadWriteLock lock = readWriteLock();
        Lock writer = lock.writeLock().asLock(FIXED);
        Lock reader = lock.readLock().asLock();
        writer.lock();
        reader.lock();
        try (Lease other = readWriteLock().writeLock().acquire(PATIENCE)) {
            writer.unlock();
            assertThatThrownBy(reader::unlock).isInstanceOf(LeaseLostException.class);
            assertThat(other.isValid()).isTrue();
            assertThat(readWriteLock().readLock().tryAcquire()).isEmpty();
        }
    }

    @Test
    void a_view_whose_client_was_closed_says_at_its_last_unlock_that_the_lock_was_lost() {
        Mortise client = client();
        DistributedReadWriteLock lock = client.readWriteLock(name());
        Lock writer = lock.writeLock().asLock();
        Lock reader = lock.readLock().asLock();
        writer.lock();
        reader.lock();
        client.close();
        writer.unlock();
        assertThatThrownBy(reader::unlock)
                .isInstanceOfSatisfying(
                        LeaseLostException.class,
                        lost -> assertThat(lost.loss().cause()).isEqualTo(Cause.CLIENT_CLOSED));
        assertThatThrownBy(reader::unlock).isInstanceOf(IllegalMonitorStateException.class);
        assertThatThrownBy(writer::unlock).isInstanceOf(IllegalMonitorStateException.class);
    }

    @Test
    void a_writer_becomes_a_reader_also_while_its_client_ends() throws Exception {
        Mortise client = client();
        DistributedReadWriteLock lock = client.readWriteLock(name());
        Lease write = lock.writeLock().acquire();
        Background<Boolean> closing = ClosingContract.closing(client, PATIENCE);
        Lease read = lock.downgrade(write);
        readWriteLock().readLock().tryAcquire().orElseThrow().release();
        assertThat(closing.isDone()).isFalse();
        assertThat(read.release()).isEqualTo(ReleaseOutcome.RELEASED);
        assertThat(closing.get()).isFalse();
    }

    private static Lock[] sides(ReadWriteLock view) {
        return new Lock[] {view.readLock(), view.writeLock()};
    }

    /** Whether another thread gets it, and gives it back. */
    private static boolean once(Lock lock) {
        return Background.start(() -> {
                    boolean had = lock.tryLock();
                    if (had) {
                        lock.unlock();
                    }
                    return had;
                })
                .get();
    }
}
