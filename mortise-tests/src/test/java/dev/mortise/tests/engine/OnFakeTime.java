package dev.mortise.tests.engine;

import dev.mortise.AcquireOptions;
import dev.mortise.Lease;
import dev.mortise.LockEvent;
import dev.mortise.internal.client.ClientConfig;
import dev.mortise.internal.client.LockClient;
import dev.mortise.testkit.memory.InMemoryLockStore;
import dev.mortise.testkit.memory.InMemoryServer;
import dev.mortise.testkit.memory.Operation;
import dev.mortise.testkit.time.FakeTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** One server, one clock, two clients. */
abstract class OnFakeTime {
    static final AcquireOptions ANY = AcquireOptions.defaults();
    static final Duration LEASE = Duration.ofSeconds(30);
    static final Duration TIMEOUT = Duration.ofSeconds(2);

    final FakeTime time = new FakeTime();
    final InMemoryServer server = new InMemoryServer(time::micros);
    final List<LockEvent> events = new ArrayList<>();
    final InMemoryLockStore store = new InMemoryLockStore(server);
    final LockClient client = open(store);
    final InMemoryLockStore otherStore = new InMemoryLockStore(server);
    final LockClient other = open(otherStore);

    private LockClient open(InMemoryLockStore over) {
        return LockClient.open(
                over, time, new ClientConfig("engine", LEASE, TIMEOUT, 10_000, Duration.ZERO), events::add);
    }

    Lease had(CompletableFuture<Lease> future) {
        time.runCallbacks();
        return future.join();
    }

    int asked(Operation operation) {
        return store.requests(operation);
    }

    void pass(long millis) {
        time.advance(Duration.ofMillis(millis));
    }

    <E extends LockEvent> long count(Class<E> kind) {
        time.runCallbacks();
        return events.stream().filter(kind::isInstance).count();
    }
}
