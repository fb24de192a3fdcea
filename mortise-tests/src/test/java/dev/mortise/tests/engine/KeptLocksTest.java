package dev.mortise.tests.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mortise.AcquireOptions;
import dev.mortise.Lease;
import dev.mortise.LockEvent;
import dev.mortise.ReleaseOutcome;
import dev.mortise.Renewal;
import dev.mortise.testkit.memory.StoreOperation;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Locks that are kept on the server after their leases are over. */
final class KeptLocksTest extends OnFakeTime {
    @SuppressWarnings("ImmutableEnumChecker") // options are immutable
    private enum Kind {
        RENEWED(ANY),
        FIXED(ANY.renewal(Renewal.OFF)),
        UNTIL_RELEASED(ANY.untilReleased()),
        BOUNDED(ANY.maxHold(Duration.ofSeconds(20)));

        private final AcquireOptions options;

        Kind(AcquireOptions options) {
            this.options = options;
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void a_lock_is_kept_for_less_than_its_lease(Kind kind) {
        isKept(kind, 5);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void a_lock_is_kept_for_longer_than_its_lease(Kind kind) {
        isKept(kind, 100);
    }

    private void isKept(Kind kind, long seconds) {
        Lease lease = had(client.lock("k").acquireAsync(kind.options).toCompletableFuture());
        pass(1000);
        assertThat(lease.releaseAfter(Duration.ofSeconds(seconds))).isEqualTo(ReleaseOutcome.RELEASED);
        assertThat(lease.isValid()).isFalse();
        assertThat(lease.release()).isEqualTo(ReleaseOutcome.RELEASED);
        assertThat(count(LockEvent.Released.class)).isEqualTo(1);
        for (long i = 0; i < seconds * 10 - 1; i++) {
            pass(100);
        }
        assertThat(other.lock("k").tryAcquire()).isEmpty();
        pass(100);
        Lease next = other.lock("k").tryAcquire().orElseThrow();
        assertThat(next.fencingToken()).isGreaterThan(lease.fencingToken());
        assertThat(count(LockEvent.Lost.class)).isZero();
    }

    @Test
    void a_waiter_gets_it_when_the_time_is_over() {
        Lease lease = had(client.lock("k").acquireAsync(ANY).toCompletableFuture());
        CompletableFuture<Lease> there = other.lock("k").acquireAsync(ANY).toCompletableFuture();
        CompletableFuture<Lease> here = client.lock("k").acquireAsync(ANY).toCompletableFuture();
        time.runCallbacks();
        lease.releaseAfter(Duration.ofSeconds(3));
        for (int i = 0; i < 29; i++) {
            pass(100);
            assertThat(there.isDone() || here.isDone()).isFalse();
        }
        Lease next = within(5, there).orElseThrow();
        next.release();
        assertThat(within(5, here)).isPresent();
    }

    @Test
    void one_without_an_answer_is_kept_until_its_lease_would_have_ended() throws Exception {
        Lease lease = had(client.lock("k").acquireAsync(ANY).toCompletableFuture());
        store.faults().loseNextRequest(StoreOperation.RENEW);
        Busy releasing =
                start(() -> assertThat(lease.releaseAfter(Duration.ofHours(1))).isEqualTo(ReleaseOutcome.UNKNOWN));
        assertThat(end(releasing)).isEmpty();
        assertThat(lease.isValid()).isFalse();
        assertThat(other.lock("k").tryAcquire()).isEmpty();
        assertThat(within(40, other.lock("k").acquireAsync(ANY).toCompletableFuture()))
                .isPresent();
    }

    @Test
    void one_that_was_lost_is_not_kept() {
        Lease lease = had(client.lock("k")
                .acquireAsync(ANY.lease(Duration.ofSeconds(1)).renewal(Renewal.OFF))
                .toCompletableFuture());
        pass(1000);
        assertThat(lease.releaseAfter(Duration.ofMinutes(1))).isEqualTo(ReleaseOutcome.LOST);
        assertThat(other.lock("k").tryAcquire()).isPresent();
    }

    @Test
    void no_time_at_all_is_a_release() {
        Lease lease = had(client.lock("k").acquireAsync(ANY).toCompletableFuture());
        assertThat(lease.releaseAfter(Duration.ZERO)).isEqualTo(ReleaseOutcome.RELEASED);
        assertThat(other.lock("k").tryAcquire()).isPresent();
        assertThatThrownBy(() -> lease.releaseAfter(Duration.ofMillis(-1)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void several_locks_are_kept_together() {
        Lease lease = had(client.allOf("k", "l").acquireAsync(ANY).toCompletableFuture());
        assertThat(lease.releaseAfter(Duration.ofSeconds(5))).isEqualTo(ReleaseOutcome.RELEASED);
        pass(4000);
        assertThat(other.lock("k").tryAcquire()).isEmpty();
        assertThat(other.lock("l").tryAcquire()).isEmpty();
        pass(1000);
        assertThat(other.lock("k").tryAcquire()).isPresent();
        assertThat(other.lock("l").tryAcquire()).isPresent();
    }

    @Test
    void several_locks_are_released_as_usual_when_the_time_is_wrong() {
        Lease lease = had(client.allOf("k", "l").acquireAsync(ANY).toCompletableFuture());
        assertThatThrownBy(() -> lease.releaseAfter(Duration.ofSeconds(-1)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> lease.releaseAfter(Duration.ofDays(366))).isInstanceOf(IllegalArgumentException.class);
        assertThat(lease.isValid()).isTrue();
        assertThat(lease.release()).isEqualTo(ReleaseOutcome.RELEASED);
        assertThat(other.lock("k").tryAcquire()).isPresent();
    }

    @Test
    void a_reader_that_shares_its_hold_leaves_the_others_alone() {
        Lease one = had(client.readWriteLock("k").readLock().acquireAsync(ANY).toCompletableFuture());
        Lease two = had(client.readWriteLock("k").readLock().acquireAsync(ANY).toCompletableFuture());
        assertThat(one.releaseAfter(Duration.ofSeconds(5))).isEqualTo(ReleaseOutcome.RELEASED);
        assertThat(two.isValid()).isTrue();
        two.release();
        pass(4900);
        assertThat(other.readWriteLock("k").writeLock().tryAcquire()).isEmpty();
        pass(100);
        assertThat(other.readWriteLock("k").writeLock().tryAcquire()).isPresent();
    }
}
