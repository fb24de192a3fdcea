package dev.mortise.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mortise.AcquireOptions;
import dev.mortise.DistributedReadWriteLock;
import dev.mortise.Lease;
import dev.mortise.LeaseLoss.Cause;
import dev.mortise.LeaseLostException;
import dev.mortise.Mortise;
import dev.mortise.ReleaseOutcome;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A writer that becomes a reader. */
@SuppressWarnings("try") // what is held is held for its time
abstract class DowngradeContract extends SharingContract {
    @Test
    void a_downgrade_wakes_readers_of_other_clients() throws Exception {
        DistributedReadWriteLock lock = readWriteLock();
        Lease write = lock.writeLock().acquire();
        Background<Lease> one = waiting(readWriteLock().readLock(), 0);
        Background<Lease> two = waiting(readWriteLock().readLock(), 1);
        try (Lease read = lock.downgrade(write)) {
            one.get().release();
            two.get().release();
            assertThat(read.isValid()).isTrue();
            assertThat(readWriteLock().writeLock().tryAcquire()).isEmpty();
        }
        assertThat(lock.readLock().isLocked()).isFalse();
    }

    @Test
    void no_writer_comes_in_between() throws Exception {
        DistributedReadWriteLock lock = readWriteLock();
        Lease write = lock.writeLock().acquire();
        Background<Lease> writer = waiting(readWriteLock().writeLock(), 0);
        Background<Lease> reader = waiting(readWriteLock().readLock(), 1);
        Lease read = lock.downgrade(write);
        assertThat(lock.readLock().inspect().waiters()).hasSize(2);
        assertThat(read.isValid()).isTrue();
        read.release();
        Lease next = writer.get();
        assertThat(next.fencingToken()).isGreaterThan(read.fencingToken());
        assertThat(reader.isDone()).isFalse();
        next.release();
        reader.get().release();
    }

    @Test
    void the_write_lease_is_over_and_frees_nothing() throws Exception {
        DistributedReadWriteLock lock = readWriteLock();
        Lease write = lock.writeLock().acquire();
        Lease read = lock.downgrade(write);
        assertThat(read.id()).isEqualTo(write.id());
        assertThat(read.fencingToken()).isGreaterThan(write.fencingToken());
        assertThat(write.isValid()).isFalse();
        assertThat(write.remaining()).isEqualTo(Duration.ZERO);
        assertThatThrownBy(() -> write.ensure(Duration.ofSeconds(1))).isInstanceOf(LeaseLostException.class);
        assertThat(write.release()).isEqualTo(ReleaseOutcome.LOST);
        write.close();
        assertThat(write.lost().toCompletableFuture()).isNotDone();
        assertThat(readWriteLock().writeLock().tryAcquire()).isEmpty();
        assertThat(read.release()).isEqualTo(ReleaseOutcome.RELEASED);
        assertThat(lock.readLock().isLocked()).isFalse();
    }

    @Test
    void only_a_live_write_lease_of_this_lock_and_client_is_downgraded() throws Exception {
        Mortise client = client();
        DistributedReadWriteLock lock = client.readWriteLock(name());
        try (Lease read = lock.readLock().acquire();
                Lease other = client.readWriteLock(name() + "2").writeLock().acquire();
                Lease mutex = client.lock(name() + "3").acquire()) {
            for (Lease wrong : List.of(read, other, mutex)) {
                assertThatThrownBy(() -> lock.downgrade(wrong)).isInstanceOf(IllegalArgumentException.class);
                assertThat(wrong.isValid()).isTrue();
            }
        }
        Lease write = lock.writeLock().acquire();
        DistributedReadWriteLock stranger = readWriteLock();
        assertThatThrownBy(() -> stranger.downgrade(write)).isInstanceOf(IllegalArgumentException.class);
        write.release();
        assertThatThrownBy(() -> lock.downgrade(write)).isInstanceOf(LeaseLostException.class);
        Lease over = lock.writeLock().acquire(FIXED);
        get(over.lost());
        assertThatThrownBy(() -> lock.downgrade(over)).isInstanceOf(LeaseLostException.class);
        until("its lease is over on the server too", () -> !lock.readLock().isLocked());
    }

    @Test
    void a_lease_that_the_server_has_no_more_is_not_downgraded() throws Exception {
        Mortise client = client();
        DistributedReadWriteLock lock = client.readWriteLock(name());
        Lease write = lock.writeLock().acquire();
        client().admin().forceRelease(name(), "by the contract");
        assertThatThrownBy(() -> lock.downgrade(write)).isInstanceOf(LeaseLostException.class);
        assertThat(write.isValid()).isFalse();
        assertThat(get(write.lost()).cause()).isIn(Cause.FORCED, Cause.GONE);
    }

    @Test
    void the_read_lease_is_renewed_as_the_write_lease_was() throws Exception {
        DistributedReadWriteLock lock = shortLived().readWriteLock(name());
        try (Lease read = lock.downgrade(lock.writeLock().acquire())) {
            long start = System.nanoTime();
            until("twice its length is over", () -> since(start).compareTo(SHORT.multipliedBy(2)) > 0);
            assertThat(read.isValid()).isTrue();
            readWriteLock().readLock().tryAcquire().orElseThrow().release();
            assertThat(readWriteLock().writeLock().tryAcquire()).isEmpty();
        }
    }

    @Test
    void a_downgrade_does_not_lengthen_a_lease_with_an_end() throws Exception {
        DistributedReadWriteLock lock = readWriteLock();
        Duration length = Duration.ofSeconds(60);
        Lease fixed = lock.writeLock().acquire(FIXED.lease(length));
        Duration left = fixed.remaining();
        Lease read = lock.downgrade(fixed);
        assertThat(read.remaining()).isPositive().isLessThanOrEqualTo(left);
        read.release();
        Lease held = lock.writeLock().acquire(AcquireOptions.defaults().maxHold(Duration.ofSeconds(2)));
        Lease heldOn = lock.downgrade(held);
        assertThat(get(heldOn.lost()).cause()).isEqualTo(Cause.MAX_HOLD);
    }

    @Test
    void a_lease_without_expiry_stays_without() throws Exception {
        DistributedReadWriteLock lock = readWriteLock();
        Lease read = lock.downgrade(
                lock.writeLock().acquire(AcquireOptions.defaults().untilReleased()));
        assertThat(lock.readLock().inspect().holders().get(0).expiresIn()).isEmpty();
        read.release();
    }
}
