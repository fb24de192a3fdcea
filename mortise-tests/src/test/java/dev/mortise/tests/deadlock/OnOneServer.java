package dev.mortise.tests.deadlock;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.AcquireOptions;
import dev.mortise.DeadlockException;
import dev.mortise.Lease;
import dev.mortise.LockEvent;
import dev.mortise.Owner;
import dev.mortise.internal.client.ClientConfig;
import dev.mortise.internal.client.LockClient;
import dev.mortise.internal.deadlock.DeadlockSettings;
import dev.mortise.internal.insight.InsightSettings;
import dev.mortise.internal.runtime.Time;
import dev.mortise.testkit.memory.InMemoryLockStore;
import dev.mortise.testkit.memory.InMemoryServer;
import dev.mortise.testkit.memory.StoreOperation;
import dev.mortise.testkit.time.FakeTime;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** One server in memory, one clock, and as many clients as a test wants. */
abstract class OnOneServer {
    final FakeTime time = new FakeTime();
    final InMemoryServer server = new InMemoryServer(time::micros);

    /** A lease that nothing refers to counts as dropped, and ends. */
    private final List<Object> kept = new ArrayList<>();

    /** A client, and what it has told. */
    final class Member {
        final InMemoryLockStore store = new InMemoryLockStore(server);
        final List<LockEvent> events = new ArrayList<>();
        final LockClient client;

        /** Done as this client looks at the wall clock: the first at the next look, and so on. */
        final Deque<Runnable> atLooksAtTheWallClock = new ArrayDeque<>();

        Member(DeadlockSettings deadlocks) {
            ClientConfig config = new ClientConfig(
                            "process", Duration.ofSeconds(30), Duration.ofSeconds(2), 10_000, Duration.ZERO)
                    .with(deadlocks)
                    .with(InsightSettings.USUAL.withoutSlowWaits());
            client = LockClient.open(store, hooked(), config, events::add);
        }

        Member() {
            this(DeadlockSettings.USUAL);
        }

        private Time hooked() {
            return (Time) Proxy.newProxyInstance(
                    Time.class.getClassLoader(), new Class<?>[] {Time.class}, (proxy, method, arguments) -> {
                        if (method.getName().equals("wallMicros")) {
                            Optional.ofNullable(atLooksAtTheWallClock.poll()).ifPresent(Runnable::run);
                        }
                        try {
                            return method.invoke(time, arguments);
                        } catch (InvocationTargetException e) {
                            throw e.getCause();
                        }
                    });
        }

        Lease holds(String owner, String lock) {
            return had(wants(owner, lock));
        }

        CompletableFuture<Lease> wants(String owner, String lock) {
            return client.lock(lock).acquireAsync(as(owner));
        }

        int told() {
            return store.requests(StoreOperation.WAIT);
        }

        List<LockEvent.Deadlock> deadlocks() {
            time.runCallbacks();
            return events.stream()
                    .filter(LockEvent.Deadlock.class::isInstance)
                    .map(LockEvent.Deadlock.class::cast)
                    .toList();
        }
    }

    static AcquireOptions as(String owner) {
        return AcquireOptions.defaults().owner(Owner.of(owner));
    }

    void pass(long millis) {
        time.advance(Duration.ofMillis(millis));
    }

    <T> T had(CompletableFuture<T> future) {
        time.runCallbacks();
        assertThat(future).isCompleted();
        T result = future.join();
        kept.add(result);
        return result;
    }

    static DeadlockException deadlock(CompletableFuture<?> future) {
        assertThat(future).isCompletedExceptionally();
        Throwable failure = future.handle((value, thrown) -> thrown).join();
        assertThat(failure).isInstanceOf(DeadlockException.class);
        return (DeadlockException) failure;
    }

    void release(Lease lease) {
        lease.releaseAsync();
        time.runCallbacks();
    }
}
