package dev.mortise.tests.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mortise.LockUnavailableException;
import dev.mortise.ReleaseOutcome;
import dev.mortise.interop.InteropLease;
import dev.mortise.interop.InteropLock;
import dev.mortise.interop.InteropLocks;
import dev.mortise.interop.LockLayout;
import dev.mortise.testkit.proxy.Close;
import dev.mortise.testkit.proxy.Direction;
import dev.mortise.testkit.proxy.FaultProxy;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The two keys of python-redis-lock: a string, and a list that its waiters wait on. */
@SuppressWarnings("try") // what is held is held for its time
final class SignalInteropTest extends OnInterop {
    private static final String KEY = "lock:job";
    private static final String SIGNAL = "lock-signal:job";

    /** What its version 4 does to release. */
    private static final String RELEASE = """
            if redis.call("get", KEYS[1]) ~= ARGV[1] then return 1 end
            redis.call("del", KEYS[2])
            redis.call("lpush", KEYS[2], 1)
            redis.call("pexpire", KEYS[2], ARGV[2])
            redis.call("del", KEYS[1])
            return 0
            """;

    private InteropLocks locks() {
        return locks(LockLayout.pythonRedisLock());
    }

    private boolean pythonTakes(String id) {
        return redis("SET", KEY, id, "NX") != null;
    }

    private boolean pythonGives(String id) {
        return Long.valueOf(0).equals(redis("EVAL", RELEASE, "2", KEY, SIGNAL, id, "1000"));
    }

    /** A Python waiter: takes a signal out, whenever there is one. */
    private CompletableFuture<@Nullable Object> pythonWaits() {
        return apart("BLPOP", SIGNAL, "0");
    }

    @Test
    void each_side_excludes_the_other() {
        InteropLock lock = locks().lock("job");
        InteropLease lease = had(lock.tryAcquire());
        assertThat(at(KEY)).isEqualTo(lease.id());
        assertThat(pythonTakes("python")).isFalse();
        assertThat(pythonGives("python")).isFalse();
        lease.close();
        assertThat(pythonTakes("python")).isTrue();
        assertThat(lock.tryAcquire()).isEmpty();
        assertThat(lock.heldBy()).contains("python");
        assertThat(pythonGives("python")).isTrue();
        assertThat(lock.isLocked()).isFalse();
    }

    @Test
    void a_release_wakes_one_of_the_others_and_leaves_one_signal_at_most() throws Exception {
        InteropLock lock = locks().lock("job");
        InteropLease lease = lock.acquire();
        CompletableFuture<@Nullable Object> one = pythonWaits();
        CompletableFuture<@Nullable Object> other = pythonWaits();
        untilBlocked(2);
        assertThat(lease.release()).isEqualTo(ReleaseOutcome.RELEASED);
        get(CompletableFuture.anyOf(one, other));
        assertThat(one.isDone() && other.isDone()).isFalse();

        lock.acquire().close();
        get(CompletableFuture.allOf(one, other));
        for (int i = 0; i < 3; i++) {
            lock.acquire().close();
        }
        assertThat(redis("LLEN", SIGNAL)).isEqualTo(1L);
        assertThat(left(SIGNAL)).isBetween(1L, 1000L);
    }

    @Test
    void a_release_of_the_others_wakes_a_waiter_here_at_once() throws Exception {
        InteropLocks locks = locks();
        pythonTakes("python");
        CompletableFuture<InteropLease> waiting = waiting(locks, "job");
        untilBlocked(1);
        long began = System.nanoTime();
        assertThat(pythonGives("python")).isTrue();
        InteropLease lease = get(waiting);
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(2));
        assertThat(at(KEY)).isEqualTo(lease.id());
        assertThat(exists(SIGNAL)).isFalse();
        lease.close();
        untilNobodyIsBlocked();
    }

    @Test
    @DisplayName("D17 the holder's time ends without a signal")
    void a_waiter_outlives_a_holder_that_died() throws Exception {
        InteropLocks locks = locks();
        redis("SET", KEY, "dead", "NX", "EX", "1");
        CompletableFuture<InteropLease> waiting = waiting(locks, "job");
        untilBlocked(1);
        assertThat(get(waiting).release()).isEqualTo(ReleaseOutcome.RELEASED);
    }

    @Test
    @DisplayName("D18 another takes the signal and dies")
    void a_waiter_does_not_depend_on_a_signal_that_another_took() throws Exception {
        InteropLocks locks = locks();
        CompletableFuture<@Nullable Object> dies = pythonWaits();
        untilBlocked(1);
        pythonTakes("python");
        CompletableFuture<InteropLease> waiting = waiting(locks, "job");
        untilBlocked(2);
        pythonGives("python");
        get(dies);
        get(waiting).close();
    }

    @Test
    @DisplayName("D19, D20 a wait has one limit, and half a second is half a second")
    void signals_that_lead_to_nothing_prolong_no_wait() throws Exception {
        InteropLock lock = locks().lock("job");
        pythonTakes("python");
        long began = System.nanoTime();
        CompletableFuture<Optional<InteropLease>> waiting = inThread(() -> lock.tryAcquire(Duration.ofMillis(1500)));
        while (!waiting.isDone()) {
            redis("LPUSH", SIGNAL, "1");
            Thread.sleep(50);
        }
        assertThat(get(waiting)).isEmpty();
        assertThat(Duration.ofNanos(System.nanoTime() - began))
                .isBetween(Duration.ofMillis(1500), Duration.ofSeconds(5));
    }

    @Test
    @DisplayName("D21 a renewal that is lost is told")
    void a_lease_that_was_taken_away_is_told_and_the_lock_can_be_had_again() throws Exception {
        InteropLock lock = locks().lock("job");
        InteropLease lease = lock.acquire();
        redis("DEL", KEY);
        get(lease.lost().toCompletableFuture());
        had(lock.tryAcquire()).close();
    }

    @Test
    @DisplayName("D22 a waiter that is slower than the signal lives")
    void a_waiter_comes_in_without_any_signal() throws Exception {
        InteropLocks locks = locks();
        pythonTakes("python");
        CompletableFuture<InteropLease> waiting = waiting(locks, "job");
        untilBlocked(1);
        // Released as before version 3.4: the signal is gone at once.
        redis("DEL", KEY);
        get(waiting).close();
    }

    @Test
    void a_waiter_that_leaves_with_a_signal_puts_it_back() throws Exception {
        InteropLocks locks = locks();
        pythonTakes("python");
        CompletableFuture<InteropLease> waiting = waiting(locks, "job");
        untilBlocked(1);
        CompletableFuture<@Nullable Object> python = pythonWaits();
        untilBlocked(2);
        // This client stands first in line for the signal, and its waiter gives up.
        waiting.cancel(true);
        pythonGives("python");
        get(python);
    }

    @Test
    void a_signal_that_was_perhaps_taken_by_a_connection_that_broke_is_put_back() throws Exception {
        FaultProxy proxy = proxy();
        InteropLocks locks = locks(LockLayout.pythonRedisLock(), proxy.uri());
        pythonTakes("python");
        CompletableFuture<InteropLease> waiting = waiting(locks, "job");
        untilBlocked(1);
        CompletableFuture<@Nullable Object> python = pythonWaits();
        untilBlocked(2);
        proxy.blackHole(Direction.TO_CLIENT, true);
        // The signal goes to this client, which stands first in line, and never hears of it.
        pythonGives("python");
        untilBlocked(1);
        assertThat(python).isNotDone();
        waiting.cancel(true);
        proxy.heal();
        proxy.closeAll(Close.RST);
        get(python);
    }

    @Test
    void a_client_that_closes_puts_a_signal_back_and_waits_no_more() throws Exception {
        InteropLocks locks = locks();
        pythonTakes("python");
        CompletableFuture<InteropLease> waiting = waiting(locks, "job");
        untilBlocked(1);
        locks.close();
        assertThat(failure(waiting)).isInstanceOf(LockUnavailableException.class);
        untilNobodyIsBlocked();
        CompletableFuture<@Nullable Object> python = pythonWaits();
        untilBlocked(1);
        pythonGives("python");
        get(python);
        assertThat(keys()).isSubsetOf(KEY, SIGNAL);
    }

    @Test
    void waiters_of_one_client_share_one_connection_that_waits() throws Exception {
        InteropLocks locks = locks();
        pythonTakes("python");
        List<CompletableFuture<InteropLease>> waiters =
                List.of(waiting(locks, "job"), waiting(locks, "job"), waiting(locks, "job"));
        untilBlocked(1);
        pythonGives("python");
        for (CompletableFuture<InteropLease> waiter : waiters) {
            get(waiter).close();
        }
        untilNobodyIsBlocked();
        until("nothing is left", () -> keys().isEmpty());
    }

    @Test
    void something_else_at_its_keys_is_left_alone() throws Exception {
        InteropLocks locks = locks();
        redis("SADD", KEY, "x");
        assertThatThrownBy(() -> locks.lock("job").tryAcquire()).isInstanceOf(LockUnavailableException.class);
        assertThat(redis("SCARD", KEY)).isEqualTo(1L);
        redis("DEL", KEY);

        // A list that is none is no reason not to come in: it is asked for from time to time.
        redis("SET", SIGNAL, "x");
        pythonTakes("python");
        CompletableFuture<InteropLease> waiting = waiting(locks, "job");
        Thread.sleep(200);
        redis("DEL", KEY);
        get(waiting).close();
    }

    private void untilNobodyIsBlocked() {
        untilBlocked(0);
    }
}
