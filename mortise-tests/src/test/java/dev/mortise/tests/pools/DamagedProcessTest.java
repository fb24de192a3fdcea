package dev.mortise.tests.pools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mortise.AcquireOptions;
import dev.mortise.DistributedLock;
import dev.mortise.Lease;
import dev.mortise.LockTimeoutException;
import dev.mortise.LockUnavailableException;
import dev.mortise.Mortise;
import dev.mortise.internal.client.ClientConfig;
import dev.mortise.internal.client.LockClient;
import dev.mortise.internal.store.AcquireRequest;
import dev.mortise.internal.store.SingleAuthorityStore;
import dev.mortise.testkit.memory.InMemoryLockStore;
import dev.mortise.testkit.memory.InMemoryServer;
import dev.mortise.testkit.memory.StoreOperation;
import dev.mortise.testkit.process.Polling;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An error hits a thread in its wait, or the timer thread is dead: waits end, nothing is left of them. */
final class DamagedProcessTest {
    private static final Duration COMMAND_TIMEOUT = Duration.ofMillis(500);

    private final InMemoryServer server =
            new InMemoryServer(() -> ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now()));
    private final FailingTime time = new FailingTime();
    private final InMemoryLockStore store = new InMemoryLockStore(server);
    private final Mortise client = open(store, time);
    private final Mortise other = open(new InMemoryLockStore(server), new FailingTime());

    private static Mortise open(SingleAuthorityStore store, FailingTime time) {
        ClientConfig config = new ClientConfig(
                "", Duration.ofSeconds(30), COMMAND_TIMEOUT, 100, Duration.ZERO, 64, Duration.ofMillis(10));
        return LockClient.open(store, time, config, null);
    }

    @AfterEach
    void close() {
        client.close();
        other.close();
    }

    /** Those with a limit, as only these look at the clock, where the error comes from. */
    @ParameterizedTest
    @EnumSource(
            value = Way.class,
            names = {"MUTEX_WITH_A_LIMIT", "TRY", "ALL_OF_WITH_A_LIMIT"})
    void a_thread_that_is_hit_in_its_wait_leaves_nothing(Way way) throws Exception {
        CompletableFuture<Throwable> hit = new CompletableFuture<>();
        DistributedLock lock = way.lock(other, "lock");
        way.alone(other, "lock", () -> {
            Thread waiter = new Thread(() -> {
                try {
                    way.task(client, "lock", () -> {}).run();
                } catch (Throwable e) {
                    hit.complete(e);
                }
            });
            waiter.start();
            until("it waits", () -> !lock.inspect().waiters().isEmpty());
            time.hit(waiter);
            until("it ends", hit::isDone);
            assertThat(hit.join()).isInstanceOf(OutOfMemoryError.class);
            assertThat(lock.inspect().waiters()).isEmpty();
        });
        until("nothing is left", () -> !lock.inspect().isLocked());
        try (Lease next = client.lock("lock").acquire(Duration.ofSeconds(20))) {
            assertThat(next.isValid()).isTrue();
        }
    }

    @Test
    void waits_with_a_limit_end_though_the_timer_is_dead() throws Exception {
        try (Lease held = other.lock("a").acquire()) {
            time.timerDies();
            Duration limit = Duration.ofMillis(200);
            assertThat(client.lock("a").tryAcquire(limit)).isEmpty();
            assertThatThrownBy(() -> client.lock("a").acquire(limit)).isInstanceOf(LockTimeoutException.class);
            assertThat(client.lock("a").asLock().tryLock(limit.toMillis(), TimeUnit.MILLISECONDS))
                    .isFalse();
            assertThat(client.allOf("a", "b").tryAcquire(limit)).isEmpty();
            assertThat(client.readWriteLock("rw").writeLock().tryAcquire(limit)).isPresent();
            assertThat(other.lock("a").inspect().waiters()).isEmpty();
            assertThat(held.isValid()).isTrue();
        }
    }

    @Test
    void nor_do_they_wait_for_a_server_that_is_silent_as_well() {
        store.faults().holdReplies(StoreOperation.values());
        time.timerDies();
        assertThatThrownBy(() -> client.lock("a").tryAcquire(AcquireOptions.waitUpTo(Duration.ofMillis(100))))
                .isInstanceOf(LockUnavailableException.class);
        assertThatThrownBy(() -> client.lock("a").tryAcquire()).isInstanceOf(LockUnavailableException.class);
        store.faults().releaseReplies();
    }

    @ParameterizedTest
    @ValueSource(strings = {"acquire", "reserve"})
    void a_store_that_throws_ends_no_queue(String operation) throws Exception {
        AtomicBoolean failsNow = new AtomicBoolean();
        AtomicInteger thrown = new AtomicInteger();
        SingleAuthorityStore failing = whenAsked(new InMemoryLockStore(server), operation, request -> {
            if (failsNow.get()) {
                thrown.incrementAndGet();
                throw new OutOfMemoryError("as the test ordered");
            }
        });
        try (Mortise damaged = open(failing, new FailingTime())) {
            DistributedLock lock = damaged.lock("a");
            Lease first = lock.acquire();
            failsNow.set(true);
            CompletableFuture<Optional<Lease>> second =
                    lock.tryAcquireAsync(AcquireOptions.waitUpTo(Duration.ofSeconds(20)));
            CompletableFuture<Optional<Lease>> third =
                    lock.tryAcquireAsync(AcquireOptions.waitUpTo(Duration.ofSeconds(20)));
            damaged.lock("b").tryAcquireAsync(AcquireOptions.noWait()).handle((lease, failure) -> lease);
            first.releaseAsync();
            until("it threw", () -> thrown.get() > 0);
            failsNow.set(false);
            until("the second has it", second::isDone);
            second.join().orElseThrow().close();
            until("the third has it", third::isDone);
            third.join().orElseThrow().close();
            lock.acquire(Duration.ofSeconds(20)).close();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void an_acquire_of_several_that_is_hit_between_two_of_them_leaves_nothing(boolean later) throws Exception {
        FailingTime hit = new FailingTime();
        AcquireOptions moment = AcquireOptions.waitUpTo(COMMAND_TIMEOUT.dividedBy(2));
        InMemoryLockStore real = new InMemoryLockStore(server);
        SingleAuthorityStore failing = whenAsked(real, "acquire", request -> {
            if (((AcquireRequest) request).lock().equals("b")) {
                hit.failTimers(true);
            }
        });
        try (Mortise damaged = open(failing, hit);
                Lease held = other.lock("b").acquire()) {
            if (later) {
                real.faults().holdReplies(StoreOperation.ACQUIRE_ALL);
            }
            CompletableFuture<Optional<Lease>> all = damaged.allOf("a", "b").tryAcquireAsync(moment);
            real.faults().releaseReplies();
            until("it ends", all::isDone);
            hit.failTimers(false);
            assertThatThrownBy(all::join)
                    .hasCauseInstanceOf(LockUnavailableException.class)
                    .hasRootCauseInstanceOf(OutOfMemoryError.class);
            until("the first is free", () -> !other.lock("a").inspect().isLocked());
            until(
                    "nobody waits for the second",
                    () -> other.lock("b").inspect().waiters().isEmpty());
            assertThat(held.isValid()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"inspect", "collect"})
    void a_store_that_throws_when_it_is_asked_on_the_side_ends_no_wait(String operation) throws Exception {
        SingleAuthorityStore failing = whenAsked(new InMemoryLockStore(server), operation, request -> {
            throw new OutOfMemoryError("as the test ordered");
        });
        try (Mortise damaged = open(failing, new FailingTime());
                Lease held = other.lock("a").acquire(AcquireOptions.defaults().untilReleased())) {
            Duration limit = Duration.ofMillis(200);
            CompletableFuture<Optional<Lease>> once = damaged.lock("a").tryAcquireAsync(AcquireOptions.noWait());
            until("it ends", once::isDone);
            assertThat(once.join()).isEmpty();
            assertThatThrownBy(() -> damaged.lock("a").acquire(limit)).isInstanceOf(LockTimeoutException.class);
            assertThatThrownBy(() -> damaged.allOf("a", "b").acquire(limit)).isInstanceOf(LockTimeoutException.class);
            CompletableFuture<Lease> late = damaged.lock("a").acquireAsync(AcquireOptions.waitUpTo(limit));
            until("it ends", late::isDone);
            assertThat(held.isValid()).isTrue();
        }
    }

    @Test
    void a_close_that_is_hit_closes_all_the_same() throws Exception {
        Lease held = client.lock("held").acquire();
        store.faults().holdReplies(StoreOperation.RELEASE);
        CompletableFuture<Throwable> ended = new CompletableFuture<>();
        Thread closer = new Thread(() -> {
            try {
                client.close();
                ended.complete(new AssertionError("nothing hit it"));
            } catch (Throwable e) {
                ended.complete(e);
            }
        });
        time.hit(closer);
        closer.start();
        until("it ends", ended::isDone);
        assertThat(ended.join()).isInstanceOf(OutOfMemoryError.class);
        assertThat(time.hasHit()).isTrue();
        // Connections were closed at once: nobody is asked, not even by a second close.
        int asked = store.requests(StoreOperation.RELEASE);
        client.close();
        assertThat(store.requests(StoreOperation.RELEASE)).isEqualTo(asked);
        assertThatThrownBy(() -> client.lock("a")).isInstanceOf(IllegalStateException.class);
        assertThat(held.lockName()).isEqualTo("held");
    }

    /** A store to which something happens before each request of that kind, which hears the first argument. */
    private static SingleAuthorityStore whenAsked(
            SingleAuthorityStore store, String operation, Consumer<Object> happens) {
        return (SingleAuthorityStore) Proxy.newProxyInstance(
                SingleAuthorityStore.class.getClassLoader(),
                new Class<?>[] {SingleAuthorityStore.class},
                (self, method, args) -> {
                    if (method.getName().equals(operation)) {
                        happens.accept(args[0]);
                    }
                    return method.invoke(store, args);
                });
    }

    private static void until(String what, BooleanSupplier condition) {
        assertThat(Polling.until(Duration.ofSeconds(30), condition)).as(what).isTrue();
    }
}
