package dev.mortise.tests.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mortise.AcquireOptions;
import dev.mortise.Lease;
import dev.mortise.LeaseLoss;
import dev.mortise.LeaseLoss.Cause;
import dev.mortise.LeaseLostException;
import dev.mortise.LockEvent;
import dev.mortise.LockUnavailableException;
import dev.mortise.ReleaseOutcome;
import dev.mortise.Renewal;
import dev.mortise.internal.lease.LeaseHandle;
import dev.mortise.testkit.memory.InMemoryServer;
import dev.mortise.testkit.memory.StoreOperation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Renewal, danger, loss and release. */
final class KeepingTest extends OnFakeTime {
    @Test
    void a_lease_is_renewed_at_a_third_of_its_length() throws Exception {
        Lease lease = client.lock("a").acquire();
        pass(9_990);
        assertThat(asked(StoreOperation.RENEW)).isZero();
        pass(20);
        assertThat(asked(StoreOperation.RENEW)).isEqualTo(1);
        assertThat(lease.remaining()).isGreaterThan(Duration.ofMillis(29_600));
        pass(100_000);
        assertThat(asked(StoreOperation.RENEW)).isEqualTo(11);
        assertThat(lease.isValid()).isTrue();
        lease.release();
        pass(100_000);
        assertThat(asked(StoreOperation.RENEW)).isEqualTo(11);
    }

    @Test
    void leases_of_about_one_age_share_requests() throws Exception {
        List<Lease> leases = new ArrayList<>();
        for (int i = 0; i < 1200; i++) {
            leases.add(client.lock("a" + i).acquire());
            pass(1);
        }
        pass(10_000);
        assertThat(asked(StoreOperation.RENEW)).isLessThanOrEqualTo(3);
        pass(20_000);
        assertThat(asked(StoreOperation.RENEW)).isLessThanOrEqualTo(9);
        assertThat(leases).allMatch(Lease::isValid);
    }

    @Test
    void a_renewal_that_fails_is_repeated_and_danger_is_told() throws Exception {
        Lease lease = client.lock("a").acquire();
        store.disconnect();
        pass(14_000);
        assertThat(asked(StoreOperation.RENEW)).isGreaterThan(2);
        assertThat(count(LockEvent.RenewalOverdue.class)).isZero();
        pass(2_000);
        assertThat(count(LockEvent.RenewalOverdue.class)).isEqualTo(1);
        assertThat(lease.isValid()).isTrue();
        store.reconnect();
        pass(2_000);
        assertThat(lease.remaining()).isGreaterThan(Duration.ofSeconds(27));
        pass(60_000);
        assertThat(lease.isValid()).isTrue();
        assertThat(count(LockEvent.RenewalOverdue.class)).isEqualTo(1);
    }

    @Test
    void a_lease_that_cannot_be_renewed_is_lost_in_time() throws Exception {
        Lease lease = client.lock("a").acquire();
        store.disconnect();
        pass(29_690);
        assertThat(lease.isValid()).isTrue();
        pass(10);
        assertThat(lease.isValid()).isFalse();
        assertThat(loss(lease).cause()).isEqualTo(Cause.UNREACHABLE);
        assertThat(count(LockEvent.Lost.class)).isEqualTo(1);
        store.reconnect();
        pass(60_000);
        assertThat(lease.isValid()).isFalse();
        assertThat(server.locks()).isEmpty();
    }

    @Test
    void a_lease_is_lost_by_the_clock_while_every_answer_hangs_and_a_late_one_does_not_revive_it() throws Exception {
        Lease lease = client.lock("a").acquire();
        store.faults().holdReplies();
        pass(30_000);
        assertThat(lease.isValid()).isFalse();
        assertThat(loss(lease).cause()).isIn(Cause.EXPIRED, Cause.UNREACHABLE);
        store.faults().releaseReplies();
        pass(1_000);
        assertThat(lease.isValid()).isFalse();
        assertThat(lease.remaining()).isEqualTo(Duration.ZERO);
        pass(60_000);
        assertThat(server.locks()).isEmpty();
    }

    @Test
    void a_machine_that_was_suspended_finds_its_leases_lost() throws Exception {
        Lease lease = client.lock("a").acquire();
        time.stall(Duration.ofSeconds(31));
        assertThat(lease.isValid()).isFalse();
        assertThat(lease.release()).isEqualTo(ReleaseOutcome.LOST);
        try (Lease next = other.lock("a").acquire()) {
            assertThat(next.fencingToken()).isGreaterThan(lease.fencingToken());
        }
    }

    @Test
    void a_lease_that_is_not_renewed_costs_no_request() throws Exception {
        Lease lease = client.lock("a").acquire(ANY.renewal(Renewal.OFF));
        pass(29_000);
        assertThat(lease.isValid()).isTrue();
        pass(1_000);
        assertThat(loss(lease).cause()).isEqualTo(Cause.EXPIRED);
        assertThat(asked(StoreOperation.RENEW)).isZero();
    }

    @Test
    void a_hold_reaches_its_longest_and_not_further_with_few_renewals() throws Exception {
        Lease lease = client.lock("a").acquire(ANY.maxHold(Duration.ofSeconds(50)));
        pass(49_990);
        assertThat(lease.isValid()).isTrue();
        assertThat(asked(StoreOperation.RENEW)).isLessThanOrEqualTo(4);
        pass(20);
        assertThat(loss(lease).cause()).isEqualTo(Cause.MAX_HOLD);
        pass(1_000);
        assertThat(server.locks()).isEmpty();
    }

    @Test
    void an_answer_that_comes_late_does_not_say_that_the_hold_was_too_long() throws Exception {
        LeaseHandle lease = (LeaseHandle) client.lock("a").acquire();
        pass(1_000);
        store.faults().holdReplies(StoreOperation.RENEW);
        Runnable ensured = lease.beginEnsure(Duration.ofMillis(29_600));
        pass(500);
        store.faults().releaseReplies();
        assertThatThrownBy(ensured::run)
                .isInstanceOfSatisfying(
                        LeaseLostException.class,
                        lost -> assertThat(lost.loss().cause()).isEqualTo(Cause.UNREACHABLE));
        assertThat(lease.isValid()).isTrue();
    }

    @Test
    void a_lease_shortened_by_a_request_whose_answer_is_lost_is_short_here_too() throws Exception {
        Lease lease = client.lock("a").acquire(ANY.renewal(Renewal.OFF));
        store.faults().dropNextReply(StoreOperation.RENEW);
        assertThatThrownBy(() -> lease.extend(Duration.ofSeconds(8))).isInstanceOf(LockUnavailableException.class);
        assertThat(lease.remaining()).isLessThan(Duration.ofSeconds(8));
        pass(8_000);
        assertThat(lease.isValid()).isFalse();
        assertThat(other.lock("a").tryAcquire()).isPresent();
    }

    @Test
    void an_answer_on_its_way_does_not_lengthen_what_was_shortened_since() throws Exception {
        Lease lease = client.lock("a").acquire();
        store.faults().holdReplies(StoreOperation.RENEW);
        pass(10_010);
        store.faults().dropNextReply(StoreOperation.RENEW);
        CompletableFuture<Boolean> extending = CompletableFuture.supplyAsync(() -> {
            lease.extend(Duration.ofSeconds(8));
            return true;
        });
        while (asked(StoreOperation.RENEW) < 2) {
            Thread.onSpinWait();
        }
        store.faults().releaseReplies();
        assertThat(extending.handle((done, failure) -> failure != null).join()).isTrue();
        assertThat(lease.remaining()).isLessThan(Duration.ofSeconds(8));
    }

    @Test
    void a_renewed_lease_that_was_shortened_in_doubt_is_renewed_soon() throws Exception {
        Lease lease = client.lock("a").acquire();
        store.faults().dropNextReply(StoreOperation.RENEW);
        assertThatThrownBy(() -> lease.extend(Duration.ofSeconds(6))).isInstanceOf(LockUnavailableException.class);
        pass(60_000);
        assertThat(lease.isValid()).isTrue();
        assertThat(lease.remaining()).isLessThan(Duration.ofSeconds(6));
        assertThat(other.lock("a").tryAcquire()).isEmpty();
    }

    @Test
    void a_release_is_repeated_until_it_is_done() throws Exception {
        for (Runnable trouble : List.<Runnable>of(
                () -> store.faults().failNext(StoreOperation.RELEASE),
                () -> store.faults().loseNextRequest(StoreOperation.RELEASE),
                () -> store.faults().dropNextReply(StoreOperation.RELEASE))) {
            Lease lease = client.lock("a").acquire();
            trouble.run();
            CompletableFuture<ReleaseOutcome> release = lease.releaseAsync().toCompletableFuture();
            assertThat(release).isNotDone();
            pass(100);
            assertThat(release).isCompletedWithValue(ReleaseOutcome.RELEASED);
            assertThat(server.locks()).isEmpty();
        }
    }

    @Test
    void a_release_that_was_surely_not_done_and_finds_nothing_later_came_too_late() throws Exception {
        Lease lease = client.lock("a").acquire();
        store.disconnect();
        CompletableFuture<ReleaseOutcome> release = lease.releaseAsync().toCompletableFuture();
        other.admin().forceRelease("a", "it is needed");
        store.reconnect();
        pass(100);
        assertThat(release).isCompletedWithValue(ReleaseOutcome.LOST);
    }

    @Test
    void a_release_without_an_answer_is_unknown_and_goes_on_in_the_background() throws Exception {
        Lease lease = client.lock("a").acquire();
        store.disconnect();
        CompletableFuture<ReleaseOutcome> release = lease.releaseAsync().toCompletableFuture();
        pass(1_900);
        assertThat(release).isNotDone();
        pass(2_000);
        assertThat(release).isCompletedWithValue(ReleaseOutcome.UNKNOWN);
        assertThat(server.locks()).isNotEmpty();
        store.reconnect();
        pass(2_000);
        assertThat(server.locks()).isEmpty();
        assertThat(lease.release()).isEqualTo(ReleaseOutcome.UNKNOWN);
    }

    @Test
    void a_lease_without_expiry_is_looked_after_and_lost_when_it_was_taken() throws Exception {
        Lease lease = client.lock("a").acquire(AcquireOptions.defaults().untilReleased());
        pass(100_000);
        assertThat(lease.isValid()).isTrue();
        server.restart(InMemoryServer.Snapshot.empty());
        store.reconnect();
        pass(11_000);
        assertThat(loss(lease).cause()).isEqualTo(Cause.GONE);
    }

    private LeaseLoss loss(Lease lease) {
        time.runCallbacks();
        assertThat(lease.lost().toCompletableFuture()).isDone();
        return lease.lost().toCompletableFuture().join();
    }
}
