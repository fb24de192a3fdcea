package dev.mortise.tests.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.AcquireOptions;
import dev.mortise.Lease;
import dev.mortise.LockEvent;
import dev.mortise.internal.client.ClientConfig;
import dev.mortise.internal.client.LockClient;
import dev.mortise.internal.runtime.Time;
import dev.mortise.internal.store.SingleAuthorityStore;
import dev.mortise.testkit.memory.InMemoryLockStore;
import dev.mortise.testkit.memory.InMemoryServer;
import dev.mortise.testkit.memory.StoreOperation;
import dev.mortise.testkit.process.Polling;
import dev.mortise.testkit.time.FakeTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** One server, one clock, two clients. */
abstract class OnFakeTime {
    static final AcquireOptions ANY = AcquireOptions.defaults();
    static final Duration LEASE = Duration.ofSeconds(30);
    static final Duration PATIENCE = Duration.ofSeconds(30);
    static final Duration TIMEOUT = Duration.ofSeconds(2);

    final FakeTime time = new FakeTime();
    final InMemoryServer server = new InMemoryServer(time::micros);
    final List<LockEvent> events = new ArrayList<>();
    final InMemoryLockStore store = new InMemoryLockStore(server);
    final LockClient client = open(store, time);
    final InMemoryLockStore otherStore = new InMemoryLockStore(server);
    final LockClient other = open(otherStore, time);

    LockClient open(SingleAuthorityStore over, Time with) {
        return LockClient.open(
                over, with, new ClientConfig("engine", LEASE, TIMEOUT, 10_000, Duration.ZERO), events::add);
    }

    Lease had(CompletableFuture<Lease> future) {
        time.runCallbacks();
        return future.join();
    }

    /** The lease it ends with within so many seconds; empty when it does not. */
    Optional<Lease> within(long seconds, CompletableFuture<Lease> future) {
        time.runCallbacks();
        for (long i = 0; i < 10 * seconds && !future.isDone(); i++) {
            pass(100);
        }
        return future.isDone() ? Optional.of(future.join()) : Optional.empty();
    }

    /** Runs it on a thread of its own. */
    Busy start(Action action) {
        Busy busy = prepare(action);
        busy.start();
        return busy;
    }

    /** The same, not started yet. */
    Busy prepare(Action action) {
        return new Busy(action);
    }

    /** Runs it, and lets time go on while it waits; answers what it threw. */
    Optional<Throwable> attempt(Action action) {
        return end(start(action));
    }

    /** Lets time go on while it waits, until it has ended; answers what it threw. */
    Optional<Throwable> end(Busy busy) {
        boolean ended = Polling.until(PATIENCE, () -> {
            if (busy.waits()) {
                pass(10);
            }
            time.runCallbacks();
            return busy.done.isDone();
        });
        assertThat(ended).as("it ended").isTrue();
        return busy.done.join();
    }

    int asked(StoreOperation operation) {
        return store.requests(operation);
    }

    void pass(long millis) {
        time.advance(Duration.ofMillis(millis));
    }

    <E extends LockEvent> long count(Class<E> kind) {
        time.runCallbacks();
        return events.stream().filter(kind::isInstance).count();
    }

    /** What may fail. */
    interface Action {
        void run() throws Exception;
    }

    /** A thread that does something. */
    static final class Busy extends Thread {
        private final Action action;
        final CompletableFuture<Optional<Throwable>> done = new CompletableFuture<>();

        Busy(Action action) {
            this.action = action;
            setDaemon(true);
        }

        @Override
        public void run() {
            try {
                action.run();
                done.complete(Optional.empty());
            } catch (Throwable failure) {
                done.complete(Optional.of(failure));
            }
        }

        /** Whether it waits for somebody. */
        boolean waits() {
            return getState() == State.WAITING || getState() == State.TIMED_WAITING;
        }

        boolean hasEnded() {
            return done.isDone();
        }

        /** Blocks until it waits for somebody, or has ended. */
        void comesToRest() {
            assertThat(Polling.until(PATIENCE, () -> waits() || done.isDone())).isTrue();
        }
    }
}
