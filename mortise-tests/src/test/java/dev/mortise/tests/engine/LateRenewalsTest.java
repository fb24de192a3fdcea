package dev.mortise.tests.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.AcquireOptions;
import dev.mortise.Lease;
import dev.mortise.Renewal;
import dev.mortise.internal.client.LockClient;
import dev.mortise.testkit.memory.InMemoryLockStore;
import dev.mortise.testkit.memory.StoreOperation;
import dev.mortise.testkit.process.Polling;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Requests that shorten a lease, and are executed or answered when something else has happened since. */
final class LateRenewalsTest extends OnFakeTime {
    private static final AcquireOptions FIXED = ANY.lease(LEASE).renewal(Renewal.OFF);

    private final InMemoryLockStore lateStore = new InMemoryLockStore(server);
    private final DelayedConnection renewals = new DelayedConnection(lateStore);
    private final LockClient late = open(renewals.connection(), time);

    @Test
    void a_lease_that_was_lengthened_since_is_not_given_to_another_by_a_late_shortening() throws Exception {
        Lease lease = late.lock("a").acquire(ANY.lease(LEASE));
        renewals.delay("renew");
        attempt(() -> lease.extend(Duration.ofSeconds(6)));
        renewals.delayNoMore();
        attempt(() -> lease.extend(Duration.ofSeconds(60)));
        renewals.arrive();
        holdsAlone(lease, 120);
        lease.releaseAsync();
        assertThat(within(1, other.lock("a").acquireAsync(ANY))).isPresent();
    }

    @Test
    void the_answer_to_a_former_holder_does_not_shorten_the_lease_of_the_next() throws Exception {
        Lease former = client.lock("a").acquire(FIXED);
        CompletableFuture<Lease> waiter = client.lock("a").acquireAsync(FIXED);
        store.faults().holdReplies(StoreOperation.RENEW);
        Busy shortening = start(() -> former.extend(Duration.ofSeconds(1)));
        assertThat(Polling.until(PATIENCE, () -> store.faults().heldReplies() > 0 || !shortening.isAlive()))
                .isTrue();
        former.releaseAsync();
        Lease next = within(1, waiter).orElseThrow();
        Duration before = next.remaining();
        store.faults().releaseReplies();
        end(shortening);
        assertThat(before).isGreaterThan(Duration.ofSeconds(28));
        assertThat(next.remaining()).isGreaterThan(Duration.ofSeconds(28));
        pass(20_000);
        assertThat(next.isValid()).isTrue();
        holdsAlone(next, 20);
    }

    @Test
    void a_late_shortening_by_a_former_holder_does_not_end_the_lease_of_the_next() throws Exception {
        Lease former = late.lock("a").acquire(FIXED);
        CompletableFuture<Lease> waiter = late.lock("a").acquireAsync(FIXED);
        renewals.delay("renew");
        attempt(() -> former.extend(Duration.ofSeconds(2)));
        renewals.delayNoMore();
        former.releaseAsync();
        Lease next = within(5, waiter).orElseThrow();
        renewals.arrive();
        assertThat(next.remaining()).isGreaterThan(Duration.ofSeconds(20));
        holdsAlone(next, 40);
    }

    /** Nobody else gets it while it is valid. */
    private void holdsAlone(Lease lease, int seconds) {
        for (int i = 0; i < seconds; i++) {
            pass(1_000);
            Optional<Lease> there = other.lock("a").tryAcquire();
            if (there.isPresent()) {
                assertThat(lease.isValid()).as("held twice after %s s", i + 1).isFalse();
                there.get().releaseAsync();
            }
        }
    }
}
