package dev.mortise.tests.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.AcquireOptions;
import dev.mortise.ClientStatus;
import dev.mortise.Lease;
import dev.mortise.LockEvent.NotAcquired.Reason;
import dev.mortise.ReleaseOutcome;
import dev.mortise.Renewal;
import dev.mortise.testkit.memory.StoreOperation;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What a client says of itself, by a clock that stands. */
final class StatusTest extends OnFakeTime {
    @Test
    void ages_are_exact() throws Exception {
        Lease first = client.lock("a").acquire();
        pass(3_000);
        Lease second = client.lock("b").acquire();
        CompletableFuture<Lease> waiter = client.lock("a").acquireAsync(ANY);
        pass(4_000);
        ClientStatus status = client.status();
        assertThat(status.held()).isEqualTo(2);
        assertThat(status.oldestHold()).isEqualTo(Duration.ofSeconds(7));
        assertThat(status.waiting()).isOne();
        assertThat(status.oldestWait()).isEqualTo(Duration.ofSeconds(4));
        assertThat(status.unchangedFor()).isEqualTo(Duration.ofSeconds(7));
        first.release();
        assertThat(client.status().waiting()).isZero();
        assertThat(client.status().oldestHold()).isEqualTo(Duration.ofSeconds(4));
        second.release();
        had(waiter).release();
        assertThat(client.status().oldestHold()).isZero();
    }

    @Test
    void an_idle_client_finds_out_by_its_heartbeat_and_looks_again_each_second() {
        int beats = asked(StoreOperation.HEARTBEAT);
        pass(9_999);
        assertThat(asked(StoreOperation.HEARTBEAT)).isEqualTo(beats);
        store.disconnect();
        assertThat(client.status().isReachable()).isTrue();
        pass(1);
        assertThat(client.status().isReachable()).isFalse();
        assertThat(client.status().isInboxHeard()).isFalse();
        assertThat(client.status().lastError()).isEqualTo("not connected");
        pass(5_500);
        assertThat(asked(StoreOperation.HEARTBEAT)).isEqualTo(beats + 6);
        assertThat(client.status().unchangedFor()).isEqualTo(Duration.ofMillis(5_500));
        store.reconnect();
        pass(500);
        assertThat(client.status().isReachable()).isTrue();
        assertThat(client.status().isInboxHeard()).isTrue();
        assertThat(client.status().unchangedFor()).isZero();
        assertThat(client.status().lastAnswer()).contains(Duration.ZERO);
        // From here on as before: every ten seconds.
        int again = asked(StoreOperation.HEARTBEAT);
        pass(30_000);
        assertThat(asked(StoreOperation.HEARTBEAT)).isEqualTo(again + 3);
    }

    @Test
    void an_acquire_that_gets_no_answer_tells_at_once() {
        store.disconnect();
        CompletableFuture<Lease> future = client.lock("a").acquireAsync(ANY);
        pass(TIMEOUT.toMillis());
        time.runCallbacks();
        assertThat(future).isCompletedExceptionally();
        assertThat(client.status().isReachable()).isFalse();
        assertThat(client.status().counters().notAcquired()).containsEntry(Reason.UNAVAILABLE, 1L);
        assertThat(client.status().waiting()).isZero();
        store.reconnect();
        had(client.lock("a").acquireAsync(ANY)).release();
        assertThat(client.status().isReachable()).isTrue();
        assertThat(client.status().lastError()).isNotEmpty();
    }

    @Test
    void a_renewal_tells_when_it_was() throws Exception {
        Lease lease = client.lock("a").acquire();
        pass(12_000);
        assertThat(client.status().lastRenewal()).hasValueSatisfying(renewal -> {
            assertThat(renewal.ago()).isBetween(Duration.ofMillis(1_900), Duration.ofMillis(2_000));
            assertThat(renewal.roundTrip()).isZero();
        });
        lease.release();
    }

    @Test
    void a_lease_that_is_over_is_not_held_and_asking_changes_nothing() throws Exception {
        Lease lease = client.lock("a")
                .acquire(AcquireOptions.defaults().lease(Duration.ofSeconds(1)).renewal(Renewal.OFF));
        time.stall(Duration.ofSeconds(2));
        assertThat(client.status().held()).isZero();
        assertThat(client.status().counters().lost()).isZero();
        assertThat(lease.release()).isEqualTo(ReleaseOutcome.LOST);
        assertThat(client.status().counters().lost()).isOne();
        assertThat(client.status().counters().released()).isZero();
    }
}
