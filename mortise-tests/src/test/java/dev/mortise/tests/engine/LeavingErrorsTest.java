package dev.mortise.tests.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.Lease;
import dev.mortise.internal.client.ClientConfig;
import dev.mortise.internal.client.LockClient;
import dev.mortise.internal.store.SingleAuthorityStore;
import dev.mortise.testkit.memory.InMemoryLockStore;
import dev.mortise.testkit.memory.InMemoryServer;
import dev.mortise.testkit.memory.StoreOperation;
import dev.mortise.tests.ForwardingTime;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * An error is thrown once inside the engine while acquires end without a grant: the future of each completes, and nothing of
 * them stays.
 */
final class LeavingErrorsTest extends OnFakeTime {
    @ParameterizedTest
    @EnumSource(Place.class)
    void an_error_at_any_place_leaves_no_future_incomplete(Place place) throws Exception {
        int all = 0;
        List<String> incomplete = new ArrayList<>();
        for (End end : End.values()) {
            for (int handOffs : new int[] {0, 64}) {
                int hits = 0;
                while (new World(place, hits, handOffs).isHit(end, incomplete)) {
                    hits++;
                }
                all += hits;
            }
        }
        assertThat(incomplete).isEmpty();
        assertThat(all).as("places where the error was thrown").isPositive();
    }

    /** Where the error comes from. */
    private enum Place {
        /** Where an acquire, its queue, or its caller looks at the clock. */
        CLOCK,
        /** Where any timer is set. */
        TIMER,
        /** Where chance decides. */
        RANDOM,
        /** Where futures of users are completed. */
        EXECUTOR,
        /** Where the store says why it does not answer. */
        WHY_NOT
    }

    /** How the acquires end. */
    private enum End {
        TIMEOUT_ELSEWHERE,
        TIMEOUT_HERE,
        NO_EXPIRY,
        WRONG_KIND,
        QUEUE_FULL,
        FAILING,
        /** The answer comes when the acquires are over. */
        LATE_ANSWER
    }

    private static final class OrderedError extends Error {
        private static final long serialVersionUID = 1;

        OrderedError() {
            super("as the test ordered");
        }
    }

    /** One client in which one place throws. */
    private final class World extends ForwardingTime {
        private final Place place;
        private final Executor throwing = task -> {
            perhapsThrow(Place.EXECUTOR);
            time.callbacks().execute(task);
        };
        private final InMemoryServer server = new InMemoryServer(time::micros);
        private final InMemoryLockStore over = new InMemoryLockStore(server);
        private final LockClient other = open(new InMemoryLockStore(server), time);
        private final LockClient client;
        private int throwsAfter;
        private boolean armed;
        private String where = "";

        World(Place place, int throwsAfter, int handOffs) {
            super(time);
            this.place = place;
            this.throwsAfter = throwsAfter;
            this.client = LockClient.open(
                    store(),
                    this,
                    new ClientConfig("leaving", LEASE, TIMEOUT, 2, Duration.ZERO, handOffs, Duration.ofMillis(10)),
                    null);
        }

        /** Whether there was such a place. */
        boolean isHit(End end, List<String> incomplete) throws Exception {
            @Nullable Lease held = begin(end);
            armed = true;
            List<CompletableFuture<?>> acquires = new ArrayList<>();
            if (end == End.QUEUE_FULL) {
                quietly(() -> acquires.add(client.lock("a").acquireAsync(ANY.maxWait(Duration.ofSeconds(3)))));
                quietly(() -> acquires.add(client.lock("a").acquireAsync(ANY.maxWait(Duration.ofSeconds(3)))));
            }
            quietly(() -> acquires.add(client.lock("a").acquireAsync(ANY.maxWait(Duration.ofSeconds(1)))));
            quietly(() -> acquires.add(client.lock("a").tryAcquireAsync(ANY.maxWait(Duration.ZERO))));
            quietly(() -> acquires.add(client.lock("a").tryAcquireAsync(ANY.maxWait(Duration.ofSeconds(1)))));
            carryOn(5_000);
            quietly(over.faults()::releaseReplies);
            carryOn(15_000);
            armed = false;
            String about = end + " " + where;
            if (!acquires.stream().allMatch(CompletableFuture::isDone)) {
                incomplete.add(about);
            }
            acquires.forEach(World::release);
            over.reconnect();
            if (held != null) {
                held.release();
            }
            carryOn(20_000);
            if (end == End.WRONG_KIND) {
                assertThat(other.lock("a").isLocked()).as("locked " + about).isFalse();
            }
            CompletableFuture<Lease> next = client.lock("a").acquireAsync(ANY);
            carryOn(1_000);
            if (!next.isDone() || next.isCompletedExceptionally()) {
                incomplete.add("the next: " + about);
            }
            release(next);
            carryOn(1_000);
            if (client.queues() > 0) {
                incomplete.add("queues: " + about);
            }
            server.locks().forEach(lock -> incomplete.add("server: " + about));
            return throwsAfter < 0;
        }

        private @Nullable Lease begin(End end) throws Exception {
            if (end == End.FAILING) {
                over.disconnect();
                return null;
            }
            if (end == End.LATE_ANSWER) {
                over.faults().holdReplies(StoreOperation.ACQUIRE);
                return null;
            }
            if (end == End.WRONG_KIND) {
                return other.readWriteLock("a").writeLock().acquire();
            }
            LockClient holder = end == End.TIMEOUT_HERE ? client : other;
            return holder.lock("a").acquire(end == End.NO_EXPIRY ? ANY.untilReleased() : ANY);
        }

        private static void release(CompletableFuture<?> acquire) {
            Object granted = acquire.isDone() && !acquire.isCompletedExceptionally() ? acquire.join() : null;
            if (granted instanceof Lease lease) {
                lease.releaseAsync();
            } else if (granted instanceof Optional<?> perhaps) {
                perhaps.ifPresent(lease -> ((Lease) lease).releaseAsync());
            }
        }

        private void carryOn(long millis) {
            for (long i = 0; i < millis; i += 100) {
                while (!quietly(() -> pass(100))) {
                    Thread.onSpinWait();
                }
            }
        }

        /** Whether it did not throw. */
        private boolean quietly(Runnable action) {
            try {
                action.run();
                return true;
            } catch (OrderedError e) {
                return false;
            }
        }

        private SingleAuthorityStore store() {
            return (SingleAuthorityStore) Proxy.newProxyInstance(
                    World.class.getClassLoader(),
                    new Class<?>[] {SingleAuthorityStore.class},
                    (proxy, method, arguments) -> {
                        if (method.getName().equals("whyNot")) {
                            perhapsThrow(Place.WHY_NOT);
                        }
                        try {
                            return method.invoke(over, arguments);
                        } catch (InvocationTargetException e) {
                            throw e.getCause();
                        }
                    });
        }

        private void perhapsThrow(Place here) {
            if (!armed || here != place || throwsAfter < 0) {
                return;
            }
            String at = StackWalker.getInstance()
                    .walk(frames -> frames.skip(1)
                            .map(frame ->
                                    frame.getClassName() + "." + frame.getMethodName() + ":" + frame.getLineNumber())
                            .filter(frame -> frame.startsWith("dev.mortise.internal."))
                            .findFirst()
                            .orElse(""));
            if (at.contains(".internal.lease.") || throwsAfter-- > 0) {
                return;
            }
            where = here + " " + at;
            throw new OrderedError();
        }

        @Override
        public long nanos() {
            perhapsThrow(Place.CLOCK);
            return super.nanos();
        }

        @Override
        public Timer schedule(long delayNanos, Runnable task) {
            perhapsThrow(Place.TIMER);
            return super.schedule(delayNanos, task);
        }

        @Override
        public long random(long bound) {
            perhapsThrow(Place.RANDOM);
            return super.random(bound);
        }

        @Override
        public Executor outcomes() {
            return throwing;
        }

        @Override
        public void close() {}
    }
}
