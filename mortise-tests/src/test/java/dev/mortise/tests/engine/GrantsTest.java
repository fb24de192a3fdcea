package dev.mortise.tests.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.AcquireOptions;
import dev.mortise.Durability;
import dev.mortise.Lease;
import dev.mortise.LeaseTicket;
import dev.mortise.ReleaseOutcome;
import dev.mortise.Renewal;
import dev.mortise.internal.client.LockClient;
import dev.mortise.internal.store.AcquireRequest;
import dev.mortise.internal.store.RequiredCopies;
import dev.mortise.testkit.memory.InMemoryLockStore;
import dev.mortise.testkit.memory.StoreOperation;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What a grant is worth, by when it was asked for, and which grants do not count any more. */
final class GrantsTest extends OnFakeTime {
    private final Deliveries deliveries = new Deliveries();
    private final InMemoryLockStore slowStore = new InMemoryLockStore(server, deliveries, Optional.empty());
    private final LockClient slow = open(slowStore, time);
    private final InMemoryLockStore lateStore = new InMemoryLockStore(server);
    private final DelayedConnection requests = new DelayedConnection(lateStore);
    private final LockClient late = open(requests.connection(), time);

    @Test
    void a_grant_by_message_counts_from_the_request_also_when_the_answer_to_that_was_slow() throws Exception {
        Lease held = other.lock("a").acquire();
        deliveries.hold();
        CompletableFuture<Lease> waiter = slow.lock("a").acquireAsync(ANY);
        pass(100);
        held.release();
        pass(1_900);
        deliveries.holdNoMore();
        assertThat(deliveries.waiting()).as("an answer and a message").isEqualTo(2);
        deliveries.bringFirst();
        deliveries.bringFirst();
        Lease lease = had(waiter);
        assertThat(lease.remaining()).isLessThan(Duration.ofSeconds(3));
        slowStore.disconnect();
        pass(3_200);
        assertThat(other.lock("a").tryAcquire()).as("the claim is over").isPresent();
        assertThat(lease.isValid()).isFalse();
    }

    @Test
    void a_message_about_a_grant_that_was_over_when_the_server_put_it_into_the_queue_again_counts_no_more()
            throws Exception {
        Lease held = other.lock("a").acquire();
        CompletableFuture<Lease> waiter = slow.lock("a").acquireAsync(ANY);
        pass(2_000);
        deliveries.hold();
        held.release();
        deliveries.holdNoMore();
        assertThat(deliveries.waiting()).as("messages").isEqualTo(1);
        slowStore.disconnect();
        pass(5_100);
        Lease next = other.lock("a").tryAcquire().orElseThrow();
        slowStore.reconnect();
        deliveries.bringFirst();
        time.runCallbacks();
        assertThat(next.isValid()).isTrue();
        assertThat(waiter).as("the one who waits, while the next holds it").isNotDone();
        next.release();
        assertThat(had(waiter).fencingToken()).isGreaterThan(next.fencingToken());
    }

    @Test
    void a_grant_that_was_answered_when_little_of_it_was_left_is_confirmed_before_it_is_entered() {
        store.faults().holdReplies(StoreOperation.ACQUIRE);
        CompletableFuture<Lease> acquire = client.lock("a").acquireAsync(ANY);
        pass(20_000);
        store.faults().releaseReplies();
        assertThat(had(acquire).remaining()).isGreaterThan(Duration.ofSeconds(29));
        assertThat(asked(StoreOperation.ACQUIRE)).isEqualTo(2);
    }

    @Test
    void locks_had_in_one_step_count_from_the_request() {
        store.faults().holdReplies(StoreOperation.ACQUIRE_ALL);
        CompletableFuture<Lease> acquire = client.allOf("a", "b").acquireAsync(ANY);
        pass(1_500);
        store.faults().releaseReplies();
        assertThat(had(acquire).remaining()).isBetween(Duration.ofSeconds(28), Duration.ofMillis(28_300));
    }

    @Test
    void a_request_that_may_come_after_its_acquire_was_refused_is_refused_too() throws Exception {
        Lease held = other.lock("a").acquire();
        requests.delay("acquire");
        CompletableFuture<Optional<Lease>> refused = late.lock("a").tryAcquireAsync(AcquireOptions.noWait());
        requests.delayNoMore();
        pass(100);
        assertThat(refused).isCompletedWithValue(Optional.empty());
        held.release();
        requests.arrive();
        assertThat(other.lock("a").tryAcquire()).as("nobody has it").isPresent();
    }

    @Test
    void a_request_that_may_come_after_its_lease_was_released_is_refused() throws Exception {
        requests.delay("acquire");
        CompletableFuture<Lease> acquire = late.lock("a").acquireAsync(ANY);
        requests.delayNoMore();
        pass(100);
        had(acquire).release();
        requests.arrive();
        assertThat(other.lock("a").tryAcquire()).as("nobody has it").isPresent();
    }

    @Test
    void a_late_message_about_a_lease_that_was_given_away_by_ticket_takes_it_from_nobody() throws Exception {
        Lease held = other.lock("a").acquire();
        CompletableFuture<Lease> waiter = slow.lock("a").acquireAsync(ANY);
        pass(1);
        deliveries.hold();
        held.release();
        deliveries.holdNoMore();
        pass(5_000);
        LeaseTicket ticket = had(waiter).detach();
        Lease adopted = other.adopt(ticket);
        deliveries.bringFirst();
        pass(100);
        assertThat(client.lock("a").tryAcquire()).as("nobody else has it").isEmpty();
        assertThat(adopted.isValid()).isTrue();
        assertThat(adopted.release()).isEqualTo(ReleaseOutcome.RELEASED);
    }

    @Test
    void a_grant_waits_to_be_copied_for_half_of_its_lease_at_most() {
        AcquireOptions brief = ANY.lease(Duration.ofSeconds(1)).renewal(Renewal.OFF);
        CompletableFuture<Lease> acquire = late.lock("a").acquireAsync(brief.durability(Durability.replicas(1)));
        time.runCallbacks();
        assertThat(acquire).isDone();
        assertThat(requests.seen(AcquireRequest.class).stream()
                        .flatMap(request -> request.copies().stream())
                        .map(RequiredCopies::boundMillis))
                .isNotEmpty()
                .allMatch(millis -> millis <= 500);
    }

    @Test
    void a_grant_that_comes_late_in_a_wait_is_to_be_copied_by_the_end_of_that() throws Exception {
        Lease held = other.lock("a").acquire();
        AcquireOptions limited = ANY.maxWait(Duration.ofSeconds(5)).durability(Durability.replicas(1));
        CompletableFuture<Optional<Lease>> waiting = late.lock("a").tryAcquireAsync(limited);
        pass(4_900);
        held.release();
        time.runCallbacks();
        assertThat(waiting).isDone();
        assertThat(requests.seen(AcquireRequest.class).stream()
                        .flatMap(request -> request.copies().stream())
                        .map(RequiredCopies::boundMillis))
                .isNotEmpty()
                .allMatch(millis -> millis <= 100);
    }
}
