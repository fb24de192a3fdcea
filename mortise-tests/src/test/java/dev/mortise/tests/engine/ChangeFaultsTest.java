package dev.mortise.tests.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mortise.AcquireOptions;
import dev.mortise.DistributedReadWriteLock;
import dev.mortise.Lease;
import dev.mortise.LeaseLoss.Cause;
import dev.mortise.LockException;
import dev.mortise.LockTimeoutException;
import dev.mortise.LockUnavailableException;
import dev.mortise.ReleaseOutcome;
import dev.mortise.internal.client.ClientConfig;
import dev.mortise.internal.client.LockClient;
import dev.mortise.internal.runtime.SystemTime;
import dev.mortise.testkit.memory.InMemoryLockStore;
import dev.mortise.testkit.memory.InMemoryServer;
import dev.mortise.testkit.memory.StoreFaults;
import dev.mortise.testkit.memory.StoreOperation;
import dev.mortise.testkit.process.Polling;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Upgrades and downgrades whose requests or replies are lost. */
@SuppressWarnings("try") // what is held is held for its time
final class ChangeFaultsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration TIMEOUT = Duration.ofMillis(200);

    /** More than are made within a command time-out. */
    private static final int ALL = 100;

    private final InMemoryServer server =
            new InMemoryServer(() -> ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now()));
    private final InMemoryLockStore store = new InMemoryLockStore(server);
    private final LockClient client = open(store);
    private final LockClient other = open(new InMemoryLockStore(server));
    private final StoreFaults faults = store.faults();
    private final DistributedReadWriteLock lock = client.readWriteLock("l");
    private final DistributedReadWriteLock there = other.readWriteLock("l");

    private static LockClient open(InMemoryLockStore over) {
        return LockClient.open(
                over,
                new SystemTime("change"),
                new ClientConfig("change", Duration.ofSeconds(30), TIMEOUT, 10_000, Duration.ZERO),
                null);
    }

    @AfterEach
    void close() {
        client.close();
        other.close();
    }

    @Test
    void a_downgrade_whose_reply_was_lost_is_done_once() throws Exception {
        Lease write = lock.writeLock().acquire();
        faults.dropNextReply(StoreOperation.DOWNGRADE);
        Lease read = lock.downgrade(write);
        assertThat(store.requests(StoreOperation.DOWNGRADE)).isEqualTo(2);
        assertThat(lock.readLock().inspect().holders())
                .singleElement()
                .satisfies(holder -> assertThat(holder.fencingToken()).isEqualTo(read.fencingToken()));
        there.readLock().tryAcquire().orElseThrow().release();
        assertThat(read.release()).isEqualTo(ReleaseOutcome.RELEASED);
    }

    @Test
    void a_downgrade_that_was_certainly_not_done_leaves_the_writer() throws Exception {
        Lease write = lock.writeLock().acquire();
        for (int i = 0; i < ALL; i++) {
            faults.failNext(StoreOperation.DOWNGRADE);
        }
        assertThatThrownBy(() -> lock.downgrade(write)).isInstanceOf(LockUnavailableException.class);
        assertThat(write.isValid()).isTrue();
        assertThat(write.remaining()).isPositive();
        write.ensure(Duration.ofSeconds(1));
        assertThat(there.readLock().tryAcquire()).isEmpty();
        assertThat(write.release()).isEqualTo(ReleaseOutcome.RELEASED);
    }

    @Test
    void a_downgrade_that_may_have_been_done_ends_the_writer() throws Exception {
        Lease write = lock.writeLock().acquire();
        faults.dropNextReply(StoreOperation.DOWNGRADE);
        for (int i = 0; i < ALL; i++) {
            faults.failNext(StoreOperation.DOWNGRADE);
        }
        assertThatThrownBy(() -> lock.downgrade(write)).isInstanceOf(LockUnavailableException.class);
        assertThat(write.isValid()).isFalse();
        assertThat(get(write.lost().toCompletableFuture()).cause()).isEqualTo(Cause.UNREACHABLE);
        until(() -> there.writeLock().tryAcquire().map(Lease::release).isPresent());
    }

    @Test
    void an_upgrade_whose_reply_was_lost_is_done_once() throws Exception {
        Lease read = lock.readLock().acquire();
        faults.dropNextReply(StoreOperation.UPGRADE);
        Lease write = lock.upgrade(read, AcquireOptions.waitUpTo(PATIENCE));
        assertThat(read.isValid()).isFalse();
        assertThat(lock.readLock().inspect().holders())
                .singleElement()
                .satisfies(holder -> assertThat(holder.fencingToken()).isEqualTo(write.fencingToken()));
        assertThat(there.readLock().tryAcquire()).isEmpty();
        assertThat(write.release()).isEqualTo(ReleaseOutcome.RELEASED);
    }

    @Test
    void an_upgrade_in_vain_is_taken_back_also_when_that_is_not_heard_at_first() throws Exception {
        Lease read = lock.readLock().acquire();
        Lease inTheWay = there.readLock().acquire();
        for (int i = 0; i < 8; i++) {
            faults.loseNextRequest(StoreOperation.DOWNGRADE);
        }
        AcquireOptions brief = AcquireOptions.waitUpTo(Duration.ofMillis(20));
        assertThatThrownBy(() -> lock.upgrade(read, brief)).isInstanceOf(LockTimeoutException.class);
        assertThat(read.isValid()).isTrue();
        until(() -> store.requests(StoreOperation.DOWNGRADE) > 8);
        until(() -> lock.readLock().inspect().waiters().isEmpty());
        inTheWay.release();
        there.readLock().tryAcquire().orElseThrow().release();
        assertThat(read.release()).isEqualTo(ReleaseOutcome.RELEASED);
    }

    @Test
    void one_lease_is_upgraded_once_at_a_time() throws Exception {
        Lease read = lock.readLock().acquire();
        Lease inTheWay = there.readLock().acquire();
        CompletableFuture<Lease> first = inThread(read);
        until(() -> lock.readLock().inspect().waiters().size() == 1);
        assertThatThrownBy(() -> lock.upgrade(read, AcquireOptions.defaults()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("already");
        inTheWay.release();
        get(first).release();
    }

    @Test
    void a_client_that_closes_ends_the_wait() throws Exception {
        Lease read = lock.readLock().acquire();
        try (Lease inTheWay = there.readLock().acquire()) {
            CompletableFuture<Lease> upgrade = inThread(read);
            until(() -> there.readLock().inspect().waiters().size() == 1);
            client.close();
            assertThatThrownBy(() -> get(upgrade)).hasCauseInstanceOf(LockException.class);
            assertThat(read.isValid()).isFalse();
            until(() -> there.readLock().inspect().waiters().isEmpty());
        }
        there.writeLock().tryAcquire().orElseThrow().release();
    }

    private CompletableFuture<Lease> inThread(Lease read) {
        CompletableFuture<Lease> result = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                result.complete(lock.upgrade(read, AcquireOptions.defaults()));
            } catch (Throwable failure) {
                result.completeExceptionally(failure);
            }
        });
        thread.setDaemon(true);
        thread.start();
        return result;
    }

    private static <T> T get(CompletableFuture<T> future) throws Exception {
        try {
            return future.get(PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw new CompletionException(e.getCause());
        }
    }

    private static void until(BooleanSupplier condition) {
        assertThat(Polling.until(PATIENCE, condition)).isTrue();
    }
}
