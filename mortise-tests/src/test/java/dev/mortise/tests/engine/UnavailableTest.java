package dev.mortise.tests.engine;

import static dev.mortise.testkit.contract.Kept.kept;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.AcquireOptions;
import dev.mortise.Lease;
import dev.mortise.LockTimeoutException;
import dev.mortise.LockUnavailableException;
import dev.mortise.internal.client.LockClient;
import dev.mortise.internal.store.SingleAuthorityStore;
import dev.mortise.testkit.memory.InMemoryLockStore;
import dev.mortise.testkit.memory.StoreOperation;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server that cannot be asked is never taken for a lock that somebody holds. */
final class UnavailableTest extends OnFakeTime {
    private static final long TIMEOUT_MILLIS = TIMEOUT.toMillis();

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void everybody_who_runs_out_of_time_hears_that_it_cannot_be_asked(boolean silent) {
        goes(silent);
        List<CompletableFuture<Optional<Lease>>> all = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            all.add(client.lock("a").tryAcquireAsync(AcquireOptions.waitUpTo(Duration.ofMillis(300))));
        }
        passTheWait(silent);
        all.forEach(UnavailableTest::assertUnavailable);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void all_who_wait_fail_within_a_command_time_out(boolean silent) {
        goes(silent);
        List<CompletableFuture<Lease>> all = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            all.add(client.lock("a").acquireAsync(ANY));
            all.add(client.lock("a").acquireAsync(AcquireOptions.waitUpTo(Duration.ofSeconds(60))));
        }
        passTimeout();
        all.forEach(UnavailableTest::assertUnavailable);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void who_comes_later_fails_within_a_command_time_out_too(boolean silent) {
        goes(silent);
        CompletableFuture<Lease> first = client.lock("a").acquireAsync(ANY);
        pass(TIMEOUT_MILLIS / 2);
        CompletableFuture<Lease> second = client.lock("a").acquireAsync(ANY);
        pass(TIMEOUT_MILLIS / 2);
        store.disconnect();
        time.runCallbacks();
        assertUnavailable(first);
        assertThat(second).isNotDone();
        pass(TIMEOUT_MILLIS / 2);
        time.runCallbacks();
        assertUnavailable(second);
    }

    @Test
    void who_is_not_answered_in_time_hears_why_there_is_no_connection() {
        InMemoryLockStore silent = new InMemoryLockStore(server);
        LockClient asking = open(saying("WRONGPASS", silent), time);
        silent.faults().holdReplies(StoreOperation.ACQUIRE);
        assertThat(attempt(() -> asking.lock("a").tryAcquire()))
                .get()
                .isInstanceOf(LockUnavailableException.class)
                .asString()
                .contains("WRONGPASS");
    }

    @Test
    void who_runs_out_of_time_behind_one_of_this_client_that_is_answered_is_told_that_it_is_held() throws Exception {
        kept(other.lock("a").acquire());
        CompletableFuture<Lease> first = client.lock("a").acquireAsync(ANY);
        pass(1_000);
        CompletableFuture<Lease> second = client.lock("a").acquireAsync(AcquireOptions.waitUpTo(Duration.ofMillis(10)));
        pass(10);
        time.runCallbacks();
        assertFailed(second).isInstanceOf(LockTimeoutException.class);
        assertThat(first).isNotDone();
    }

    @Test
    void who_runs_out_of_time_before_the_first_answer_is_here_gets_that() throws Exception {
        kept(other.lock("a").acquire());
        store.faults().holdReplies(StoreOperation.ACQUIRE);
        kept(client.lock("a").acquireAsync(ANY));
        CompletableFuture<Lease> second = client.lock("a").acquireAsync(AcquireOptions.waitUpTo(Duration.ofMillis(10)));
        pass(100);
        assertThat(second).isNotDone();
        store.faults().releaseReplies();
        time.runCallbacks();
        assertFailed(second).isInstanceOf(LockTimeoutException.class);
    }

    @Test
    void who_runs_out_of_time_behind_a_holder_of_this_client_is_told_that_it_is_held() throws Exception {
        Lease held = client.lock("a").acquire();
        store.disconnect();
        CompletableFuture<Lease> second = client.lock("a").acquireAsync(AcquireOptions.waitUpTo(Duration.ofSeconds(5)));
        pass(5_000);
        time.runCallbacks();
        assertFailed(second).isInstanceOf(LockTimeoutException.class);
        assertThat(held.isValid()).isTrue();
    }

    @Test
    void an_outage_that_one_in_the_queue_has_seen_is_told_to_those_behind_it() throws Exception {
        kept(other.lock("a").acquire());
        CompletableFuture<Lease> first = client.lock("a").acquireAsync(ANY);
        pass(100);
        store.disconnect();
        CompletableFuture<Lease> second = client.lock("a").acquireAsync(AcquireOptions.waitUpTo(Duration.ofSeconds(5)));
        CompletableFuture<Lease> third = client.lock("a").acquireAsync(ANY);
        pass(5_000);
        time.runCallbacks();
        assertUnavailable(second);
        assertUnavailable(third);
        assertThat(first).isNotDone();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void several_locks_fail_like_one(boolean silent) {
        goes(silent);
        List<CompletableFuture<Optional<Lease>>> all = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            all.add(client.allOf("a", "b").tryAcquireAsync(AcquireOptions.waitUpTo(Duration.ofMillis(300))));
        }
        passTheWait(silent);
        all.forEach(UnavailableTest::assertUnavailable);
    }

    @Test
    void several_locks_whose_time_is_over_while_they_are_asked_for_again_get_that_answer() {
        store.faults().failNext(StoreOperation.ACQUIRE_ALL);
        CompletableFuture<Optional<Lease>> all = aMomentForSeveral();
        store.faults().holdReplies(StoreOperation.ACQUIRE_ALL);
        pass(350);
        assertThat(all).isNotDone();
        store.faults().releaseReplies();
        time.runCallbacks();
        assertThat(all.join()).isPresent();
    }

    @Test
    void nor_do_they_wait_for_that_beyond_a_command_time_out() {
        store.faults().failNext(StoreOperation.ACQUIRE_ALL);
        CompletableFuture<Optional<Lease>> all = aMomentForSeveral();
        store.faults().holdReplies(StoreOperation.ACQUIRE_ALL);
        pass(TIMEOUT_MILLIS);
        time.runCallbacks();
        assertUnavailable(all);
    }

    @Test
    void what_several_locks_may_have_been_granted_is_withdrawn_behind_them() {
        store.faults().dropNextReply(StoreOperation.ACQUIRE_ALL);
        CompletableFuture<Optional<Lease>> all = aMomentForSeveral();
        store.disconnect();
        pass(350);
        time.runCallbacks();
        assertUnavailable(all);
        assertThat(server.locks()).contains("a", "b");
        store.reconnect();
        pass(2_000);
        assertThat(other.lock("a").isLocked()).isFalse();
        assertThat(other.lock("b").isLocked()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void permits_and_sides_fail_like_locks(boolean silent) {
        goes(silent);
        AcquireOptions moment = AcquireOptions.waitUpTo(Duration.ofMillis(300));
        List<CompletableFuture<Optional<Lease>>> all = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            all.add(client.semaphore("s", 2).tryAcquireAsync(1, moment));
            all.add(client.readWriteLock("rw").readLock().tryAcquireAsync(moment));
            all.add(client.readWriteLock("rw").writeLock().tryAcquireAsync(moment));
        }
        passTheWait(silent);
        all.forEach(UnavailableTest::assertUnavailable);
    }

    private CompletableFuture<Optional<Lease>> aMomentForSeveral() {
        return client.allOf("a", "b").tryAcquireAsync(AcquireOptions.waitUpTo(Duration.ofMillis(300)));
    }

    /** Requests are rejected at once, or not answered. */
    private void goes(boolean silent) {
        if (silent) {
            store.faults().holdReplies();
        } else {
            store.disconnect();
        }
    }

    /** Until a wait of 300 ms is over: where nothing is answered, a command time-out after it began. */
    private void passTheWait(boolean silent) {
        if (silent) {
            passTimeout();
        } else {
            pass(350);
            time.runCallbacks();
        }
    }

    /** Until the first request has had no answer for a command time-out. */
    private void passTimeout() {
        pass(TIMEOUT_MILLIS);
        store.disconnect();
        time.runCallbacks();
    }

    private static void assertUnavailable(CompletableFuture<?> future) {
        assertFailed(future).isInstanceOf(LockUnavailableException.class);
    }

    private static AbstractThrowableAssert<?, ?> assertFailed(CompletableFuture<?> future) {
        assertThat(future).isCompletedExceptionally();
        return assertThat(
                future.handle((value, failure) -> failure instanceof CompletionException && failure.getCause() != null
                                ? failure.getCause()
                                : failure)
                        .join());
    }

    /** A store that knows why there is no connection. */
    private static SingleAuthorityStore saying(String why, SingleAuthorityStore store) {
        return (SingleAuthorityStore) Proxy.newProxyInstance(
                SingleAuthorityStore.class.getClassLoader(),
                new Class<?>[] {SingleAuthorityStore.class},
                (self, method, args) -> method.getName().equals("whyNot") ? why : method.invoke(store, args));
    }
}
