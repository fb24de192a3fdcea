package dev.mortise.internal.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.Durability;
import dev.mortise.OnLoss;
import dev.mortise.Renewal;
import dev.mortise.internal.acquire.Acquire;
import dev.mortise.internal.acquire.AcquireContext;
import dev.mortise.internal.acquire.AcquireResult;
import dev.mortise.internal.acquire.AcquireSpec;
import dev.mortise.internal.acquire.LeaveReason;
import dev.mortise.internal.acquire.PollTurns;
import dev.mortise.internal.acquire.WaiterRegistry;
import dev.mortise.internal.lease.DetachedLeases;
import dev.mortise.internal.lease.EventDispatcher;
import dev.mortise.internal.lease.LeaseFactory;
import dev.mortise.internal.lease.LeaseLimits;
import dev.mortise.internal.lease.LeaseRegistry;
import dev.mortise.internal.lease.LeaseTerms;
import dev.mortise.internal.lease.OwnerClaims;
import dev.mortise.internal.lease.Releases;
import dev.mortise.internal.lease.SoleHold;
import dev.mortise.internal.lease.UnderWay;
import dev.mortise.internal.queue.HandOffBudget;
import dev.mortise.internal.queue.LocalQueues;
import dev.mortise.internal.queue.NoQueue;
import dev.mortise.internal.queue.WaiterQueue;
import dev.mortise.internal.runtime.FrozenTime;
import dev.mortise.internal.runtime.Time;
import dev.mortise.internal.store.ClientRecord;
import dev.mortise.internal.store.Contact;
import dev.mortise.internal.store.OrphanCheck;
import dev.mortise.internal.store.Shape;
import dev.mortise.internal.store.SingleAuthorityStore;
import dev.mortise.internal.store.Tag;
import dev.mortise.internal.store.TokenFloors;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An acquire that has found its client open, and is not in the register of waits yet. */
final class JustComingTest {
    private static final long TIMEOUT = TimeUnit.SECONDS.toNanos(1);

    private final Time time = new FrozenTime();
    private final SingleAuthorityStore store = answeringAtOnce();
    private final UnderWay underWay = new UnderWay();
    private final LeaseRegistry registry =
            new LeaseRegistry(store, time, new EventDispatcher(null, time.callbacks()), underWay, new Contact(time));
    private final Releases releases = new Releases(store, time, TIMEOUT, underWay);
    private final SoleHold.Ways sole = new SoleHold.Ways(registry, releases);
    private final WaiterRegistry waits = new WaiterRegistry(
            registry,
            new DetachedLeases(time),
            releases,
            new EventDispatcher(null, time.callbacks()),
            lock -> {},
            underWay);
    private final Lifecycle lifecycle = new Lifecycle(
            time,
            underWay,
            new Shutdown(
                    store,
                    time,
                    underWay,
                    registry,
                    releases,
                    waits,
                    new LocalQueues(store, time, sole, () -> "hold", new HandOffBudget.Limits(1, TIMEOUT), 10),
                    new Requests(time, TIMEOUT, underWay::less),
                    new Heartbeat(store, time, new ClientRecord("client", "host", 1, "", "", 0), new Contact(time)),
                    TIMEOUT));

    @ParameterizedTest
    @EnumSource
    void an_acquire_that_is_just_coming_is_waited_for_and_told_to_leave(Ending ending) throws Exception {
        underWay.add(waits::isEmpty);
        Thread closer = new Thread(() -> ending.end(lifecycle));
        CompletableFuture<Boolean> endedBefore = new CompletableFuture<>();
        Acquire coming = acquisition(waiter -> {
            closer.start();
            rest(closer);
            endedBefore.complete(!closer.isAlive());
            waiter.standsAt(new NoQueue(sole));
        });
        lifecycle.begin(coming);
        assertThat(endedBefore).isCompletedWithValue(false);
        assertThat(coming.result().get(30, TimeUnit.SECONDS))
                .isInstanceOfSatisfying(
                        AcquireResult.Left.class, left -> assertThat(left.why()).isEqualTo(LeaveReason.CLOSED));
        closer.join(TimeUnit.SECONDS.toMillis(30));
        assertThat(closer.isAlive()).isFalse();
    }

    private Acquire acquisition(WaiterQueue.Entrance entrance) {
        LeaseTerms terms = new LeaseTerms(
                "a",
                Shape.MUTEX,
                1,
                0,
                Renewal.ON,
                0,
                OnLoss.NOTIFY,
                new Tag("owner", ""),
                Thread.currentThread(),
                false,
                "",
                null);
        AcquireContext engine = new AcquireContext(
                store,
                time,
                new Contact(time),
                waits,
                new PollTurns(),
                new EventDispatcher(null, time.callbacks()),
                new TokenFloors(),
                TIMEOUT,
                10,
                new OrphanCheck(store, time),
                OwnerClaims.NONE,
                new LeaseFactory(
                        time,
                        registry,
                        new EventDispatcher(null, time.callbacks()),
                        new DetachedLeases(time),
                        new LeaseLimits(Duration.ofNanos(TIMEOUT), Duration.ZERO),
                        underWay,
                        OwnerClaims.NONE,
                        TIMEOUT,
                        lifecycle::endsLeases));
        return new Acquire(engine, new AcquireSpec(terms, Long.MAX_VALUE, false, Durability.none()), "id", entrance);
    }

    /** Blocks until it waits for somebody, or has ended. */
    private static void rest(Thread thread) {
        while (thread.isAlive()
                && thread.getState() != Thread.State.WAITING
                && thread.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
    }

    private static SingleAuthorityStore answeringAtOnce() {
        return (SingleAuthorityStore) Proxy.newProxyInstance(
                SingleAuthorityStore.class.getClassLoader(),
                new Class<?>[] {SingleAuthorityStore.class},
                (self, method, args) -> CompletableFuture.completedFuture(null));
    }

    /** How a client ends. */
    private enum Ending {
        AT_ONCE {
            @Override
            void end(Lifecycle lifecycle) {
                lifecycle.close();
            }
        },
        WITH_TIME_FOR_HOLDERS {
            @Override
            void end(Lifecycle lifecycle) {
                lifecycle.drain(Duration.ofSeconds(1));
            }
        };

        abstract void end(Lifecycle lifecycle);
    }
}
