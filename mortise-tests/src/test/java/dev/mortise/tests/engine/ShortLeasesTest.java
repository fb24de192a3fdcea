package dev.mortise.tests.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mortise.Lease;
import dev.mortise.LeaseLoss.Cause;
import dev.mortise.LeaseTicket;
import dev.mortise.Renewal;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Leases that are shorter than what the server keeps at least. */
final class ShortLeasesTest extends OnFakeTime {
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 5, 10, 50, 99})
    void a_short_lease_lasts_as_long_as_was_asked_for_and_frees_the_lock(long millis) {
        Lease lease = had(brief(millis));
        assertThat(lease.remaining()).isEqualTo(Duration.ofMillis(millis));
        CompletableFuture<Lease> waiting = other.lock("l").acquireAsync(ANY).toCompletableFuture();
        time.advance(Duration.ofMillis(millis).minusNanos(1));
        time.runCallbacks();
        assertThat(lease.isValid()).isTrue();
        assertThat(waiting.isDone()).isFalse();
        time.advance(Duration.ofNanos(1));
        assertThat(lease.isValid()).isFalse();
        time.runCallbacks();
        assertThat(lease.lost().toCompletableFuture().join().cause()).isEqualTo(Cause.EXPIRED);
        assertThat(had(waiting).fencingToken()).isGreaterThan(lease.fencingToken());
    }

    @Test
    void one_of_a_client_that_has_died_is_over_after_a_while() {
        Lease lease = had(brief(1));
        store.disconnect();
        pass(119);
        assertThat(lease.isValid()).isFalse();
        assertThat(other.lock("l").tryAcquire()).isEmpty();
        pass(1);
        assertThat(other.lock("l").tryAcquire()).isPresent();
    }

    @Test
    void one_that_is_handed_over_lasts_long_enough_to_be_adopted() {
        LeaseTicket ticket = had(brief(50)).detach();
        Lease adopted = other.adopt(ticket);
        assertThat(adopted.isValid()).isTrue();
        assertThat(ticket.lease()).isEqualTo(Duration.ofMillis(100));
    }

    @Test
    void a_short_lease_cannot_be_renewed() {
        assertThatThrownBy(() -> client.lock("l").acquireAsync(ANY.lease(Duration.ofMillis(99))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("lease")
                .hasMessageContaining("PT0.099S");
    }

    private CompletableFuture<Lease> brief(long millis) {
        return client.lock("l")
                .acquireAsync(ANY.lease(Duration.ofMillis(millis)).renewal(Renewal.OFF))
                .toCompletableFuture();
    }
}
