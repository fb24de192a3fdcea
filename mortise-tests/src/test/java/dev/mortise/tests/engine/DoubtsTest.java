package dev.mortise.tests.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mortise.DistributedReadWriteLock;
import dev.mortise.Lease;
import dev.mortise.LeaseLostException;
import dev.mortise.LeaseTicket;
import dev.mortise.LockKind;
import dev.mortise.LockUnavailableException;
import dev.mortise.ReleaseOutcome;
import dev.mortise.Renewal;
import dev.mortise.internal.store.AcquireReply;
import dev.mortise.internal.store.AcquireRequest;
import dev.mortise.internal.store.Shape;
import dev.mortise.internal.store.Tag;
import dev.mortise.testkit.memory.StoreOperation;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Requests without an answer, and what they may still do when the lease has become another. */
final class DoubtsTest extends OnFakeTime {
    private static final Shape SHARED = new Shape(LockKind.READ_WRITE, Shape.MAX);

    @Test
    void an_acquire_in_doubt_is_refused_after_an_upgrade_and_its_release() throws Exception {
        Lease read = inDoubt();
        Lease write = client.readWriteLock("a").upgrade(read, ANY);
        write.release();
        assertThat(late(read.id())).isInstanceOf(AcquireReply.Stale.class);
    }

    @Test
    void an_acquire_in_doubt_is_refused_after_changes_to_and_fro() throws Exception {
        DistributedReadWriteLock lock = client.readWriteLock("a");
        Lease read = inDoubt();
        String id = read.id();
        for (int i = 0; i < 1_000; i++) {
            read = lock.downgrade(lock.upgrade(read, ANY));
        }
        read.release();
        assertThat(late(id)).isInstanceOf(AcquireReply.Stale.class);
    }

    @Test
    void an_acquire_in_doubt_is_refused_after_an_adoption_elsewhere() throws Exception {
        Lease read = inDoubt();
        LeaseTicket ticket = LeaseTicket.decode(read.detach().encode());
        assertThat(ticket.inDoubt()).isTrue();
        other.adopt(other.adopt(ticket).detach()).release();
        assertThat(late(read.id())).isInstanceOf(AcquireReply.Stale.class);
    }

    @Test
    void a_lease_without_doubt_costs_no_tombstone_wherever_it_goes() throws Exception {
        DistributedReadWriteLock lock = client.readWriteLock("a");
        LeaseTicket ticket =
                lock.downgrade(lock.upgrade(lock.readLock().acquire(), ANY)).detach();
        assertThat(ticket.inDoubt()).isFalse();
        other.adopt(ticket).release();
        pass(1);
        assertThat(server.locks()).isEmpty();
    }

    @Test
    void an_adoption_without_an_answer_can_be_tried_again_with_the_same_ticket() throws Exception {
        LeaseTicket ticket = client.lock("a").acquire(ANY.untilReleased()).detach();
        assertThat(unanswered(ticket)).isInstanceOf(LockUnavailableException.class);
        Lease adopted = other.adopt(ticket);
        assertThatThrownBy(() -> other.adopt(ticket)).isInstanceOf(LeaseLostException.class);
        assertThatThrownBy(() -> client.adopt(ticket)).isInstanceOf(LeaseLostException.class);
        pass(600_000);
        assertThat(adopted.isValid()).isTrue();
        assertThat(adopted.release()).isEqualTo(ReleaseOutcome.RELEASED);
        assertThatThrownBy(() -> other.adopt(ticket)).isInstanceOf(LeaseLostException.class);
    }

    @Test
    void an_old_ticket_is_worth_nothing_where_a_later_one_came_from() throws Exception {
        LeaseTicket ticket = client.lock("a").acquire().detach();
        assertThat(unanswered(ticket)).isInstanceOf(LockUnavailableException.class);
        LeaseTicket next = other.adopt(ticket).detach();
        assertThatThrownBy(() -> other.adopt(ticket)).isInstanceOf(LeaseLostException.class);
        assertThat(other.adopt(next).isValid()).isTrue();
    }

    @Test
    void an_adoption_that_nobody_tries_again_ends_by_itself() throws Exception {
        LeaseTicket ticket = client.lock("a").acquire(ANY.untilReleased()).detach();
        assertThat(unanswered(ticket)).isInstanceOf(LockUnavailableException.class);
        CompletableFuture<Lease> next = client.lock("a").acquireAsync(ANY);
        assertThat(within(70, next)).isPresent();
    }

    @Test
    void a_ticket_with_a_token_that_was_not_given_out_is_refused_and_raises_no_token() throws Exception {
        LeaseTicket ticket = client.lock("a").acquire().detach();
        for (long token : new long[] {ticket.fencingToken() + 64, (1L << 53) - 11}) {
            LeaseTicket forged =
                    new LeaseTicket("a", ticket.leaseId(), token, 0, ticket.lease(), Renewal.ON, LockKind.MUTEX, 1, 1);
            assertThatThrownBy(() -> other.adopt(forged)).isInstanceOf(LeaseLostException.class);
        }
        assertThat(other.lock("b").acquire().fencingToken()).isLessThanOrEqualTo(time.micros());
        assertThat(other.adopt(ticket).isValid()).isTrue();
    }

    @Test
    void a_release_is_repeated_for_the_longest_life_that_was_asked_for() throws Exception {
        Lease lease = client.lock("a").acquire(ANY.lease(Duration.ofSeconds(12)));
        store.faults().dropNextReply(StoreOperation.RENEW);
        assertThat(attempt(() -> lease.extend(Duration.ofHours(1)))).isPresent();
        store.disconnect();
        CompletableFuture<ReleaseOutcome> release = lease.releaseAsync().toCompletableFuture();
        pass(60_000);
        assertThat(release).isCompletedWithValue(ReleaseOutcome.UNKNOWN);
        store.reconnect();
        pass(3_000);
        assertThat(other.lock("a").tryAcquire()).isPresent();
    }

    @Test
    void a_client_that_is_closed_tries_a_release_in_doubt_once_more() throws Exception {
        Lease lease = client.lock("a").acquire();
        store.disconnect();
        CompletableFuture<ReleaseOutcome> release = lease.releaseAsync().toCompletableFuture();
        pass(10_000);
        assertThat(release).isCompletedWithValue(ReleaseOutcome.UNKNOWN);
        store.reconnect();
        client.close();
        assertThat(other.lock("a").tryAcquire()).isPresent();
    }

    /** The first request of it is lost, and may come late. */
    private Lease inDoubt() {
        store.faults().loseNextRequest(StoreOperation.ACQUIRE);
        CompletableFuture<Lease> acquire = client.readWriteLock("a").readLock().acquireAsync(ANY);
        pass(20);
        return had(acquire);
    }

    private AcquireReply late(String leaseId) {
        pass(1_000);
        return store.acquire(new AcquireRequest("a", leaseId, SHARED, 1, 30_000, false, 0, new Tag("", ""), 10_000, 0))
                .join();
    }

    /** What comes of an adoption by the other client that is done, and of which nobody hears. */
    private Throwable unanswered(LeaseTicket ticket) {
        otherStore.faults().holdReplies(StoreOperation.ADOPT);
        Busy adopting = start(() -> other.adopt(ticket));
        adopting.comesToRest();
        otherStore.disconnect();
        Throwable failure = end(adopting).orElseThrow();
        otherStore.reconnect();
        return failure;
    }
}
