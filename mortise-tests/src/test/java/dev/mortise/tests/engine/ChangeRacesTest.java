package dev.mortise.tests.engine;

import static dev.mortise.testkit.contract.Kept.kept;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mortise.AcquireOptions;
import dev.mortise.DistributedReadWriteLock;
import dev.mortise.Lease;
import dev.mortise.LeaseLostException;
import dev.mortise.LeaseTicket;
import dev.mortise.LockEvent;
import dev.mortise.LockTimeoutException;
import dev.mortise.LockUnavailableException;
import dev.mortise.ReleaseOutcome;
import dev.mortise.Renewal;
import dev.mortise.internal.client.ClientConfig;
import dev.mortise.internal.client.LockClient;
import dev.mortise.internal.lease.LeaseHandle;
import dev.mortise.internal.lease.LeaseState;
import dev.mortise.internal.store.SingleAuthorityStore;
import dev.mortise.internal.store.StoreException;
import dev.mortise.internal.store.StoreException.Effect;
import dev.mortise.testkit.memory.InMemoryLockStore;
import dev.mortise.testkit.memory.StoreOperation;
import dev.mortise.testkit.process.Polling;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Upgrades and downgrades that meet other calls on the same lease, or late copies of their own requests. */
final class ChangeRacesTest extends OnFakeTime {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final AcquireOptions BRIEFLY = AcquireOptions.waitUpTo(Duration.ofMillis(500));
    private static final String UPGRADE = "upgrade";
    private static final String GIVE_UP = "giveUpUpgrade";

    /** Requests of that name get no answer, and are executed when the test says so. */
    private final Set<String> late = ConcurrentHashMap.newKeySet();

    private final List<Callable<?>> underWay = new CopyOnWriteArrayList<>();
    private final InMemoryLockStore ownStore = new InMemoryLockStore(server);
    private final LockClient own = LockClient.open(
            delaying(ownStore), time, new ClientConfig("races", LEASE, TIMEOUT, 10_000, Duration.ZERO), events::add);
    private final DistributedReadWriteLock lock = own.readWriteLock("l");
    private final DistributedReadWriteLock there = other.readWriteLock("l");

    @AfterEach
    void close() {
        late.clear();
        ownStore.faults().releaseReplies();
        // What got no answer gets none: the closing waits for it, but no longer than it has to.
        end(start(own::close));
    }

    @Test
    void one_lease_is_downgraded_once_at_a_time() throws Exception {
        Lease write = lock.writeLock().acquire();
        ownStore.faults().holdReplies(StoreOperation.DOWNGRADE);
        CompletableFuture<Lease> first = inThread(() -> lock.downgrade(write));
        until(() -> ownStore.faults().heldReplies() == 1);
        CompletableFuture<Lease> second = inThread(() -> lock.downgrade(write));
        until(() -> second.isDone() || ownStore.faults().heldReplies() == 2);
        ownStore.faults().releaseReplies();
        assertThatThrownBy(() -> get(second))
                .hasCauseInstanceOf(IllegalStateException.class)
                .hasMessageContaining("already");
        Lease read = get(first);
        assertThat(there.writeLock().tryAcquire()).isEmpty();
        assertThat(read.isValid()).isTrue();
        assertThat(read.release()).isEqualTo(ReleaseOutcome.RELEASED);
    }

    @Test
    void a_write_lease_is_not_valid_while_its_downgrade_is_under_way() throws Exception {
        Lease write = lock.writeLock().acquire();
        ownStore.faults().holdReplies(StoreOperation.DOWNGRADE);
        CompletableFuture<Lease> downgrade = inThread(() -> lock.downgrade(write));
        until(() -> ownStore.faults().heldReplies() == 1);
        Lease beside = there.readLock().tryAcquire().orElseThrow();
        assertThat(beside.isValid()).isTrue();
        assertThat(write.isValid()).isFalse();
        assertThat(write.remaining()).isEqualTo(Duration.ZERO);
        assertThatThrownBy(() -> write.ensure(Duration.ofMillis(1))).isInstanceOf(LeaseLostException.class);
        assertThat(write.lost().toCompletableFuture()).isNotDone();
        ownStore.faults().releaseReplies();
        Lease read = get(downgrade);
        assertThat(read.isValid()).isTrue();
        assertThat(write.isValid()).isFalse();
        assertThat(read.release()).isEqualTo(ReleaseOutcome.RELEASED);
        beside.release();
    }

    @Test
    void a_lease_that_is_being_upgraded_is_not_detached() throws Exception {
        Lease inTheWay = there.readLock().acquire();
        Lease read = lock.readLock().acquire();
        CompletableFuture<Lease> upgrade = upgrade(read, ANY);
        assertThatThrownBy(read::detach)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("it is being upgraded");
        inTheWay.release();
        Lease write = get(upgrade);
        assertThat(there.readLock().tryAcquire()).isEmpty();
        assertThat(own.adopt(write.detach()).release()).isEqualTo(ReleaseOutcome.RELEASED);
    }

    @Test
    void a_lease_that_is_being_downgraded_is_not_detached() throws Exception {
        Lease write = lock.writeLock().acquire();
        ownStore.faults().holdReplies(StoreOperation.DOWNGRADE);
        CompletableFuture<Lease> downgrade = inThread(() -> lock.downgrade(write));
        until(() -> ownStore.faults().heldReplies() == 1);
        assertThatThrownBy(write::detach)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("it is being downgraded");
        ownStore.faults().releaseReplies();
        assertThat(get(downgrade).release()).isEqualTo(ReleaseOutcome.RELEASED);
    }

    @Test
    void a_lease_that_is_being_detached_is_not_changed() throws Exception {
        Lease read = lock.readLock().acquire(ANY.renewal(Renewal.OFF));
        pass(LEASE.toMillis() * 2 / 3);
        ownStore.faults().holdReplies(StoreOperation.RENEW);
        CompletableFuture<LeaseTicket> detach = inThread(read::detach);
        until(() -> ownStore.faults().heldReplies() == 1);
        assertThatThrownBy(() -> lock.upgrade(read, BRIEFLY))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("it is being detached");
        ownStore.faults().releaseReplies();
        Lease adopted = other.adopt(get(detach));
        assertThatThrownBy(() -> lock.upgrade(read, BRIEFLY)).isInstanceOf(LeaseLostException.class);
        assertThat(adopted.release()).isEqualTo(ReleaseOutcome.RELEASED);
    }

    @Test
    void failed_upgrades_leave_nothing_behind_on_the_lease() throws Exception {
        kept(there.readLock().acquire());
        Lease read = lock.readLock().acquire();
        LeaseState lease = ((LeaseHandle) read).lease();
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> lock.upgrade(read, AcquireOptions.noWait()))
                    .isInstanceOf(LockTimeoutException.class);
        }
        int before = lease.whenLost().getNumberOfDependents() + lease.outcome().getNumberOfDependents();
        for (int i = 0; i < 20; i++) {
            assertThatThrownBy(() -> lock.upgrade(read, AcquireOptions.noWait()))
                    .isInstanceOf(LockTimeoutException.class);
        }
        assertThat(lease.whenLost().getNumberOfDependents() + lease.outcome().getNumberOfDependents())
                .isEqualTo(before);
    }

    @Test
    void a_release_ends_the_wait_of_its_upgrade_at_once() throws Exception {
        Lease inTheWay = there.readLock().acquire();
        Lease read = lock.readLock().acquire();
        CompletableFuture<Lease> upgrade = upgrade(read, ANY);
        assertThat(read.release()).isEqualTo(ReleaseOutcome.RELEASED);
        assertThatThrownBy(() -> get(upgrade)).hasCauseInstanceOf(LeaseLostException.class);
        assertThat(there.readLock().inspect().waiters()).isEmpty();
        assertThat(there.readLock().inspect().holders()).hasSize(1);
        inTheWay.release();
        assertThat(there.writeLock().tryAcquire()).isPresent();
    }

    @Test
    void a_release_that_crosses_with_the_grant_of_its_upgrade_frees_the_lock() throws Exception {
        Lease read = lock.readLock().acquire();
        ownStore.faults().holdReplies(StoreOperation.UPGRADE);
        CompletableFuture<Lease> upgrade = inThread(() -> lock.upgrade(read, ANY));
        until(() -> ownStore.faults().heldReplies() == 1);
        assertThat(read.release()).isEqualTo(ReleaseOutcome.RELEASED);
        ownStore.faults().releaseReplies();
        assertThatThrownBy(() -> get(upgrade)).hasCauseInstanceOf(LeaseLostException.class);
        assertThat(there.writeLock().tryAcquire()).isPresent();
    }

    @Test
    void an_upgrade_whose_grant_comes_before_the_answer_to_the_release_makes_no_lease() throws Exception {
        Lease read = lock.readLock().acquire();
        ownStore.faults().holdReplies(StoreOperation.UPGRADE, StoreOperation.RELEASE);
        CompletableFuture<Lease> upgrade = inThread(() -> lock.upgrade(read, ANY));
        until(() -> ownStore.faults().heldReplies() == 1);
        read.releaseAsync();
        ownStore.faults().releaseReplies();
        assertThatThrownBy(() -> get(upgrade)).hasCauseInstanceOf(LeaseLostException.class);
        assertThat(there.writeLock().tryAcquire()).isPresent();
    }

    @Test
    void a_release_that_crosses_with_a_downgrade_frees_the_lock() throws Exception {
        Lease write = lock.writeLock().acquire();
        ownStore.faults().holdReplies(StoreOperation.DOWNGRADE);
        CompletableFuture<Lease> downgrade = inThread(() -> lock.downgrade(write));
        until(() -> ownStore.faults().heldReplies() == 1);
        assertThat(write.release()).isEqualTo(ReleaseOutcome.RELEASED);
        Lease next = there.writeLock().tryAcquire().orElseThrow();
        ownStore.faults().releaseReplies();
        assertThatThrownBy(() -> get(downgrade)).hasCauseInstanceOf(LeaseLostException.class);
        assertThat(next.release()).isEqualTo(ReleaseOutcome.RELEASED);
    }

    @Test
    void what_gave_an_upgrade_up_and_comes_late_leaves_a_later_one() throws Exception {
        Lease inTheWay = there.readLock().acquire();
        Lease read = lock.readLock().acquire();
        late.add(GIVE_UP);
        // By another name in an earlier protocol.
        late.add("downgrade");
        assertThatThrownBy(() -> getInTime(upgrade(read, BRIEFLY))).hasCauseInstanceOf(LockTimeoutException.class);
        inTheWay.release();
        Lease write = lock.upgrade(read, BRIEFLY);
        late.clear();
        arrive();
        assertThat(there.readLock().tryAcquire()).isEmpty();
        assertThat(write.isValid()).isTrue();
        assertThat(write.release()).isEqualTo(ReleaseOutcome.RELEASED);
    }

    @Test
    void what_gave_an_upgrade_up_and_comes_late_leaves_a_later_wait() throws Exception {
        Lease inTheWay = there.readLock().acquire();
        Lease read = lock.readLock().acquire();
        late.add(GIVE_UP);
        assertThatThrownBy(() -> getInTime(upgrade(read, BRIEFLY))).hasCauseInstanceOf(LockTimeoutException.class);
        CompletableFuture<Lease> again = upgrade(read, ANY);
        late.clear();
        arrive();
        assertThat(lock.readLock().inspect().waiters()).hasSize(1);
        inTheWay.release();
        assertThat(get(again).release()).isEqualTo(ReleaseOutcome.RELEASED);
    }

    @Test
    void an_upgrade_that_was_given_up_and_comes_late_makes_no_writer() throws Exception {
        Lease read = lock.readLock().acquire();
        late.add(UPGRADE);
        assertThatThrownBy(() -> getInTime(upgrade(read, BRIEFLY))).hasCauseInstanceOf(LockUnavailableException.class);
        pass(1000);
        arrive();
        assertThat(there.readLock().tryAcquire()).isPresent();
        assertThat(read.isValid()).isTrue();
        assertThat(lock.readLock().inspect().waiters()).isEmpty();
    }

    @Test
    void an_upgrade_that_comes_late_undoes_no_downgrade() throws Exception {
        Lease read = lock.readLock().acquire();
        late.add(UPGRADE);
        CompletableFuture<Lease> upgrade = inThread(() -> lock.upgrade(read, ANY));
        until(() -> !underWay.isEmpty());
        late.clear();
        Lease again = lock.downgrade(getInTime(upgrade));
        arrive();
        assertThat(there.readLock().tryAcquire()).isPresent();
        assertThat(again.isValid()).isTrue();
    }

    @Test
    void an_upgrade_is_given_up_also_after_its_lease_has_left_the_client() throws Exception {
        Lease inTheWay = there.readLock().acquire();
        Lease read = lock.readLock().acquire();
        late.add(GIVE_UP);
        assertThatThrownBy(() -> getInTime(upgrade(read, BRIEFLY))).hasCauseInstanceOf(LockTimeoutException.class);
        Lease adopted = other.adopt(read.detach());
        late.clear();
        until(() -> {
            pass(100);
            return there.readLock().inspect().waiters().isEmpty();
        });
        inTheWay.release();
        Lease write = there.upgrade(adopted, BRIEFLY);
        arrive();
        assertThat(write.isValid()).isTrue();
        assertThat(lock.readLock().tryAcquire()).isEmpty();
    }

    @Test
    void a_lease_that_is_dropped_after_an_upgrade_in_vain_is_let_go() throws Exception {
        Lease inTheWay = there.readLock().acquire();
        upgradeInVainAndDrop();
        until(() -> {
            System.gc();
            pass(11_000);
            return count(LockEvent.Leaked.class) == 1;
        });
        assertThat(there.readLock().inspect().holders()).hasSize(1);
        assertThat(inTheWay.release()).isEqualTo(ReleaseOutcome.RELEASED);
    }

    private void upgradeInVainAndDrop() throws InterruptedException {
        Lease read = lock.readLock().acquire();
        assertThatThrownBy(() -> getInTime(upgrade(read, BRIEFLY))).hasCauseInstanceOf(LockTimeoutException.class);
    }

    /** Answers when its first request was sent. */
    private CompletableFuture<Lease> upgrade(Lease read, AcquireOptions options) {
        int before = ownStore.requests(StoreOperation.UPGRADE) + underWay.size();
        CompletableFuture<Lease> result = inThread(() -> lock.upgrade(read, options));
        until(() -> result.isDone() || ownStore.requests(StoreOperation.UPGRADE) + underWay.size() > before);
        until(() -> result.isDone()
                || late.contains(UPGRADE)
                || !lock.readLock().inspect().waiters().isEmpty());
        return result;
    }

    private void arrive() throws Exception {
        for (Callable<?> request : underWay) {
            request.call();
        }
        time.runCallbacks();
    }

    private SingleAuthorityStore delaying(SingleAuthorityStore real) {
        return (SingleAuthorityStore) Proxy.newProxyInstance(
                SingleAuthorityStore.class.getClassLoader(), new Class<?>[] {SingleAuthorityStore.class}, (p, m, a) -> {
                    if (late.contains(m.getName())) {
                        underWay.add(() -> m.invoke(real, a));
                        return CompletableFuture.failedFuture(new StoreException(Effect.UNKNOWN, "on its way", null));
                    }
                    return invoke(real, m, a);
                });
    }

    private static Object invoke(SingleAuthorityStore real, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(real, arguments);
        } catch (InvocationTargetException e) {
            throw e.getTargetException();
        }
    }

    private static <T> CompletableFuture<T> inThread(Callable<T> body) {
        CompletableFuture<T> result = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                result.complete(body.call());
            } catch (Throwable failure) {
                result.completeExceptionally(failure);
            }
        });
        thread.setDaemon(true);
        thread.start();
        return result;
    }

    private static <T> T get(CompletableFuture<T> future) throws Exception {
        return future.get(PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Lets the time pass meanwhile. */
    private <T> T getInTime(CompletableFuture<T> future) throws Exception {
        until(() -> {
            pass(50);
            return future.isDone();
        });
        return get(future);
    }

    private static void until(BooleanSupplier condition) {
        assertThat(Polling.until(PATIENCE, condition)).isTrue();
    }
}
