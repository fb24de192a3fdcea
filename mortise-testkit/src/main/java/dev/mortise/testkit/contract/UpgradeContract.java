package dev.mortise.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.mortise.AcquireOptions;
import dev.mortise.DeadlockException;
import dev.mortise.DistributedReadWriteLock;
import dev.mortise.Lease;
import dev.mortise.LeaseLostException;
import dev.mortise.LockTimeoutException;
import dev.mortise.Mortise;
import dev.mortise.Owner;
import dev.mortise.ReleaseOutcome;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A reader that becomes the writer. */
@SuppressWarnings("try") // what is held is held for its time
abstract class UpgradeContract extends DowngradeContract {
    @Test
    void the_only_reader_becomes_the_writer_at_once() throws Exception {
        needsOneAuthority();
        DistributedReadWriteLock lock = readWriteLock();
        Lease read = lock.readLock().acquire();
        Lease write = lock.upgrade(read, AcquireOptions.noWait());
        assertThat(write.id()).isEqualTo(read.id());
        assertThat(write.fencingToken()).isGreaterThan(read.fencingToken());
        assertThat(read.isValid()).isFalse();
        assertThat(read.release()).isEqualTo(ReleaseOutcome.LOST);
        assertThat(readWriteLock().readLock().tryAcquire()).isEmpty();
        assertThat(lock.readLock().tryAcquire()).isEmpty();
        assertThat(write.release()).isEqualTo(ReleaseOutcome.RELEASED);
        readWriteLock().writeLock().tryAcquire().orElseThrow().release();
    }

    @Test
    void an_upgrade_waits_for_other_readers_in_front_of_everybody_else() throws Exception {
        needsOneAuthority();
        DistributedReadWriteLock lock = readWriteLock();
        Lease read = lock.readLock().acquire();
        Lease other = readWriteLock().readLock().acquire();
        Background<Lease> writer = waiting(readWriteLock().writeLock(), 0);
        Background<Lease> upgrade = upgrading(lock, read, 1);
        assertThat(read.isValid()).isTrue();
        assertThat(readWriteLock().readLock().tryAcquire()).isEmpty();
        other.release();
        Lease write = upgrade.get();
        assertThat(read.isValid()).isFalse();
        assertThat(write.fencingToken()).isGreaterThan(other.fencingToken());
        assertThat(writer.isDone()).isFalse();
        write.release();
        Lease next = writer.get();
        assertThat(next.fencingToken()).isGreaterThan(write.fencingToken());
        next.release();
    }

    @Test
    void readers_of_one_client_are_waited_for_as_well() throws Exception {
        needsOneAuthority();
        DistributedReadWriteLock lock = readWriteLock();
        Lease read = lock.readLock().acquire();
        Lease other = lock.readLock().acquire();
        Background<Lease> upgrade = upgrading(lock, read, 0);
        assertThat(other.isValid()).isTrue();
        other.release();
        upgrade.get().release();
        assertThat(lock.readLock().isLocked()).isFalse();
    }

    @Test
    void the_second_who_wants_to_upgrade_is_told_at_once_and_reads_on() throws Exception {
        needsOneAuthority();
        DistributedReadWriteLock lock = readWriteLock();
        DistributedReadWriteLock there = readWriteLock();
        Lease first = lock.readLock().acquire();
        Lease second = there.readLock().acquire();
        Background<Lease> upgrade =
                upgrading(lock, first, 0, AcquireOptions.defaults().owner(Owner.of("the first")));
        AcquireOptions own = AcquireOptions.defaults().owner(Owner.of("the second"));
        DeadlockException refused = catchThrowableOfType(DeadlockException.class, () -> there.upgrade(second, own));
        assertThat(refused.lockName()).isEqualTo(name());
        assertThat(refused.cycle())
                .extracting(DeadlockException.Wait::owner)
                .containsExactly("the second", "the first");
        assertThat(refused.cycle()).allSatisfy(wait -> {
            assertThat(wait.held()).isEqualTo(name());
            assertThat(wait.wanted()).isEqualTo(name());
        });
        assertThat(refused).hasMessageContaining("the first").hasMessageContaining("the second");
        assertThat(second.isValid()).isTrue();
        assertThat(upgrade.isDone()).isFalse();
        assertThat(second.release()).isEqualTo(ReleaseOutcome.RELEASED);
        upgrade.get().release();
    }

    @Test
    void an_upgrade_in_vain_leaves_the_reader_as_it_was() throws Exception {
        needsOneAuthority();
        DistributedReadWriteLock lock = readWriteLock();
        Lease read = lock.readLock().acquire();
        try (Lease other =
                readWriteLock().readLock().acquire(AcquireOptions.defaults().label("in the way"))) {
            for (AcquireOptions brief :
                    List.of(AcquireOptions.noWait(), AcquireOptions.waitUpTo(Duration.ofMillis(50)))) {
                assertThatThrownBy(() -> lock.upgrade(read, brief))
                        .isInstanceOf(LockTimeoutException.class)
                        .hasMessageContaining("in the way");
                assertThat(read.isValid()).isTrue();
                assertThat(lock.readLock().inspect().waiters()).isEmpty();
                readWriteLock().readLock().tryAcquire().orElseThrow().release();
            }
        }
        assertThat(read.ensure(Duration.ofSeconds(20))).isSameAs(read);
        assertThat(read.release()).isEqualTo(ReleaseOutcome.RELEASED);
        assertThat(lock.readLock().isLocked()).isFalse();
    }

    @Test
    void an_interrupt_ends_the_wait_and_not_the_reader() throws Exception {
        needsOneAuthority();
        DistributedReadWriteLock lock = readWriteLock();
        Lease read = lock.readLock().acquire();
        try (Lease other = readWriteLock().readLock().acquire()) {
            Background<Lease> upgrade = upgrading(lock, read, 0);
            upgrade.thread().interrupt();
            assertThat(upgrade.failure()).isInstanceOf(InterruptedException.class);
            assertThat(read.isValid()).isTrue();
            assertThat(lock.readLock().inspect().waiters()).isEmpty();
            readWriteLock().readLock().tryAcquire().orElseThrow().release();
        }
        Background<Lease> interrupted = Background.start(() -> {
            Thread.currentThread().interrupt();
            return lock.upgrade(read, ANY);
        });
        assertThat(interrupted.failure()).isInstanceOf(InterruptedException.class);
        assertThat(read.release()).isEqualTo(ReleaseOutcome.RELEASED);
    }

    @Test
    void the_reader_is_renewed_while_it_waits() throws Exception {
        needsOneAuthority();
        DistributedReadWriteLock lock = shortLived().readWriteLock(name());
        Lease read = lock.readLock().acquire();
        try (Lease other = readWriteLock().readLock().acquire()) {
            Background<Lease> upgrade = upgrading(lock, read, 0);
            long start = System.nanoTime();
            until("twice its length is over", () -> since(start).compareTo(SHORT.multipliedBy(2)) > 0);
            assertThat(read.isValid()).isTrue();
            assertThat(upgrade.isDone()).isFalse();
            other.release();
            upgrade.get().release();
        }
    }

    @Test
    void a_reader_that_is_lost_while_it_waits_is_told() throws Exception {
        needsOneAuthority();
        DistributedReadWriteLock lock = readWriteLock();
        Lease read = lock.readLock().acquire();
        Lease other = readWriteLock().readLock().acquire();
        Background<Lease> upgrade = upgrading(lock, read, 0);
        client().admin().forceRelease(name(), "by the contract");
        assertThat(upgrade.failure()).isInstanceOf(LeaseLostException.class);
        assertThat(read.isValid()).isFalse();
        get(other.lost());
        readWriteLock().writeLock().acquire(PATIENCE).release();
    }

    @Test
    void only_a_live_read_lease_of_this_lock_and_client_is_upgraded() throws Exception {
        needsOneAuthority();
        Mortise client = client();
        DistributedReadWriteLock lock = client.readWriteLock(name());
        try (Lease write = lock.writeLock().acquire();
                Lease other = client.readWriteLock(name() + "2").readLock().acquire();
                Lease stranger = client().readWriteLock(name() + "3").readLock().acquire()) {
            for (Lease wrong : List.of(write, other, stranger)) {
                assertThatThrownBy(() -> lock.upgrade(wrong, ANY)).isInstanceOf(IllegalArgumentException.class);
                assertThat(wrong.isValid()).isTrue();
            }
        }
        Lease released = lock.readLock().acquire();
        released.release();
        assertThatThrownBy(() -> lock.upgrade(released, ANY)).isInstanceOf(LeaseLostException.class);
        assertThat(lock.readLock().isLocked()).isFalse();
    }

    @Test
    void a_lease_goes_up_and_down_again_with_growing_tokens() throws Exception {
        needsOneAuthority();
        DistributedReadWriteLock lock = readWriteLock();
        Lease lease = lock.readLock().acquire();
        for (int i = 0; i < 5; i++) {
            Lease write = lock.upgrade(lease, ANY);
            assertThat(write.fencingToken()).isGreaterThan(lease.fencingToken());
            assertThat(readWriteLock().readLock().tryAcquire()).isEmpty();
            lease = lock.downgrade(write);
            assertThat(lease.fencingToken()).isGreaterThan(write.fencingToken());
            readWriteLock().readLock().tryAcquire().orElseThrow().release();
        }
        assertThat(lease.release()).isEqualTo(ReleaseOutcome.RELEASED);
        assertThat(lock.readLock().isLocked()).isFalse();
    }

    @Test
    void the_write_lease_is_what_the_options_say() throws Exception {
        needsOneAuthority();
        DistributedReadWriteLock lock = readWriteLock();
        Lease read = lock.readLock().acquire(FIXED.lease(Duration.ofSeconds(20)));
        Lease write = lock.upgrade(read, AcquireOptions.defaults().lease(Duration.ofMinutes(2)));
        assertThat(write.remaining()).isGreaterThan(Duration.ofMinutes(1));
        write.release();
    }

    private static Background<Lease> upgrading(DistributedReadWriteLock lock, Lease read, int others) {
        return upgrading(lock, read, others, ANY);
    }

    private static Background<Lease> upgrading(
            DistributedReadWriteLock lock, Lease read, int others, AcquireOptions options) {
        Background<Lease> upgrade = Background.start(() -> lock.upgrade(read, options));
        untilWaiting(lock.readLock(), others + 1);
        return upgrade;
    }
}
