package dev.mortise.tests.engine;

import static dev.mortise.testkit.contract.Kept.kept;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.DistributedLock;
import dev.mortise.DistributedReadWriteLock;
import dev.mortise.Lease;
import dev.mortise.LeaseTicket;
import dev.mortise.internal.client.LockClient;
import dev.mortise.internal.store.LockRecord;
import dev.mortise.testkit.memory.InMemoryLockStore;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever is under way when a client closes: when {@code close()} has returned, nothing of the client is on the server, and
 * nothing comes later. Each thing is stopped at each of its steps in turn, and the client is closed meanwhile.
 */
@SuppressWarnings("try") // what is held is held for its time
final class CloseRacesTest {
    private static final int MORE_STEPS_THAN_ANY = 500;

    @ParameterizedTest
    @MethodSource("underWay")
    void nothing_is_left_of_what_was_under_way(Function<World, OnFakeTime.Action> underWay) throws Exception {
        int step = 1;
        while (new World().closeWhileItStands(underWay, step)) {
            step++;
            assertThat(step).isLessThan(MORE_STEPS_THAN_ANY);
        }
    }

    /** As a callback thread does, which hears of the loss of a part while the client still ends the others. */
    @Test
    void nothing_is_left_of_a_joined_lease_that_notices_the_closing() throws Exception {
        for (int closer = 1; ; closer++) {
            int step = 1;
            World world = new World();
            while (world.closeStandsWhileItStands(World::joinedNotices, closer, step)) {
                step++;
                world = new World();
            }
            if (!world.closerStopped) {
                break;
            }
            assertThat(closer).isLessThan(MORE_STEPS_THAN_ANY);
        }
    }

    static Stream<Arguments> underWay() {
        return Stream.of(
                of("acquire", world -> world.lock("a")::acquire),
                of("acquire of what another client has", World::acquireHeldElsewhere),
                of("acquire behind a holder here", World::acquireBehindAHolderHere),
                of("tryAcquire", world -> world.lock("a")::tryAcquire),
                of("acquireAsync and cancel", World::cancelled),
                of("callAsync", World::callAsync),
                of("release", World::release),
                of("release to one who waits here", World::handOff),
                of("release to one who waits elsewhere", World::handOver),
                of("forced", World::forced),
                of("joined acquire", world -> world.subject.allOf("a", "b")::acquire),
                of("joined acquire that waits", World::joinedWaits),
                of("joined release", World::joinedRelease),
                of("joined call", world -> () -> world.subject.allOf("a", "b").call(OnFakeTime.ANY, lease -> lease)),
                of("read", world -> world.readWrite().readLock()::acquire),
                of("read beside a reader here", World::readBeside),
                of("release of one of two readers", World::releaseOfOne),
                of("downgrade", World::downgrade),
                of("upgrade", World::upgrade),
                of("upgrade of one of two readers", World::upgradeOfOne),
                of("upgrade that waits", World::upgradeThatWaits),
                of("detach of one of two readers", World::detachOfOne),
                of("detach", World::detach),
                of("adopt", World::adopt),
                of("permits", world -> () -> world.subject.semaphore("a", 3).acquire(2, OnFakeTime.ANY)),
                of("release of permits", World::releasePermits),
                of("extend", World::extend),
                of("view", world -> () -> {
                    world.lock("a").asLock().lock();
                    world.lock("a").asLock().unlock();
                }));
    }

    private static Arguments of(String name, Function<World, OnFakeTime.Action> underWay) {
        return Arguments.of(Named.of(name, underWay));
    }

    /** A client whose threads can be stopped, and another one that looks. */
    private static final class World extends OnFakeTime {
        private final Stepwise stepwise = new Stepwise();
        private final Stepwise closing = new Stepwise();
        private final InMemoryLockStore watchedStore = new InMemoryLockStore(server);
        private final LockClient subject =
                open(closing.over(stepwise.over(watchedStore)), closing.over(stepwise.over(time)));
        private final String subjectId = idOf(subject);
        private boolean closerStopped;

        /** Whether it has that many steps. */
        boolean closeWhileItStands(Function<World, Action> underWay, int step) throws Exception {
            Busy busy = prepare(underWay.apply(this));
            stepwise.stop(busy, step);
            busy.start();
            boolean stopped = stepwise.hasStopped(busy);
            Busy closer = start(subject::close);
            assertThatNothingIsLeft(busy, closer, step);
            return stopped;
        }

        /** The same, with a closing that stands somewhere until the other one does. */
        boolean closeStandsWhileItStands(Function<World, Action> underWay, int closerStep, int step) throws Exception {
            Busy busy = prepare(underWay.apply(this));
            stepwise.stop(busy, step);
            Busy closer = prepare(subject::close);
            closing.stop(closer, closerStep);
            closer.start();
            closerStopped = closing.hasStopped(closer);
            busy.start();
            boolean stopped = stepwise.hasStopped(busy);
            closing.goOn();
            assertThatNothingIsLeft(busy, closer, step);
            return stopped;
        }

        private void assertThatNothingIsLeft(Busy busy, Busy closer, int step) throws Exception {
            closer.comesToRest();
            if (closer.hasEnded()) {
                assertThatNothingIsThere("closed while it stands at step " + step);
            }
            stepwise.goOn();
            end(busy);
            assertThat(end(closer)).isEmpty();
            assertThat(time.nanos()).as("it did not wait in vain").isLessThan(TIMEOUT.toNanos());
            time.runCallbacks();
            assertThatNothingIsThere("after step " + step);
        }

        private void assertThatNothingIsThere(String when) throws Exception {
            for (String name : List.of("a", "b")) {
                LockRecord lock = otherStore.inspect(name).get();
                assertThat(lock.holders().stream()
                                .filter(holder -> holder.clientId().equals(subjectId)))
                        .as("holders of %s, %s", name, when)
                        .isEmpty();
                assertThat(lock.waiters().stream()
                                .filter(waiter -> waiter.clientId().equals(subjectId)))
                        .as("waiters of %s, %s", name, when)
                        .isEmpty();
            }
        }

        private String idOf(LockClient owner) {
            try (Lease lease = had(owner.lock("x").acquireAsync(ANY))) {
                return store.inspect("x").join().holders().get(0).clientId();
            }
        }

        private DistributedLock lock(String name) {
            return subject.lock(name);
        }

        private DistributedReadWriteLock readWrite() {
            return subject.readWriteLock("a");
        }

        private Action acquireHeldElsewhere() {
            kept(had(other.lock("a").acquireAsync(ANY)));
            return lock("a")::acquire;
        }

        private Action acquireBehindAHolderHere() {
            kept(had(lock("a").acquireAsync(ANY)));
            return lock("a")::acquire;
        }

        private Action cancelled() {
            kept(had(other.lock("a").acquireAsync(ANY)));
            return () -> lock("a").acquireAsync(ANY).cancel(false);
        }

        private Action callAsync() {
            return () -> {
                lock("a").callAsync(ANY, CompletableFuture::completedFuture);
                time.runCallbacks();
            };
        }

        private Action release() {
            return had(lock("a").acquireAsync(ANY))::release;
        }

        private Action handOff() {
            Lease lease = had(lock("a").acquireAsync(ANY));
            kept(lock("a").acquireAsync(ANY));
            kept(lock("a").acquireAsync(ANY));
            return lease::release;
        }

        private Action handOver() {
            Lease lease = had(lock("a").acquireAsync(ANY));
            kept(other.lock("a").acquireAsync(ANY));
            return lease::release;
        }

        private Action forced() {
            kept(had(lock("a").acquireAsync(ANY)));
            kept(lock("a").acquireAsync(ANY));
            return () -> other.admin().forceRelease("a", "test");
        }

        private Action joinedWaits() {
            kept(had(other.lock("b").acquireAsync(ANY)));
            return subject.allOf("a", "b")::acquire;
        }

        private Action joinedRelease() {
            return had(subject.allOf("a", "b").acquireAsync(ANY))::release;
        }

        private Action joinedNotices() {
            return had(subject.allOf("a", "b").acquireAsync(ANY))::isValid;
        }

        private Lease read() {
            return had(readWrite().readLock().acquireAsync(ANY));
        }

        private Action readBeside() {
            read();
            return readWrite().readLock()::acquire;
        }

        private Action releaseOfOne() {
            read();
            return read()::release;
        }

        private Action downgrade() {
            Lease write = had(readWrite().writeLock().acquireAsync(ANY));
            return () -> readWrite().downgrade(write);
        }

        private Action upgrade() {
            Lease read = read();
            return () -> readWrite().upgrade(read, ANY);
        }

        private Action upgradeOfOne() {
            read();
            return upgrade();
        }

        private Action upgradeThatWaits() {
            kept(had(other.readWriteLock("a").readLock().acquireAsync(ANY)));
            return upgrade();
        }

        private Action detach() {
            Lease lease = had(lock("a").acquireAsync(ANY));
            return () -> handOn(lease.detach());
        }

        private Action detachOfOne() {
            read();
            Lease lease = read();
            return () -> handOn(lease.detach());
        }

        /** A detached lease is nobody's of this client. */
        private void handOn(LeaseTicket ticket) {
            other.adopt(ticket).release();
        }

        private Action adopt() {
            LeaseTicket ticket = had(other.lock("a").acquireAsync(ANY)).detach();
            return () -> subject.adopt(ticket);
        }

        private Action releasePermits() {
            return had(subject.semaphore("a", 3).acquireAsync(2, ANY))::release;
        }

        private Action extend() {
            Lease lease = had(lock("a").acquireAsync(ANY));
            return () -> lease.extend(Duration.ofSeconds(5));
        }
    }
}
