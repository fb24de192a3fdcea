package dev.mortise.tests.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mortise.AcquireOptions;
import dev.mortise.DistributedLock;
import dev.mortise.Lease;
import dev.mortise.LockEvent;
import dev.mortise.LockInfo;
import dev.mortise.LockUnavailableException;
import dev.mortise.OnLoss;
import dev.mortise.Renewal;
import dev.mortise.internal.client.ClientConfig;
import dev.mortise.internal.client.LockClient;
import dev.mortise.internal.runtime.SystemTime;
import dev.mortise.testkit.memory.InMemoryLockStore;
import dev.mortise.testkit.memory.InMemoryServer;
import dev.mortise.testkit.memory.StoreOperation;
import dev.mortise.testkit.process.Polling;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whichever way a lease was had, nothing in the client keeps its object: threads, timers and futures are the real ones. */
@SuppressWarnings("try") // what is held is held for its time
final class DroppedLeasesTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** So long that none is renewed, or lost, in the time of a test. */
    private static final Duration LEASE = Duration.ofMinutes(5);

    private static final AcquireOptions LONG_WAIT = AcquireOptions.waitUpTo(Duration.ofHours(1));

    private final InMemoryServer server =
            new InMemoryServer(() -> ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now()));
    private final List<LockEvent> events = new CopyOnWriteArrayList<>();
    private final InMemoryLockStore store = new InMemoryLockStore(server);
    private final LockClient client = open(store, "dropping");
    private final LockClient other = open(new InMemoryLockStore(server), "other");

    private LockClient open(InMemoryLockStore over, String name) {
        return LockClient.open(
                over,
                new SystemTime(name),
                new ClientConfig(name, LEASE, Duration.ofSeconds(1), 10_000, Duration.ZERO),
                events::add);
    }

    @AfterEach
    void closeAll() {
        client.close();
        other.close();
    }

    @ParameterizedTest
    @EnumSource
    void nothing_keeps_the_lease_of_one_lock(Way way) throws Exception {
        isFound(way, List.of("a"));
    }

    @ParameterizedTest
    @EnumSource
    void nothing_keeps_the_lease_of_several_locks_or_a_part_of_it(Way way) throws Exception {
        isFound(way, List.of("a", "b", "c"));
    }

    private void isFound(Way way, List<String> names) throws Exception {
        WeakReference<Object> lease = dropped(way, names);
        untilCollected("its object is gone", () -> lease.refersTo(null));
        long expected = way.ends ? 0 : names.size();
        untilCollected("each part is reported", () -> {
            lookNow();
            return leaked() == expected;
        });
        for (String name : names) {
            until(name + " is free", () -> !other.lock(name).isLocked());
        }
        assertThat(leaked()).isEqualTo(expected);
    }

    /** In a frame of its own, so that none of the test has it. */
    private WeakReference<Object> dropped(Way way, List<String> names) throws Exception {
        Lease lease = way.had.by(this, client.allOf(names.toArray(String[]::new)), names.get(names.size() - 1));
        return new WeakReference<>(lease);
    }

    /** A client looks at all its leases when one of them needs something. */
    private void lookNow() {
        AcquireOptions soon =
                AcquireOptions.noWait().lease(Duration.ofMillis(100)).renewal(Renewal.OFF);
        client.lock("look").tryAcquireAsync(soon).join().ifPresent(Lease::release);
    }

    private long leaked() {
        return events.stream().filter(LockEvent.Leaked.class::isInstance).count();
    }

    private static void untilCollected(String what, BooleanSupplier condition) {
        until(what, () -> {
            System.gc();
            return condition.getAsBoolean();
        });
    }

    private static void until(String what, BooleanSupplier condition) {
        assertThat(Polling.until(PATIENCE, Duration.ofMillis(20), condition))
                .as(what)
                .isTrue();
    }

    private void untilWaiting(String lock, int count) {
        until(count + " wait", () -> other.lock(lock).inspect().waiters().size() == count);
    }

    /** It is waited for, as another client has that lock, and is had when that is released. */
    private Lease waited(String lock, Callable<Lease> asking) throws Exception {
        Lease held = other.lock(lock).acquire();
        CompletableFuture<Lease> waiting = inThread(asking);
        untilWaiting(lock, 1);
        held.release();
        return waiting.join();
    }

    private static CompletableFuture<Lease> inThread(Callable<Lease> asking) {
        CompletableFuture<Lease> result = new CompletableFuture<>();
        Thread thread = new Thread(
                () -> {
                    try {
                        result.complete(asking.call());
                    } catch (Throwable failure) {
                        result.completeExceptionally(failure);
                    }
                },
                "asking");
        thread.setDaemon(true);
        thread.start();
        return result;
    }

    /** The first lock is taken from one that waits for the last; answers when that has begun again. */
    private void loseFirst() {
        long token = holder("a");
        other.admin().forceRelease("a", "by the test");
        until("it has begun again", () -> holder("a") > token);
    }

    private long holder(String lock) {
        return other.lock(lock).inspect().holders().stream()
                .mapToLong(LockInfo.Holder::fencingToken)
                .max()
                .orElse(0);
    }

    private Lease afterFault(Consumer<StoreOperation> fault, Callable<Lease> asking) throws Exception {
        fault.accept(StoreOperation.ACQUIRE);
        fault.accept(StoreOperation.ACQUIRE_ALL);
        return asking.call();
    }

    /** One way to have a lease. */
    enum Way {
        ASKED_ONCE(false, (test, lock, last) -> lock.tryAcquire().orElseThrow()),
        ASKED_ONCE_ASYNCHRONOUSLY(
                false,
                (test, lock, last) ->
                        lock.tryAcquireAsync(AcquireOptions.noWait()).join().orElseThrow()),
        FREE(false, (test, lock, last) -> lock.acquire(LONG_WAIT)),
        FREE_ASYNCHRONOUSLY(
                false, (test, lock, last) -> lock.acquireAsync(LONG_WAIT).join()),
        WAITED(false, (test, lock, last) -> test.waited(last, () -> lock.acquire(LONG_WAIT))),
        WAITED_WITHOUT_A_LIMIT(
                false, (test, lock, last) -> test.waited(last, () -> lock.acquire(AcquireOptions.defaults()))),
        WAITED_WITHOUT_A_REASON(
                false,
                (test, lock, last) -> test.waited(
                        last, () -> lock.tryAcquire(Duration.ofHours(1)).orElseThrow())),
        WAITED_ASYNCHRONOUSLY(
                false,
                (test, lock, last) ->
                        test.waited(last, () -> lock.acquireAsync(LONG_WAIT).join())),
        WAITED_WITHOUT_EXPIRY(
                false, (test, lock, last) -> test.waited(last, () -> lock.acquire(LONG_WAIT.untilReleased()))),
        WITH_A_LONGEST_HOLD(false, (test, lock, last) -> lock.acquire(LONG_WAIT.maxHold(Duration.ofHours(1)))),
        INTERRUPTS_ITS_OWNER(
                false,
                (test, lock, last) -> test.waited(last, () -> lock.acquire(LONG_WAIT.onLoss(OnLoss.INTERRUPT_OWNER)))),
        PASSED_ON_HERE(false, (test, lock, last) -> {
            Lease held = test.client.lock(last).acquire();
            CompletableFuture<Lease> waiting = lock.acquireAsync(LONG_WAIT);
            held.release();
            return waiting.join();
        }),
        USED(false, (test, lock, last) -> {
            Lease lease = lock.acquire(LONG_WAIT);
            lease.extend(LEASE.plusMinutes(1));
            lease.ensure(LEASE);
            lease.extend(LEASE);
            assertThat(lease.lost().toCompletableFuture()).isNotDone();
            assertThat(lock.tryAcquire()).isEmpty();
            return lease;
        }),
        REQUEST_LOST(
                false,
                (test, lock, last) ->
                        test.afterFault(test.store.faults()::loseNextRequest, () -> lock.acquire(LONG_WAIT))),
        ANSWER_LOST(
                false,
                (test, lock, last) ->
                        test.afterFault(test.store.faults()::dropNextReply, () -> lock.acquire(LONG_WAIT))),
        NOT_EXECUTED(
                false,
                (test, lock, last) -> test.afterFault(
                        test.store.faults()::failNext,
                        () -> lock.acquireAsync(LONG_WAIT).join())),
        ANSWER_LATE(false, (test, lock, last) -> {
            test.store.faults().holdReplies(StoreOperation.ACQUIRE, StoreOperation.ACQUIRE_ALL);
            CompletableFuture<Lease> waiting = lock.acquireAsync(LONG_WAIT);
            test.store.faults().releaseReplies();
            return waiting.join();
        }),
        GRANTED_IN_AN_OUTAGE(false, (test, lock, last) -> {
            Lease held = test.other.lock(last).acquire();
            CompletableFuture<Lease> waiting = lock.acquireAsync(LONG_WAIT);
            test.untilWaiting(last, 1);
            test.store.disconnect();
            held.release();
            test.store.reconnect();
            return waiting.join();
        }),
        RENEWAL_FAILED(false, (test, lock, last) -> {
            Lease lease = lock.acquire(LONG_WAIT);
            test.store.disconnect();
            assertThatThrownBy(() -> lease.ensure(LEASE)).isInstanceOf(LockUnavailableException.class);
            test.store.reconnect();
            return lease;
        }),
        A_PART_WAS_LOST(false, (test, lock, last) -> {
            Lease held = test.other.lock(last).acquire();
            CompletableFuture<Lease> waiting = lock.acquireAsync(LONG_WAIT);
            test.untilWaiting(last, 1);
            if (!"a".equals(last)) {
                test.loseFirst();
                test.untilWaiting(last, 1);
            }
            held.release();
            return waiting.join();
        }),
        CALLED(true, (test, lock, last) -> lock.call(LONG_WAIT, lease -> lease)),
        CALLED_ASYNCHRONOUSLY(
                true,
                (test, lock, last) -> lock.callAsync(LONG_WAIT, CompletableFuture::completedFuture)
                        .join()),
        RELEASED(true, (test, lock, last) -> {
            Lease lease = test.waited(last, () -> lock.acquire(LONG_WAIT));
            lease.releaseAsync().toCompletableFuture().join();
            return lease;
        });

        /** Whether it is released before it is dropped. */
        private final boolean ends;

        @SuppressWarnings("ImmutableEnumChecker") // A lambda without state.
        private final Had had;

        Way(boolean ends, Had had) {
            this.ends = ends;
            this.had = had;
        }
    }

    /** Answers the lease. */
    private interface Had {
        /** @param last the last of the locks, which others may have at first */
        Lease by(DroppedLeasesTest test, DistributedLock lock, String last) throws Exception;
    }
}
