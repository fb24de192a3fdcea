package dev.mortise.tests.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mortise.AcquireOptions;
import dev.mortise.Lease;
import dev.mortise.LeaseLostException;
import dev.mortise.LeaseTicket;
import dev.mortise.ReleaseOutcome;
import dev.mortise.internal.store.AcquireRequest;
import dev.mortise.internal.store.Shape;
import dev.mortise.internal.store.Tag;
import dev.mortise.testkit.memory.InMemoryServer;
import dev.mortise.testkit.memory.StoreOperation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Leases without expiry: kept for as long as they are renewed, and no longer than a grace time after that. */
final class NoExpiryTest extends OnFakeTime {
    private static final AcquireOptions NO_EXPIRY = ANY.untilReleased();
    private static final long GRACE = 60;
    private static final long LOOK = 5;

    @Test
    void what_a_client_gave_up_that_was_cut_off_can_be_had_while_it_lives_on() throws Exception {
        Lease lost = client.lock("a").acquire(NO_EXPIRY);
        store.disconnect();
        pass(Duration.ofMinutes(12).toMillis());
        store.reconnect();
        pass(30_000);
        assertThat(client.lock("other").tryAcquire()).isPresent();
        assertThat(lost.release()).isEqualTo(ReleaseOutcome.LOST);
        assertFreeAtOnce();
    }

    @Test
    void a_release_that_got_no_answer_for_as_long_as_it_was_tried_frees_the_lock() throws Exception {
        Lease lease = client.lock("a").acquire(NO_EXPIRY);
        store.disconnect();
        CompletableFuture<ReleaseOutcome> release = lease.releaseAsync().toCompletableFuture();
        pass(Duration.ofMinutes(15).toMillis());
        assertThat(release).isCompletedWithValue(ReleaseOutcome.UNKNOWN);
        store.reconnect();
        assertFreeAtOnce();
    }

    @Test
    void a_late_copy_of_an_acquire_holds_the_lock_for_a_grace_time() throws Exception {
        Lease lease = client.lock("a").acquire(NO_EXPIRY);
        String id = lease.id();
        lease.release();
        store.acquire(request(id)).join();
        CompletableFuture<Lease> next = other.lock("a").acquireAsync(ANY);
        pass(1_000 * GRACE - 1_000);
        assertThat(next).isNotDone();
        assertThat(within(LOOK + 2, next)).isPresent();
    }

    @Test
    void the_reply_of_an_acquire_is_lost_and_the_client_is_cut_off() {
        store.faults().dropNextReply(StoreOperation.ACQUIRE);
        CompletableFuture<Lease> acquire = client.lock("a").acquireAsync(NO_EXPIRY);
        store.disconnect();
        pass(Duration.ofMinutes(15).toMillis());
        assertThat(acquire).isCompletedExceptionally();
        store.reconnect();
        assertFreeAtOnce();
    }

    @Test
    void the_grace_time_counts_from_the_last_sign_of_the_holder() throws Exception {
        Lease lease = client.lock("a").acquire(NO_EXPIRY);
        pass(35_000);
        assertThat(lease.isValid()).isTrue();
        die();
        pass(1_000 * (GRACE - 7));
        CompletableFuture<Lease> next = other.lock("a").acquireAsync(ANY);
        assertThat(next).isNotDone();
        assertThat(within(7 + LOOK, next)).isPresent();
    }

    @Test
    void who_asks_long_after_the_holder_died_has_it_at_once_and_all_of_several() throws Exception {
        Lease a = client.lock("a").acquire(NO_EXPIRY);
        Lease b = client.lock("b").acquire(NO_EXPIRY);
        Lease c = client.lock("c").acquire(NO_EXPIRY);
        die();
        pass(150_000);
        assertThat(other.lock("a").tryAcquire()).isEmpty();
        time.runCallbacks();
        assertThat(other.lock("a").tryAcquire()).as("a look in the background").isPresent();
        CompletableFuture<Lease> both = other.allOf("b", "c").acquireAsync(ANY);
        assertThat(within(1, both)).isPresent();
        assertThat(List.of(a, b, c)).noneMatch(Lease::isValid);
    }

    @Test
    void a_lease_that_is_renewed_stays_whoever_asks() throws Exception {
        Lease lease = client.lock("a").acquire(NO_EXPIRY);
        CompletableFuture<Lease> next = other.lock("a").acquireAsync(ANY);
        for (int minute = 0; minute < 30; minute++) {
            pass(60_000);
            assertThat(other.admin().collect("a")).isZero();
        }
        assertThat(lease.isValid()).isTrue();
        assertThat(next).isNotDone();
        lease.release();
        assertThat(had(next).isValid()).isTrue();
    }

    @Test
    void a_server_that_begins_with_old_data_gives_clients_time_to_renew() throws Exception {
        Lease lease = client.lock("a").acquire(NO_EXPIRY);
        InMemoryServer.Snapshot old = server.snapshot();
        pass(Duration.ofMinutes(10).toMillis());
        server.restart(old);
        otherStore.reconnect();
        CompletableFuture<Lease> next = other.lock("a").acquireAsync(ANY);
        pass(20_000);
        assertThat(other.admin().collect("a")).isZero();
        store.reconnect();
        pass(120_000);
        assertThat(next).isNotDone();
        assertThat(lease.isValid()).isTrue();
    }

    @Test
    void a_server_that_does_not_say_how_long_it_has_been_up_must_see_it_twice() throws Exception {
        Lease dead = client.lock("a").acquire(NO_EXPIRY);
        server.hideStart();
        die();
        pass(150_000);
        CompletableFuture<Lease> next = other.lock("a").acquireAsync(ANY);
        pass(1_000 * GRACE - 1_000);
        assertThat(next).isNotDone();
        assertThat(within(2 + 2 * LOOK, next)).isPresent();
        assertThat(dead.isValid()).isFalse();
    }

    @Test
    void asking_for_what_is_held_without_expiry_is_one_request_and_now_and_then_a_look() throws Exception {
        List<Lease> held = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            held.add(client.semaphore("s", 20).acquire(1, NO_EXPIRY));
        }
        int asked = otherStore.requests(StoreOperation.ACQUIRE);
        for (int i = 0; i < 100; i++) {
            assertThat(other.semaphore("s", 20).tryAcquire(1)).isEmpty();
        }
        assertThat(otherStore.requests(StoreOperation.ACQUIRE) - asked).isEqualTo(100);
        assertThat(otherStore.requests(StoreOperation.INSPECT)).isZero();
        assertThat(otherStore.requests(StoreOperation.COLLECT)).isEqualTo(1);
        pass(1_000 * LOOK);
        other.semaphore("s", 20).tryAcquire(1);
        other.semaphore("s", 20).tryAcquire(1);
        assertThat(otherStore.requests(StoreOperation.COLLECT)).isEqualTo(2);
        assertThat(held).allMatch(Lease::isValid);
    }

    @Test
    void a_ticket_is_good_for_ten_minutes_also_when_its_client_is_gone() throws Exception {
        LeaseTicket ticket = client.lock("a").acquire(NO_EXPIRY).detach();
        die();
        pass(590_000);
        assertThat(other.lock("a").tryAcquire()).isEmpty();
        Lease adopted = other.adopt(ticket);
        pass(Duration.ofMinutes(20).toMillis());
        assertThat(adopted.isValid()).isTrue();
        assertThat(adopted.release()).isEqualTo(ReleaseOutcome.RELEASED);
        assertThat(server.locks()).isEmpty();
    }

    @Test
    void a_ticket_that_gets_lost_frees_the_lock_after_ten_minutes_also_while_its_client_lives() throws Exception {
        LeaseTicket ticket = client.lock("a").acquire(NO_EXPIRY).detach();
        CompletableFuture<Lease> next = other.lock("a").acquireAsync(ANY);
        pass(599_000);
        assertThat(next).isNotDone();
        assertThat(within(2 + LOOK, next)).isPresent();
        assertThatThrownBy(() -> client.adopt(ticket)).isInstanceOf(LeaseLostException.class);
    }

    @Test
    void a_detach_without_an_answer_leaves_the_lease_as_it_is() throws Exception {
        Lease lease = client.lock("a").acquire(NO_EXPIRY);
        store.faults().dropNextReply(StoreOperation.RENEW);
        assertThat(attempt(lease::detach)).isPresent();
        pass(Duration.ofMinutes(30).toMillis());
        assertThat(lease.isValid()).isTrue();
        assertThat(other.lock("a").tryAcquire()).isEmpty();
    }

    /** The process of the client ends without a word. */
    private void die() {
        store.disconnect();
    }

    private void assertFreeAtOnce() {
        CompletableFuture<Lease> next = other.lock("a").acquireAsync(ANY);
        Optional<Lease> lease = within(2, next);
        assertThat(lease).isPresent();
        lease.get().release();
        pass(60_000);
        assertThat(server.describe("a")).isEmpty();
    }

    private static AcquireRequest request(String leaseId) {
        return new AcquireRequest("a", leaseId, Shape.MUTEX, 1, 0, false, 0, new Tag("", ""), 10_000, 0);
    }
}
