package dev.mortise.internal.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.OnLoss;
import dev.mortise.Renewal;
import dev.mortise.internal.lease.Hold;
import dev.mortise.internal.lease.HoldFacts;
import dev.mortise.internal.lease.LeaseState;
import dev.mortise.internal.lease.LeaseTerms;
import dev.mortise.internal.runtime.FrozenTime;
import dev.mortise.internal.store.Late;
import dev.mortise.internal.store.Reserved;
import dev.mortise.internal.store.Shape;
import dev.mortise.internal.store.StoreException;
import dev.mortise.internal.store.Tag;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A reader that leaves those it shares a writer's hold with, which the server makes a reader's for that. */
class TakeOutTest {
    private static final long LEASE = TimeUnit.SECONDS.toNanos(30);

    private final FrozenTime time = new FrozenTime();
    private final Queue<Runnable> steps = new ArrayDeque<>();
    private final LocalQueue queue = new LocalQueue(
            new Unanswered(), steps::add, new HandOffBudget.Limits(64, TimeUnit.SECONDS.toNanos(1)), 100, () -> {});

    @Test
    void a_writer_is_not_handed_a_hold_that_is_just_about_to_be_made_a_readers() {
        User writer = new User("writer", Shape.MAX);
        queue.enter(writer);
        runSteps();
        Hold hold = queue.granted(
                writer,
                new HoldFacts("lock", "writer", Shape.READ_WRITE, Shape.MAX, 1_000, 0, LEASE, 1, 0, () -> Late.NO));
        LeaseState written = writer.lease(hold, 1_000);
        User leaving = new User("leaving", 1);
        User staying = new User("staying", 1);
        queue.enter(leaving);
        queue.enter(staying);
        release(written);
        runSteps();
        LeaseState split = leaving.lease();
        LeaseState stays = staying.lease();
        User next = new User("next", Shape.MAX);
        queue.enter(next);
        runSteps();
        // What is decided now is sent to the server later.
        hold.takeOut(split);
        release(split);
        release(stays);
        runSteps();
        assertThat(next.lease).as("handed on").isNull();
        assertThat(next.asked).as("asks the server").isTrue();
    }

    private void release(LeaseState lease) {
        assertThat(lease.release()).isTrue();
        lease.hold().released(lease);
    }

    private void runSteps() {
        for (Runnable step = steps.poll(); step != null; step = steps.poll()) {
            step.run();
        }
    }

    private final class User implements LocalWaiter {
        private final LeaseTerms terms;
        private final String id;
        private boolean asked;
        private @Nullable LeaseState lease;

        User(String id, long permits) {
            this.id = id;
            this.terms = new LeaseTerms(
                    "lock",
                    Shape.READ_WRITE,
                    permits,
                    LEASE,
                    Renewal.ON,
                    0,
                    OnLoss.NOTIFY,
                    new Tag("", ""),
                    Thread.currentThread(),
                    false,
                    "",
                    null);
        }

        LeaseState lease(Hold hold, long token) {
            LeaseState made = new LeaseState(time, terms, hold, id, token, 0, false);
            lease = made;
            return made;
        }

        LeaseState lease() {
            assertThat(lease).as(id).isNotNull();
            return lease;
        }

        @Override
        public void standsAt(WaiterQueue at) {}

        @Override
        public LeaseTerms terms() {
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
        public long lifetimeNanos() {
            return LEASE;
        }

        @Override
        public void lead(long ticket, boolean outlasts, @Nullable StoreException failure) {
            asked = true;
        }

        @Override
        public void queuesAt(long place) {}

        @Override
        public void heard() {}

        @Override
        public boolean handTo(Hold hold, long token) {
            lease(hold, token);
            return true;
        }

        @Override
        public void refuseFull(long waiting) {
            throw new AssertionError("there is room for " + waiting);
        }
    }

    /** A server that takes its time. */
    private final class Unanswered implements HoldActions {
        @Override
        public long nanos() {
            return time.nanos;
        }

        @Override
        public void release(LeaseState lease) {}

        @Override
        public CompletableFuture<?> cleanUp(Hold hold) {
            return new CompletableFuture<>();
        }

        @Override
        public CompletableFuture<Optional<Reserved>> reserve(Hold hold, long leaseNanos, long tokens) {
            return new CompletableFuture<>();
        }

        @Override
        public void forget(Hold hold) {}

        @Override
        public Hold sole(Hold hold) {
            throw new AssertionError("nobody is alone here");
        }

        @Override
        public CompletableFuture<@Nullable Hold> split(Hold hold, LeaseState lease) {
            return new CompletableFuture<>();
        }

        @Override
        public void moved(LeaseState lease, Hold from) {}
    }
}
