package dev.mortise.internal.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.Durability;
import dev.mortise.OnLoss;
import dev.mortise.Renewal;
import dev.mortise.internal.gate.Gates;
import dev.mortise.internal.gate.PassingLimits;
import dev.mortise.internal.lease.Detached;
import dev.mortise.internal.lease.DirectHome;
import dev.mortise.internal.lease.Events;
import dev.mortise.internal.lease.Keeper;
import dev.mortise.internal.lease.LeaseLimits;
import dev.mortise.internal.lease.Releaser;
import dev.mortise.internal.lease.Terms;
import dev.mortise.internal.lease.UnderWay;
import dev.mortise.internal.store.ClientRecord;
import dev.mortise.internal.store.LockStore;
import dev.mortise.internal.store.Shape;
import dev.mortise.internal.time.FrozenTime;
import dev.mortise.internal.time.Time;
import dev.mortise.internal.waiting.Acquisition;
import dev.mortise.internal.waiting.Departure;
import dev.mortise.internal.waiting.EndlessWatch;
import dev.mortise.internal.waiting.Engine;
import dev.mortise.internal.waiting.Floors;
import dev.mortise.internal.waiting.OpenPassage;
import dev.mortise.internal.waiting.Outcome;
import dev.mortise.internal.waiting.Passage;
import dev.mortise.internal.waiting.Waits;
import dev.mortise.internal.waiting.Wish;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An acquire that has found its client open, and is not in the register of waits yet. */
final class JustComingTest {
    private static final long TIMEOUT = TimeUnit.SECONDS.toNanos(1);

    private final Time time = new FrozenTime();
    private final LockStore store = answeringAtOnce();
    private final UnderWay underWay = new UnderWay();
    private final Keeper keeper = new Keeper(
            store,
            time,
            new Events(null, time.callbacks()),
            new LeaseLimits(Duration.ofNanos(TIMEOUT), Duration.ZERO),
            underWay);
    private final Releaser releaser = new Releaser(store, time, TIMEOUT, underWay);
    private final DirectHome home = new DirectHome(keeper, releaser);
    private final Waits waits =
            new Waits(keeper, new Detached(time), releaser, new Events(null, time.callbacks()), lock -> {}, underWay);
    private final Closing closing = new Closing(
            time,
            underWay,
            keeper,
            releaser,
            waits,
            List.of(),
            new Gates(store, time, keeper, releaser, home, () -> "hold", new PassingLimits(1, TIMEOUT), 10),
            new Heartbeat(store, time, new ClientRecord("client", "host", 1, "", "")),
            TIMEOUT);

    @ParameterizedTest
    @EnumSource
    void an_acquire_that_is_just_coming_is_waited_for_and_told_to_leave(Ending ending) throws Exception {
        underWay.add(waits::isEmpty);
        Thread closer = new Thread(() -> ending.end(closing));
        CompletableFuture<Boolean> endedBefore = new CompletableFuture<>();
        Acquisition coming = acquisition(knocker -> {
            closer.start();
            rest(closer);
            endedBefore.complete(!closer.isAlive());
            knocker.standsAt(new OpenPassage(home));
        });
        closing.begin(coming);
        assertThat(endedBefore).isCompletedWithValue(false);
        assertThat(coming.result().get(30, TimeUnit.SECONDS))
                .isInstanceOfSatisfying(
                        Outcome.Left.class, left -> assertThat(left.why()).isEqualTo(Departure.CLOSED));
        closer.join(TimeUnit.SECONDS.toMillis(30));
        assertThat(closer.isAlive()).isFalse();
    }

    private Acquisition acquisition(Passage.Door door) {
        Terms terms = new Terms(
                "a", Shape.MUTEX, 1, 0, Renewal.ON, 0, OnLoss.NOTIFY, "owner\t", Thread.currentThread(), false);
        Engine engine = new Engine(
                store,
                time,
                waits,
                new Events(null, time.callbacks()),
                new Floors(),
                TIMEOUT,
                10,
                new EndlessWatch(store, time),
                (granted, grant) -> {
                    throw new AssertionError("nothing is granted here");
                });
        return new Acquisition(engine, new Wish(terms, Long.MAX_VALUE, false, Durability.none()), "id", door);
    }

    /** Blocks until it waits for somebody, or has ended. */
    private static void rest(Thread thread) {
        while (thread.isAlive()
                && thread.getState() != Thread.State.WAITING
                && thread.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
    }

    private static LockStore answeringAtOnce() {
        return (LockStore) Proxy.newProxyInstance(
                LockStore.class.getClassLoader(),
                new Class<?>[] {LockStore.class},
                (self, method, args) -> CompletableFuture.completedFuture(null));
    }

    /** How a client ends. */
    private enum Ending {
        AT_ONCE {
            @Override
            void end(Closing closing) {
                closing.close(() -> {});
            }
        },
        WITH_TIME_FOR_HOLDERS {
            @Override
            void end(Closing closing) {
                closing.drain(Duration.ofSeconds(1));
            }
        };

        abstract void end(Closing closing);
    }
}
