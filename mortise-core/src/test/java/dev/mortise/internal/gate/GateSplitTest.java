package dev.mortise.internal.gate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.OnLoss;
import dev.mortise.Renewal;
import dev.mortise.internal.lease.HeldLease;
import dev.mortise.internal.lease.Home;
import dev.mortise.internal.lease.Late;
import dev.mortise.internal.lease.Tenure;
import dev.mortise.internal.lease.Terms;
import dev.mortise.internal.store.Reserved;
import dev.mortise.internal.store.Shape;
import dev.mortise.internal.store.StoreException;
import dev.mortise.internal.time.FrozenTime;
import dev.mortise.internal.waiting.Knocker;
import dev.mortise.internal.waiting.Passage;
import dev.mortise.internal.waiting.ServerGrant;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A reader that leaves those it shares a writer's hold with, which the server makes a reader's for that. */
class GateSplitTest {
    private static final long LEASE = TimeUnit.SECONDS.toNanos(30);

    private final FrozenTime time = new FrozenTime();
    private final Queue<Runnable> steps = new ArrayDeque<>();
    private final Gate gate =
            new Gate(new Unanswered(), steps::add, new PassingLimits(64, TimeUnit.SECONDS.toNanos(1)), 100, () -> {});

    @Test
    void a_writer_is_not_passed_a_hold_that_is_just_about_to_be_made_a_readers() {
        User writer = new User("writer", Shape.MAX);
        gate.enter(writer);
        runSteps();
        Tenure tenure = gate.granted(
                writer,
                new ServerGrant("lock", "writer", Shape.READ_WRITE, Shape.MAX, 1_000, 0, LEASE, 1, 0, () -> Late.NO));
        HeldLease written = writer.lease(tenure, 1_000);
        User leaving = new User("leaving", 1);
        User staying = new User("staying", 1);
        gate.enter(leaving);
        gate.enter(staying);
        release(written);
        runSteps();
        HeldLease split = leaving.lease();
        HeldLease stays = staying.lease();
        User next = new User("next", Shape.MAX);
        gate.enter(next);
        runSteps();
        // What is decided now is sent to the server later.
        tenure.home().alone(split);
        release(split);
        release(stays);
        runSteps();
        assertThat(next.lease).as("passed on").isNull();
        assertThat(next.asked).as("asks the server").isTrue();
    }

    private void release(HeldLease lease) {
        assertThat(lease.release()).isTrue();
        lease.tenure().home().released(lease);
    }

    private void runSteps() {
        for (Runnable step = steps.poll(); step != null; step = steps.poll()) {
            step.run();
        }
    }

    private final class User implements Knocker {
        private final Terms terms;
        private final String id;
        private boolean asked;
        private @Nullable HeldLease lease;

        User(String id, long permits) {
            this.id = id;
            this.terms = new Terms(
                    "lock",
                    Shape.READ_WRITE,
                    permits,
                    LEASE,
                    Renewal.ON,
                    0,
                    OnLoss.NOTIFY,
                    "\t",
                    Thread.currentThread(),
                    false);
        }

        HeldLease lease(Tenure tenure, long token) {
            HeldLease made = new HeldLease(time, terms, tenure, id, token, 0, false);
            lease = made;
            return made;
        }

        HeldLease lease() {
            assertThat(lease).as(id).isNotNull();
            return lease;
        }

        @Override
        public void standsAt(Passage at) {}

        @Override
        public Terms terms() {
            return terms;
        }

        @Override
        public long began() {
            return 0;
        }

        @Override
        public boolean isShared() {
            return terms.permits() == 1;
        }

        @Override
        public boolean isPatient() {
            return true;
        }

        @Override
        public long worthNanos() {
            return LEASE;
        }

        @Override
        public void ask(long ticket, boolean outlasts, @Nullable StoreException failure) {
            asked = true;
        }

        @Override
        public void queuesAt(long place) {}

        @Override
        public void heard() {}

        @Override
        public boolean pass(Tenure tenure, long token) {
            lease(tenure, token);
            return true;
        }

        @Override
        public void refuseFull(long waiting) {
            throw new AssertionError("there is room for " + waiting);
        }
    }

    /** A server that takes its time. */
    private final class Unanswered implements Backing {
        @Override
        public long nanos() {
            return time.nanos;
        }

        @Override
        public void release(HeldLease lease) {}

        @Override
        public CompletableFuture<?> cleanUp(Tenure tenure) {
            return new CompletableFuture<>();
        }

        @Override
        public CompletableFuture<Optional<Reserved>> reserve(Tenure tenure, long leaseNanos, long tokens) {
            return new CompletableFuture<>();
        }

        @Override
        public void forget(Tenure tenure) {}

        @Override
        public Home direct() {
            throw new AssertionError("nobody is alone here");
        }

        @Override
        public CompletableFuture<@Nullable Tenure> split(Tenure tenure, HeldLease lease) {
            return new CompletableFuture<>();
        }

        @Override
        public void moved(HeldLease lease, Tenure from) {}
    }
}
