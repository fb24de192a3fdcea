package dev.mortise.tests.quorum;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.internal.store.AcquireReply.Granted;
import dev.mortise.internal.store.AcquireReply.Queued;
import dev.mortise.internal.store.AcquireRequest;
import dev.mortise.internal.store.RenewRequest;
import dev.mortise.internal.store.Shape;
import dev.mortise.internal.store.Tag;
import dev.mortise.testkit.memory.StoreOperation;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Votes without expiry. */
final class QuorumNoExpiryTest extends OnInMemoryQuorum {
    @Test
    void votes_that_nobody_renews_are_collected_though_their_client_lives() {
        assertThat(reply(mine.store.acquire(noExpiry()))).isInstanceOf(Granted.class);
        pass(58_000);
        assertThat(reply(other.acquire(1, true))).isInstanceOf(Queued.class);
        pass(6_000);
        assertThat(reply(other.acquire(1, true))).isInstanceOf(Queued.class);
        assertThat(List.of(on(0), on(1), on(2)).stream().filter(node -> node.contains("holder")))
                .as("nodes that were not needed for the answer")
                .hasSizeLessThan(2);
        pass(1_000);
        assertThat(reply(other.acquire(1, true))).isInstanceOf(Granted.class);
    }

    @Test
    void votes_that_are_renewed_stay() {
        long token = ((Granted) reply(mine.store.acquire(noExpiry()))).token();
        RenewRequest renewal =
                new RenewRequest(LOCK, mine.lease(1), 0, false, Shape.MUTEX, 1, token, new Tag("owner", ""));
        for (int i = 0; i < 30; i++) {
            pass(10_000);
            reply(mine.store.renew(List.of(renewal)));
            assertThat(reply(other.acquire(1, true))).isInstanceOf(Queued.class);
        }
        assertThat(on(0)).contains("holder " + mine.lease(1));
    }

    @Test
    void a_node_is_looked_after_once_in_five_seconds_however_many_ask() {
        reply(mine.store.acquire(noExpiry()));
        for (int i = 1; i <= 50; i++) {
            reply(other.acquire(i, false));
        }
        assertThat(other.wire(0).requests(StoreOperation.COLLECT)).isEqualTo(1);
        assertThat(other.wire(0).requests(StoreOperation.INSPECT)).isZero();
    }

    private AcquireRequest noExpiry() {
        return new AcquireRequest(LOCK, mine.lease(1), Shape.MUTEX, 1, 0, false, 0, new Tag("owner", ""), 100, 0);
    }
}
