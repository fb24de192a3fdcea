package dev.mortise.tests.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.Lease;
import dev.mortise.internal.client.LockClient;
import dev.mortise.internal.lease.LeaseState;
import dev.mortise.testkit.memory.InMemoryLockStore;
import dev.mortise.testkit.memory.StoreOperation;
import dev.mortise.tests.ForwardingTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An error is thrown inside the engine where it looks after leases: each lease that lives is renewed on. */
final class RenewalErrorsTest extends OnFakeTime {
    @Test
    void a_lease_is_renewed_on_when_another_on_its_hold_could_not_be_registered() {
        List<CompletableFuture<Lease>> second = new ArrayList<>();
        FailingTime failing = new FailingTime(Place.ROUND, 0);
        LockClient reader = open(new InMemoryLockStore(server), failing);
        failing.beforeError =
                () -> second.add(reader.readWriteLock("a").readLock().acquireAsync(ANY));
        failing.armed = true;
        CompletableFuture<Lease> first = reader.readWriteLock("a").readLock().acquireAsync(ANY);
        time.runCallbacks();
        assertThat(failing.hasThrown()).isTrue();
        assertThat(first).isCompletedExceptionally();
        Lease lease = had(second.get(0));
        pass(100_000);
        assertThat(lease.isValid()).isTrue();
        assertThat(other.readWriteLock("a").readLock().isLocked()).isTrue();
        lease.release();
    }

    @Test
    void a_read_lease_that_ends_while_its_upgrade_fails_leaves_nothing() throws Exception {
        FailingTime failing = new FailingTime(Place.ROUND, 0);
        LockClient reader = open(new InMemoryLockStore(server), failing);
        Lease read = reader.readWriteLock("a").readLock().acquire();
        failing.beforeError = read::releaseAsync;
        failing.armed = true;
        Optional<Throwable> thrown =
                attempt(() -> reader.readWriteLock("a").upgrade(read, ANY.lease(Duration.ofSeconds(7))));
        assertThat(thrown).isPresent();
        assertThat(failing.hasThrown()).isTrue();
        pass(1_000);
        assertThat(server.locks()).isEmpty();
        long before = time.nanos();
        assertThat(attempt(reader::close)).isEmpty();
        assertThat(Duration.ofNanos(time.nanos() - before))
                .as("what closing waited for")
                .isZero();
    }

    @ParameterizedTest
    @EnumSource(Place.class)
    void an_error_at_any_place_ends_no_lease_and_no_renewal(Place place) throws Exception {
        int hits = 0;
        while (isHit(place, hits)) {
            hits++;
        }
        assertThat(hits).as("places where the error was thrown").isPositive();
    }

    /** Whether there was such a place. */
    private boolean isHit(Place place, int throwsAfter) throws Exception {
        String about = " when place " + throwsAfter + " throws";
        FailingTime failing = new FailingTime(place, throwsAfter);
        InMemoryLockStore over = new InMemoryLockStore(server);
        LockClient holder = open(over, failing);
        Lease lease = holder.lock("a").acquire();
        Lease second = holder.lock("b").acquire(ANY.lease(Duration.ofSeconds(10)));
        Lease third = holder.readWriteLock("c").readLock().acquire();
        failing.armed = true;
        carryOn(10_500);
        over.faults().failNext(StoreOperation.RENEW);
        carryOn(50_000);
        Optional<Throwable> extended = attempt(() -> third.extend(Duration.ofSeconds(60)));
        carryOn(20_000);
        Optional<Throwable> shortened = attempt(() -> third.extend(Duration.ofSeconds(6)));
        carryOn(20_000);
        other.admin().forceRelease("b", "it is needed");
        carryOn(50_000);
        failing.armed = false;
        assertThat(List.of(extended, shortened))
                .as("what the holder asked for" + about)
                .allMatch(Optional::isEmpty);
        assertThat(lease.isValid()).as("the first lease" + about).isTrue();
        assertThat(third.isValid()).as("the third lease" + about).isTrue();
        assertThat(second.lost().toCompletableFuture())
                .as("the loss is told" + about)
                .isDone();
        assertThat(other.lock("b").isLocked()).as("the lost lock" + about).isFalse();
        assertThat(lease.remaining()).as("the rest" + about).isGreaterThan(Duration.ofSeconds(18));
        lease.release();
        third.release();
        long before = time.nanos();
        assertThat(attempt(holder::close)).as("closed" + about).isEmpty();
        assertThat(Duration.ofNanos(time.nanos() - before))
                .as("what closing waited for" + about)
                .isZero();
        return failing.hasThrown();
    }

    /** The timer thread outlives what a task throws. */
    private void carryOn(long millis) {
        for (long i = 0; i < millis; i += 100) {
            boolean isDone = false;
            while (!isDone) {
                try {
                    pass(100);
                    isDone = true;
                } catch (OrderedError e) {
                    isDone = false;
                }
            }
        }
    }

    /** Where the error comes from. */
    private enum Place {
        /** Where the next round is set. */
        ROUND,
        /** Where leases set any timer. */
        TIMER,
        /** Where leases look at the clock on the timer thread. */
        CLOCK
    }

    private static final class OrderedError extends Error {
        private static final long serialVersionUID = 1;

        OrderedError() {
            super("as the test ordered");
        }
    }

    /** Time that throws an error once. */
    private final class FailingTime extends ForwardingTime {
        private final Place place;
        private final Thread timerThread = Thread.currentThread();
        private int throwsAfter;
        private Runnable beforeError = () -> {};
        private boolean armed;

        FailingTime(Place place, int throwsAfter) {
            super(time);
            this.place = place;
            this.throwsAfter = throwsAfter;
        }

        boolean hasThrown() {
            return throwsAfter < 0;
        }

        @Override
        public Timer schedule(long delayNanos, Runnable task) {
            perhapsThrow(Place.TIMER, "");
            perhapsThrow(Place.ROUND, "setRound");
            return super.schedule(delayNanos, task);
        }

        @Override
        public long nanos() {
            if (Thread.currentThread() == timerThread) {
                perhapsThrow(Place.CLOCK, "");
            }
            return super.nanos();
        }

        private void perhapsThrow(Place here, String method) {
            if (armed && place == here && throwsAfter >= 0 && isAskedBy(method) && throwsAfter-- == 0) {
                armed = false;
                beforeError.run();
                throw new OrderedError();
            }
        }

        /** Or by any method, when none is named. */
        private static boolean isAskedBy(String method) {
            String leases = LeaseState.class.getPackageName() + ".";
            return StackWalker.getInstance()
                    .walk(frames -> frames.skip(3)
                            .findFirst()
                            .filter(frame -> frame.getClassName().startsWith(leases)
                                    && !frame.getClassName().equals(LeaseState.class.getName())
                                    && (method.isEmpty()
                                            || frame.getMethodName().equals(method)))
                            .isPresent());
        }

        @Override
        public void close() {}
    }
}
