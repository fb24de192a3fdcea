package dev.mortise.tests.engine;

import static dev.mortise.testkit.contract.Kept.kept;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.Lease;
import dev.mortise.LockEvent;
import dev.mortise.LockTimeoutException;
import dev.mortise.LockUnavailableException;
import dev.mortise.internal.client.LockClient;
import dev.mortise.testkit.memory.InMemoryLockStore;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What crosses with the beginning and the end of a wait. */
final class WaitRacesTest extends OnFakeTime {
    private final WatchedTime watched = new WatchedTime(time);

    @Test
    void a_client_that_closes_while_somebody_is_just_coming_releases_everything_and_tells_them() throws Exception {
        LockClient closing = open(new InMemoryLockStore(server), watched);
        kept(closing.lock("kept").acquire());
        Lease held = closing.lock("a").acquire();
        CompletableFuture<CompletableFuture<Lease>> coming = new CompletableFuture<>();
        CompletableFuture<Busy> close = new CompletableFuture<>();
        watched.whenAQueueDecides(() -> {
            start(() -> coming.complete(closing.lock("a").acquireAsync(ANY))).comesToRest();
            close.complete(start(closing::close));
            close.join().comesToRest();
        });
        attempt(held::release);
        assertThat(end(close.join())).as("failure of close()").isEmpty();
        assertThat(other.lock("kept").tryAcquire())
                .as("the lease of the closed client")
                .isPresent();
        // It may have been handed the lock on the way, and lost it then.
        CompletableFuture<Lease> came = coming.get(30, TimeUnit.SECONDS);
        time.runCallbacks();
        assertThat(came).isDone();
        if (came.isCompletedExceptionally()) {
            assertThat(failure(came)).isInstanceOf(LockUnavailableException.class);
        } else {
            assertThat(came.join().isValid()).isFalse();
        }
        // What was asked for before the client was closed, and granted when nothing could be sent any more, ends by
        // itself.
        assertThat(within(60, other.lock("a").acquireAsync(ANY))).isPresent();
    }

    @Test
    void a_wait_whose_turn_to_ask_comes_while_it_is_still_coming_ends_in_time() throws Exception {
        Queue<Runnable> onDelivery = new ConcurrentLinkedQueue<>();
        LockClient waiting = open(
                new InMemoryLockStore(
                        server,
                        delivery -> {
                            Runnable before = onDelivery.poll();
                            if (before != null) {
                                before.run();
                            }
                            delivery.run();
                        },
                        Optional.empty()),
                time);
        Lease held = waiting.lock("a").acquire();
        CompletableFuture<Lease> there = other.lock("a").acquireAsync(ANY);
        onDelivery.add(held::releaseAsync);
        CompletableFuture<Lease> waiter =
                waiting.lock("a").acquireAsync(ANY.lease(Duration.ofSeconds(20)).maxWait(Duration.ofSeconds(5)));
        assertThat(onDelivery).as("what happens on the way").isEmpty();
        assertThat(had(there).isValid()).isTrue();
        pass(4_900);
        assertThat(waiter).isNotDone();
        pass(200);
        assertThat(failure(waiter)).isInstanceOf(LockTimeoutException.class);
    }

    @Test
    void an_event_that_finds_no_thread_stops_neither_the_lock_nor_the_events() throws Exception {
        LockClient mine = open(new InMemoryLockStore(server), watched);
        Lease held = mine.lock("a").acquire();
        CompletableFuture<Lease> first = mine.lock("a").acquireAsync(ANY);
        CompletableFuture<Lease> second = mine.lock("a").acquireAsync(ANY);
        CompletableFuture<Lease> third = mine.lock("a").acquireAsync(ANY);
        time.runCallbacks();
        watched.failNextCallback();
        attempt(held::releaseAsync);
        long token = held.fencingToken();
        for (CompletableFuture<Lease> waiter : List.of(first, second, third)) {
            Lease lease = within(60, waiter).orElseThrow();
            assertThat(lease.fencingToken()).isGreaterThan(token);
            token = lease.fencingToken();
            attempt(lease::releaseAsync);
        }
        assertThat(within(1, other.lock("a").acquireAsync(ANY))).isPresent();
        long before = count(LockEvent.Acquired.class);
        kept(mine.lock("b").acquire());
        assertThat(count(LockEvent.Acquired.class)).isEqualTo(before + 1);
    }

    private Throwable failure(CompletableFuture<?> future) {
        time.runCallbacks();
        assertThat(future).isCompletedExceptionally();
        return future.handle((lease, failure) -> failure).join();
    }
}
