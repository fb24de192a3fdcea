package dev.mortise.tests.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.Lease;
import dev.mortise.internal.client.LockClient;
import dev.mortise.testkit.memory.InMemoryLockStore;
import dev.mortise.tests.ForwardingTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** An error is thrown inside the engine where it looks after leases: each lease that lives is renewed on. */
final class RenewalErrorsTest extends OnFakeTime {
    @Test
    void a_lease_is_renewed_on_when_another_on_its_hold_could_not_be_registered() {
        InMemoryLockStore over = new InMemoryLockStore(server);
        List<CompletableFuture<Lease>> second = new ArrayList<>();
        FailingTime failing = new FailingTime();
        LockClient reader = open(over, failing);
        failing.beforeError =
                () -> second.add(reader.readWriteLock("a").readLock().acquireAsync(ANY));
        failing.failNextTimer();
        CompletableFuture<Lease> first = reader.readWriteLock("a").readLock().acquireAsync(ANY);
        time.runCallbacks();
        assertThat(failing.hasThrown).isTrue();
        assertThat(first).isCompletedExceptionally();
        Lease lease = had(second.get(0));
        pass(100_000);
        assertThat(lease.isValid()).isTrue();
        assertThat(other.readWriteLock("a").readLock().isLocked()).isTrue();
        lease.release();
    }

    @Test
    void a_read_lease_that_ends_while_its_upgrade_fails_leaves_nothing() throws Exception {
        FailingTime failing = new FailingTime();
        LockClient reader = open(new InMemoryLockStore(server), failing);
        Lease read = reader.readWriteLock("a").readLock().acquire();
        failing.beforeError = read::releaseAsync;
        failing.failNextTimer();
        Optional<Throwable> thrown =
                attempt(() -> reader.readWriteLock("a").upgrade(read, ANY.lease(Duration.ofSeconds(7))));
        assertThat(thrown).isPresent();
        assertThat(failing.hasThrown).as("" + thrown).isTrue();
        pass(1_000);
        assertThat(server.locks()).isEmpty();
        long before = time.nanos();
        assertThat(attempt(reader::close)).isEmpty();
        assertThat(Duration.ofNanos(time.nanos() - before))
                .as("what closing waited for")
                .isZero();
    }

    /** Time in which setting a timer for leases fails. */
    private final class FailingTime extends ForwardingTime {
        private Runnable beforeError = () -> {};
        private boolean armed;
        private boolean hasThrown;

        FailingTime() {
            super(time);
        }

        void failNextTimer() {
            armed = true;
        }

        @Override
        public Timer schedule(long delayNanos, Runnable task) {
            if (armed && isForLeases()) {
                armed = false;
                hasThrown = true;
                beforeError.run();
                throw new OutOfMemoryError("as the test ordered");
            }
            return super.schedule(delayNanos, task);
        }

        private boolean isForLeases() {
            return StackWalker.getInstance()
                    .walk(frames -> frames.skip(2)
                            .findFirst()
                            .filter(frame -> frame.getMethodName().equals("setRound"))
                            .isPresent());
        }

        @Override
        public void close() {}
    }
}
