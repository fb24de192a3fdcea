package dev.mortise.tests.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.AcquireOptions;
import dev.mortise.DistributedLock;
import dev.mortise.Lease;
import dev.mortise.LockUnavailableException;
import dev.mortise.ReleaseOutcome;
import dev.mortise.internal.acquire.Acquire;
import dev.mortise.internal.client.ClientConfig;
import dev.mortise.internal.client.LockClient;
import dev.mortise.internal.lease.LeaseState;
import dev.mortise.internal.multi.OneStepAcquire;
import dev.mortise.internal.runtime.Time;
import dev.mortise.testkit.memory.InMemoryLockStore;
import dev.mortise.testkit.memory.InMemoryServer;
import dev.mortise.testkit.memory.StoreOperation;
import dev.mortise.testkit.time.FakeTime;
import dev.mortise.tests.ForwardingTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * An error is thrown once inside the engine, at each place in turn where it sets a timer or an acquire looks at the clock:
 * each acquire ends, and none leaves anything behind.
 */
final class AcquireErrorsTest {
    private static final AcquireOptions ANY = AcquireOptions.defaults();

    @ParameterizedTest
    @CsvSource({
        "TIMER, FREE, 64",
        "TIMER, FREE, 0",
        "TIMER, HELD_ELSEWHERE, 64",
        "TIMER, HELD_ELSEWHERE, 0",
        "TIMER, HELD_HERE, 64",
        "TIMER, HELD_HERE, 0",
        "TIMER, FAILING, 64",
        "TIMER, FAILING, 0",
        "TIMER, SEVERAL, 64",
        "TIMER, SEVERAL, 0",
        "TIMER, SEVERAL_FAILING, 64",
        "TIMER, SEVERAL_FAILING, 0",
        "CLOCK, SEVERAL, 64",
        "CLOCK, SEVERAL_FAILING, 64",
        "TIMER, WRITTEN_ELSEWHERE, 64",
        "TIMER, WRITTEN_HERE, 64",
        "CLOCK, WRITTEN_ELSEWHERE, 64",
        "CLOCK, WRITTEN_HERE, 64",
        "CLOCK, FREE, 64",
        "CLOCK, FREE, 0",
        "CLOCK, HELD_ELSEWHERE, 64",
        "CLOCK, HELD_ELSEWHERE, 0",
        "CLOCK, HELD_HERE, 64",
        "CLOCK, HELD_HERE, 0",
        "CLOCK, FAILING, 64",
        "CLOCK, FAILING, 0",
    })
    void an_error_at_any_place_ends_the_acquire_and_leaves_nothing(Place place, Start start, int handOffs)
            throws Exception {
        int hits = 0;
        while (new World(place, hits, handOffs).isHit(start)) {
            hits++;
        }
        assertThat(hits).as("places where the error was thrown").isPositive();
    }

    /** Where the error comes from. */
    enum Place {
        TIMER,
        CLOCK
    }

    /** How the lock is when the acquires come. */
    enum Start {
        FREE,
        HELD_ELSEWHERE,
        HELD_HERE,
        /** Held by a writer elsewhere; readers come. */
        WRITTEN_ELSEWHERE,
        /** Held by a writer here; readers come. */
        WRITTEN_HERE,
        /** Held elsewhere, and the first requests get no answer. */
        FAILING,
        /** Free, and wanted together with another one. */
        SEVERAL,
        /** So wanted, and the first requests get no answer. */
        SEVERAL_FAILING;

        boolean isSeveral() {
            return this == SEVERAL || this == SEVERAL_FAILING;
        }
    }

    private static final class World {
        private final FakeTime clock = new FakeTime();
        private final InMemoryServer server = new InMemoryServer(clock::micros);
        private final InMemoryLockStore store = new InMemoryLockStore(server);
        private final ThrowingTime time;
        private final LockClient client;
        private final LockClient other;
        private final String about;
        private final Set<CompletableFuture<ReleaseOutcome>> outcomes = new HashSet<>();

        World(Place place, int throwsAfter, int handOffs) {
            this.time = new ThrowingTime(clock, place, throwsAfter);
            this.client = open(store, time, handOffs);
            this.other = open(new InMemoryLockStore(server), clock, 0);
            this.about = " when place " + throwsAfter + " throws";
        }

        private static LockClient open(InMemoryLockStore over, Time with, int handOffs) {
            Duration lease = Duration.ofSeconds(30);
            Duration timeout = Duration.ofSeconds(2);
            return LockClient.open(
                    over,
                    with,
                    new ClientConfig("errors", lease, timeout, 10_000, Duration.ZERO, handOffs, Duration.ofMillis(10)),
                    null);
        }

        /** Whether there was such a place. */
        boolean isHit(Start start) throws InterruptedException {
            List<Lease> held = new ArrayList<>();
            boolean reads = start == Start.WRITTEN_ELSEWHERE || start == Start.WRITTEN_HERE;
            DistributedLock wanted = reads ? client.readWriteLock("a").readLock() : client.lock("a");
            if (reads) {
                LockClient holder = start == Start.WRITTEN_HERE ? client : other;
                held.add(holder.readWriteLock("a").writeLock().acquire());
            } else if (start == Start.HELD_HERE) {
                held.add(client.lock("a").acquire());
            } else if (start.isSeveral()) {
                wanted = client.allOf("a", "b");
            } else if (start != Start.FREE) {
                held.add(other.lock("a").acquire());
            }
            StoreOperation asked = start.isSeveral() ? StoreOperation.ACQUIRE_ALL : StoreOperation.ACQUIRE;
            store.faults().holdReplies(asked);
            List<CompletableFuture<Lease>> acquires = new ArrayList<>();
            time.arm();
            for (AcquireOptions options : List.of(ANY.maxWait(Duration.ofSeconds(40)), ANY, ANY)) {
                DistributedLock lock = wanted;
                attempt(() -> acquires.add(lock.acquireAsync(options)));
            }
            if (start == Start.FAILING || start == Start.SEVERAL_FAILING) {
                store.faults().failNext(asked);
                store.faults().failNext(asked);
                pass(6_000);
            }
            attempt(store.faults()::releaseReplies);
            pass(6_000);
            held.forEach(lease -> attempt(() -> lease.releaseAsync()));
            for (int i = 0; i < 900 && !acquires.stream().allMatch(CompletableFuture::isDone); i++) {
                pass(100);
                acquires.forEach(this::release);
            }
            acquires.forEach(this::release);
            time.disarm();
            pass(1_000);
            assertThat(acquires).as("acquires" + about).hasSize(3).allMatch(CompletableFuture::isDone);
            acquires.forEach(acquire -> assertThat(
                            acquire.handle((lease, failure) -> failure).join())
                    .as("failure" + about)
                    .satisfiesAnyOf(
                            failure -> assertThat(failure).isNull(),
                            failure -> assertThat(failure).isInstanceOf(LockUnavailableException.class)));
            assertThat(outcomes)
                    .as("releases" + about)
                    .allMatch(outcome -> outcome.isDone() && outcome.join() == ReleaseOutcome.RELEASED);
            assertThat(other.lock("a").inspect().waiters())
                    .as("waiters" + about)
                    .isEmpty();
            assertThat(other.lock("a").inspect().isLocked())
                    .as("locked" + about)
                    .isFalse();
            assertThat(other.lock("b").isLocked()).as("the other one" + about).isFalse();
            assertThat(client.queues()).as("local queues" + about).isZero();
            works(client);
            works(other);
            return time.hasThrown();
        }

        private void works(LockClient at) {
            CompletableFuture<Lease> next = at.lock("a").acquireAsync(ANY.maxWait(Duration.ofSeconds(1)));
            clock.runCallbacks();
            // Longer than its lease, so that it was renewed.
            pass(40_000);
            assertThat(next).as("the next acquire" + about).isCompletedWithValueMatching(Lease::isValid);
            CompletableFuture<ReleaseOutcome> released =
                    next.join().releaseAsync().toCompletableFuture();
            clock.runCallbacks();
            assertThat(released).isCompletedWithValue(ReleaseOutcome.RELEASED);
        }

        private void release(CompletableFuture<Lease> acquire) {
            if (acquire.isDone() && !acquire.isCompletedExceptionally()) {
                attempt(() -> outcomes.add(acquire.join().releaseAsync().toCompletableFuture()));
            }
        }

        private void pass(long millis) {
            for (long i = 0; i < millis; i += 100) {
                attempt(() -> clock.advance(Duration.ofMillis(100)));
            }
        }

        /** Whoever calls the engine may get the error. */
        private void attempt(Runnable action) {
            try {
                action.run();
            } catch (OrderedError e) {
                attempt(action);
            }
        }
    }

    private static final class OrderedError extends Error {
        private static final long serialVersionUID = 1;

        OrderedError() {
            super("as the test ordered");
        }
    }

    private static final class ThrowingTime extends ForwardingTime {
        private final Place place;
        private int throwsAfter;
        private boolean armed;

        ThrowingTime(Time time, Place place, int throwsAfter) {
            super(time);
            this.place = place;
            this.throwsAfter = throwsAfter;
        }

        void arm() {
            armed = true;
        }

        void disarm() {
            armed = false;
        }

        boolean hasThrown() {
            return throwsAfter < 0;
        }

        @Override
        public Timer schedule(long delayNanos, Runnable task) {
            perhapsThrow(Place.TIMER);
            return super.schedule(delayNanos, task);
        }

        @Override
        public long nanos() {
            if (armed && place == Place.CLOCK && isAskedByAcquire()) {
                perhapsThrow(Place.CLOCK);
            }
            return super.nanos();
        }

        /** Or by a lease that is being made for one. */
        private static boolean isAskedByAcquire() {
            return StackWalker.getInstance()
                    .walk(frames -> frames.skip(2)
                            .findFirst()
                            .filter(frame -> frame.getClassName().startsWith(Acquire.class.getPackageName() + ".")
                                    || frame.getClassName().equals(OneStepAcquire.class.getName())
                                    || frame.getClassName().equals(LeaseState.class.getName())
                                            && frame.getMethodName().equals("<init>"))
                            .isPresent());
        }

        private void perhapsThrow(Place here) {
            if (armed && place == here && throwsAfter >= 0 && throwsAfter-- == 0) {
                throw new OrderedError();
            }
        }

        @Override
        public void close() {}
    }
}
