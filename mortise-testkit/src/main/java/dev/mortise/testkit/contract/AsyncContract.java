package dev.mortise.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.AcquireOptions;
import dev.mortise.DistributedLock;
import dev.mortise.Lease;
import dev.mortise.LeaseLostException;
import dev.mortise.LockTimeoutException;
import dev.mortise.Mortise;
import dev.mortise.ReleaseOutcome;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Acquiring without a thread that waits, and its cancellation at every moment. */
@SuppressWarnings("try") // what is held is held for its time
abstract class AsyncContract extends AcquireContract {
    private static final AcquireOptions ANY = AcquireOptions.defaults();

    @Test
    void a_future_completes_with_the_lease_on_the_callback_executor() {
        DistributedLock lock = client().lock(name());
        CompletableFuture<Lease> future = lock.acquireAsync(ANY);
        String thread = get(future.thenApply(lease -> Thread.currentThread().getName()));
        assertThat(thread)
                .matches("mortise-callback.*|main|.*Test worker.*|"
                        + Thread.currentThread().getName());
        assertThat(get(get(future).releaseAsync())).isEqualTo(ReleaseOutcome.RELEASED);
        assertThat(lock.isLocked()).isFalse();
    }

    @Test
    void a_future_that_had_to_wait_completes_on_the_callback_executor() throws Exception {
        DistributedLock lock = client().lock(name());
        Lease held = lock.acquire();
        CompletableFuture<Lease> future = lock.acquireAsync(ANY);
        CompletableFuture<String> thread =
                future.thenApply(lease -> Thread.currentThread().getName());
        untilWaiting(lock, 1);
        assertThat(future).isNotDone();
        held.release();
        assertThat(get(thread)).startsWith("mortise-callback");
        get(future).release();
    }

    @Test
    void a_future_fails_when_its_wait_is_over() throws Exception {
        DistributedLock lock = client().lock(name());
        try (Lease held = lock.acquire()) {
            AcquireOptions soon = AcquireOptions.waitUpTo(Duration.ofMillis(50));
            assertThat(failure(lock.acquireAsync(soon))).isInstanceOf(LockTimeoutException.class);
            assertThat(failure(lock.acquireAsync(AcquireOptions.noWait()))).isInstanceOf(LockTimeoutException.class);
            assertThat(get(lock.tryAcquireAsync(soon))).isEmpty();
            assertThat(get(lock.tryAcquireAsync(AcquireOptions.noWait()))).isEmpty();
            assertThat(lock.inspect().waiters()).isEmpty();
            assertThat(held.isValid()).isTrue();
        }
        assertThat(get(lock.tryAcquireAsync(AcquireOptions.noWait())).map(Lease::release))
                .contains(ReleaseOutcome.RELEASED);
    }

    @Test
    void a_cancelled_future_leaves_the_queue() throws Exception {
        DistributedLock lock = client().lock(name());
        try (Lease held = lock.acquire()) {
            CompletableFuture<Lease> first = lock.acquireAsync(ANY);
            untilWaiting(lock, 1);
            CompletableFuture<Optional<Lease>> second = lock.tryAcquireAsync(ANY);
            untilWaiting(lock, 2);
            assertThat(first.cancel(true)).isTrue();
            untilWaiting(lock, 1);
            assertThat(second.cancel(false)).isTrue();
            untilWaiting(lock, 0);
            assertThat(held.isValid()).isTrue();
        }
        untilFree(lock);
    }

    @Test
    void a_future_that_times_out_by_itself_leaves_the_queue() throws Exception {
        DistributedLock lock = client().lock(name());
        try (Lease held = lock.acquire()) {
            assertThat(failure(lock.acquireAsync(ANY).orTimeout(100, TimeUnit.MILLISECONDS)))
                    .isInstanceOf(java.util.concurrent.TimeoutException.class);
            untilWaiting(lock, 0);
            assertThat(held.isValid()).isTrue();
        }
    }

    @Test
    void a_future_cancelled_before_its_request_is_answered_leaves_nothing() {
        DistributedLock lock = client().lock(name());
        for (int i = 0; i < 50; i++) {
            CompletableFuture<Lease> future = lock.acquireAsync(ANY);
            if (!future.cancel(true)) {
                get(future).release();
            }
        }
        untilFree(lock);
    }

    @Test
    void a_cancel_that_crosses_with_the_grant_loses_no_lock() throws Exception {
        DistributedLock here = client().lock(name());
        DistributedLock there = client().lock(name());
        for (int i = 0; i < 60; i++) {
            Lease held = here.acquire(Duration.ofSeconds(20));
            CompletableFuture<Lease> waiter = there.acquireAsync(ANY);
            untilWaiting(here, 1);
            CompletionStage<ReleaseOutcome> release = held.releaseAsync();
            if (!waiter.cancel(true)) {
                get(waiter).release();
            }
            assertThat(get(release)).isEqualTo(ReleaseOutcome.RELEASED);
            untilFree(here);
        }
    }

    @Test
    void a_cancel_after_the_grant_changes_nothing() {
        DistributedLock lock = client().lock(name());
        CompletableFuture<Lease> future = lock.acquireAsync(ANY);
        Lease lease = get(future);
        assertThat(future.cancel(true)).isFalse();
        assertThat(lease.isValid()).isTrue();
        assertThat(lock.isLocked()).isTrue();
        lease.release();
    }

    @Test
    void futures_are_served_in_the_order_they_came() throws Exception {
        needsOneAuthority();
        Mortise one = client(ClientSettings.defaults().servingInOrder());
        Mortise two = client(ClientSettings.defaults().servingInOrder());
        Lease held = one.lock(name()).acquire();
        List<Integer> order = new CopyOnWriteArrayList<>();
        CompletableFuture<?>[] all = new CompletableFuture<?>[8];
        for (int i = 0; i < all.length; i++) {
            int number = i;
            DistributedLock lock = (i % 2 == 0 ? one : two).lock(name());
            all[i] = lock.acquireAsync(ANY).thenCompose(lease -> {
                order.add(number);
                return lease.releaseAsync();
            });
            untilWaiting(lock, i + 1);
        }
        held.release();
        get(CompletableFuture.allOf(all));
        assertThat(order).containsExactly(0, 1, 2, 3, 4, 5, 6, 7);
    }

    @Test
    void an_asynchronous_body_runs_under_the_lock_until_its_stage_is_complete() {
        DistributedLock lock = client().lock(name());
        CompletableFuture<String> stage = new CompletableFuture<>();
        CompletableFuture<String> call = lock.callAsync(ANY, lease -> stage);
        until("held", lock::isLocked);
        assertThat(call).isNotDone();
        stage.complete("done");
        assertThat(get(call)).isEqualTo("done");
        assertThat(lock.isLocked()).isFalse();
    }

    @Test
    void an_asynchronous_body_that_fails_releases_and_fails_alike() {
        DistributedLock lock = client().lock(name());
        Throwable own = new IOException("own");
        assertThat(failure(lock.callAsync(ANY, lease -> CompletableFuture.<String>failedFuture(own))))
                .isSameAs(own);
        assertThat(lock.isLocked()).isFalse();
        for (Throwable thrown : List.of(new IllegalStateException("thrown"), new AssertionError("an error"))) {
            assertThat(failure(lock.callAsync(ANY, throwing(thrown)))).isSameAs(thrown);
            assertThat(lock.isLocked()).isFalse();
        }
    }

    @Test
    @SuppressWarnings("NullAway") // a body that breaks its contract
    void an_asynchronous_body_without_a_stage_fails_and_releases() {
        DistributedLock lock = client().lock(name());
        assertThat(failure(lock.<String>callAsync(ANY, lease -> null))).isInstanceOf(NullPointerException.class);
        untilFree(lock);
    }

    @Test
    void an_asynchronous_call_reports_a_loss_behind_a_body_that_ended_well() {
        Mortise client = client();
        DistributedLock lock = client.lock(name());
        CompletableFuture<String> call = lock.callAsync(
                ANY,
                lease -> CompletableFuture.supplyAsync(() -> {
                    client.admin().forceRelease(name(), "contract");
                    until("lost", () -> !lease.isValid());
                    return "too late";
                }));
        assertThat(failure(call)).isInstanceOf(LeaseLostException.class);
    }

    @Test
    void a_cancelled_asynchronous_call_that_waits_leaves_the_queue() throws Exception {
        DistributedLock lock = client().lock(name());
        try (Lease held = lock.acquire()) {
            CompletableFuture<String> call = lock.callAsync(ANY, lease -> CompletableFuture.completedFuture("ran"));
            untilWaiting(lock, 1);
            assertThat(call.cancel(true)).isTrue();
            untilWaiting(lock, 0);
            assertThat(held.isValid()).isTrue();
        }
        untilFree(lock);
    }

    @Test
    void a_cancelled_asynchronous_call_never_keeps_the_lock() throws Exception {
        DistributedLock here = client().lock(name());
        DistributedLock there = client().lock(name());
        for (int i = 0; i < 60; i++) {
            Lease held = here.acquire(Duration.ofSeconds(20));
            CompletableFuture<String> call = there.callAsync(ANY, lease -> CompletableFuture.completedFuture("ran"));
            untilWaiting(here, 1);
            get(held.releaseAsync());
            call.cancel(true);
            untilFree(here);
        }
    }

    private static <T> Function<Lease, CompletionStage<T>> throwing(Throwable thrown) {
        return lease -> {
            if (thrown instanceof Error error) {
                throw error;
            }
            throw (RuntimeException) thrown;
        };
    }
}
