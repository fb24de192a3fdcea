package dev.mortise.tests.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.Durability;
import dev.mortise.LeaseLoss.Cause;
import dev.mortise.Renewal;
import dev.mortise.internal.client.ClientConfig;
import dev.mortise.internal.client.InteropClient;
import dev.mortise.internal.deadlock.DeadlockSettings;
import dev.mortise.internal.insight.InsightSettings;
import dev.mortise.internal.interop.InteropStore;
import dev.mortise.internal.script.Script;
import dev.mortise.interop.InteropLease;
import dev.mortise.interop.InteropOptions;
import dev.mortise.interop.LockLayout;
import dev.mortise.testkit.time.FakeTime;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** When a lease in foreign keys is renewed, lost and given back, and when one that waits asks: by a clock that is moved by hand. */
final class InteropLeaseOnFakeTimeTest {
    private static final Duration LEASE = Duration.ofSeconds(30);
    private static final Duration TIMEOUT = Duration.ofSeconds(2);

    private final FakeTime time = new FakeTime();
    private final KeysOnFakeTime server = new KeysOnFakeTime(time, TIMEOUT);

    private InteropClient client(LockLayout layout) {
        ClientConfig config = new ClientConfig(
                "",
                LEASE,
                TIMEOUT,
                100,
                Duration.ZERO,
                0,
                Duration.ZERO,
                Durability.none(),
                DeadlockSettings.USUAL.off(),
                InsightSettings.USUAL.withoutSlowWaits(),
                Duration.ZERO);
        InteropStore store = new InteropStore(server, layout, time, TIMEOUT.toNanos(), "host");
        return InteropClient.open(store, layout, time, config, null);
    }

    private InteropLease had(CompletableFuture<InteropLease> future) {
        time.runCallbacks();
        return future.join();
    }

    private void pass(long millis) {
        time.advance(Duration.ofMillis(millis));
    }

    @Test
    void it_is_renewed_at_a_third_and_outlives_its_length() {
        InteropLease lease = had(client(LockLayout.plain()).lock("job").acquireAsync(InteropOptions.defaults()));
        pass(9_000);
        assertThat(server.asked(Script.INTEROP_RENEW)).isZero();
        pass(2_000);
        assertThat(server.asked(Script.INTEROP_RENEW)).isEqualTo(1);
        pass(120_000);
        assertThat(lease.isValid()).isTrue();
        assertThat(server.leftMillis("job")).isGreaterThan(19_000);
        lease.releaseAsync();
        time.runCallbacks();
        assertThat(server.get("job")).isEmpty();
        pass(60_000);
        assertThat(server.get("job")).isEmpty();
    }

    @Test
    void without_renewal_it_ends_before_the_key_does() {
        InteropLease lease = had(client(LockLayout.plain())
                .lock("job")
                .acquireAsync(InteropOptions.defaults().renewal(Renewal.OFF).lease(Duration.ofSeconds(10))));
        pass(9_880);
        assertThat(lease.isValid()).isTrue();
        time.stall(Duration.ofMillis(20));
        assertThat(lease.isValid()).isFalse();
        assertThat(server.get("job")).isNotEmpty();
        pass(1);
        assertThat(server.get("job")).as("it is given back").isEmpty();
        assertThat(server.asked(Script.INTEROP_RENEW)).isZero();
    }

    @Test
    void it_is_lost_in_time_when_the_server_falls_silent_and_no_late_answer_brings_it_back() {
        InteropLease lease = had(client(LockLayout.plain()).lock("job").acquireAsync(InteropOptions.defaults()));
        server.isSilent = true;
        pass(29_600);
        assertThat(lease.isValid()).isTrue();
        pass(200);
        assertThat(lease.isValid()).isFalse();
        assertThat(lease.lost().toCompletableFuture().getNow(null).cause()).isEqualTo(Cause.UNREACHABLE);
        server.isSilent = false;
        pass(60_000);
        assertThat(lease.isValid()).isFalse();
        assertThat(server.get("job")).isEmpty();
    }

    @Test
    void a_hold_has_a_longest_time() {
        InteropLease lease = had(client(LockLayout.plain())
                .lock("job")
                .acquireAsync(InteropOptions.defaults().maxHold(Duration.ofSeconds(45))));
        pass(44_000);
        assertThat(lease.isValid()).isTrue();
        pass(1_100);
        assertThat(lease.lost().toCompletableFuture().getNow(null).cause()).isEqualTo(Cause.MAX_HOLD);
    }

    @Test
    void validity_counts_from_before_the_acquire_was_sent() {
        InteropLease lease;
        server.losesReplies = true;
        CompletableFuture<InteropLease> waiting =
                client(LockLayout.plain()).lock("job").acquireAsync(InteropOptions.defaults());
        pass(1_999);
        assertThat(waiting).isNotDone();
        assertThat(server.get("job")).isNotEmpty();
        server.losesReplies = false;
        pass(2_000);
        // The first answer was lost, and the time for one is over: it was taken back.
        assertThat(waiting).isCompletedExceptionally();
        assertThat(server.get("job")).isEmpty();
        lease = had(client(LockLayout.plain()).lock("job").acquireAsync(InteropOptions.defaults()));
        assertThat(lease.remaining()).isLessThan(LEASE).isGreaterThan(Duration.ofMillis(29_690));
    }

    @Test
    void one_that_waits_asks_more_and_more_rarely_and_when_the_lock_expires() {
        server.set("job", "theirs", 0);
        CompletableFuture<InteropLease> waiting =
                client(LockLayout.plain()).lock("job").acquireAsync(InteropOptions.defaults());
        pass(1_000);
        assertThat(server.asked(Script.INTEROP_ACQUIRE)).isBetween(4, 16);
        int before = server.asked(Script.INTEROP_ACQUIRE);
        pass(10_000);
        assertThat(server.asked(Script.INTEROP_ACQUIRE) - before).isBetween(20, 70);
        server.set("job", "theirs", 50);
        pass(400);
        time.runCallbacks();
        assertThat(waiting).isCompleted();
    }

    @Test
    void one_that_waits_for_a_signal_asks_seldom_and_when_the_lock_expires() {
        server.set("lock:job", "theirs", 0);
        CompletableFuture<InteropLease> waiting =
                client(LockLayout.pythonRedisLock()).lock("job").acquireAsync(InteropOptions.defaults());
        pass(60_000);
        assertThat(server.waits()).isEqualTo(1);
        assertThat(server.asked(Script.INTEROP_ACQUIRE)).isBetween(15, 25);
        server.set("lock:job", "theirs", 1_000);
        pass(5_100);
        time.runCallbacks();
        assertThat(waiting).isCompleted();
        pass(1);
        assertThat(server.waits()).isZero();
    }

    @Test
    void a_signal_that_comes_when_nobody_waits_any_more_goes_back() {
        server.set("lock:job", "theirs", 0);
        CompletableFuture<InteropLease> waiting =
                client(LockLayout.pythonRedisLock()).lock("job").acquireAsync(InteropOptions.defaults());
        pass(100);
        assertThat(server.waits()).isEqualTo(1);
        // Given back just now, and the signal is on its way.
        server.delete("lock:job");
        server.isSilent = true;
        server.push("lock-signal:job", 1_000);
        waiting.cancel(true);
        server.isSilent = false;
        pass(10_000);
        assertThat(server.asked(Script.INTEROP_RELEASE)).isGreaterThan(0);
        assertThat(server.waits()).isZero();
        assertThat(server.get("lock:job")).isEmpty();
    }

    @Test
    void a_signal_that_overtakes_the_answer_to_a_waiter_is_not_lost() {
        server.set("lock:job", "theirs", 0);
        InteropClient client = client(LockLayout.pythonRedisLock());
        CompletableFuture<InteropLease> leaves = client.lock("job").acquireAsync(InteropOptions.defaults());
        pass(100);
        server.holdsReplies = true;
        CompletableFuture<InteropLease> comes = client.lock("job").acquireAsync(InteropOptions.defaults());
        leaves.cancel(true);
        server.delete("lock:job");
        server.push("lock-signal:job", 1_000);
        server.deliverFirst();
        pass(50);
        time.runCallbacks();
        assertThat(comes).isCompleted();
    }

    @Test
    void a_wait_that_broke_offers_the_signal_and_is_begun_again() {
        server.set("lock:job", "theirs", 0);
        CompletableFuture<InteropLease> waiting =
                client(LockLayout.pythonRedisLock()).lock("job").acquireAsync(InteropOptions.defaults());
        pass(100);
        server.delete("lock:job");
        server.breakWaits();
        assertThat(server.get("lock-signal:job")).isEqualTo("1");
        pass(1_000);
        time.runCallbacks();
        assertThat(waiting).isCompleted();
    }

    @Test
    void those_of_one_client_stand_in_line_and_the_first_asks_for_all() {
        server.set("job", "theirs", 0);
        InteropClient client = client(LockLayout.plain());
        List<CompletableFuture<InteropLease>> waiters = List.of(
                client.lock("job").acquireAsync(InteropOptions.defaults()),
                client.lock("job").acquireAsync(InteropOptions.defaults()),
                client.lock("job").acquireAsync(InteropOptions.defaults()));
        pass(1_000);
        int before = server.asked(Script.INTEROP_ACQUIRE);
        pass(10_000);
        assertThat(server.asked(Script.INTEROP_ACQUIRE) - before).isBetween(20, 70);
        server.delete("job");
        for (CompletableFuture<InteropLease> waiter : waiters) {
            pass(400);
            time.runCallbacks();
            assertThat(waiter).isCompleted();
            waiter.join().releaseAsync();
            time.runCallbacks();
        }
        assertThat(server.get("job")).isEmpty();
    }
}
