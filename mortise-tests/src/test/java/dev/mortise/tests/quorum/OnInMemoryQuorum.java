package dev.mortise.tests.quorum;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.internal.quorum.QuorumSettings;
import dev.mortise.internal.quorum.QuorumStore;
import dev.mortise.internal.store.AcquireReply;
import dev.mortise.internal.store.AcquireRequest;
import dev.mortise.internal.store.Failure;
import dev.mortise.internal.store.InboxListener;
import dev.mortise.internal.store.RenewReply;
import dev.mortise.internal.store.RenewRequest;
import dev.mortise.internal.store.Shape;
import dev.mortise.internal.store.StoreException;
import dev.mortise.internal.store.Tag;
import dev.mortise.testkit.memory.InMemoryLockStore;
import dev.mortise.testkit.memory.InMemoryServer;
import dev.mortise.testkit.memory.StoreOperation;
import dev.mortise.testkit.time.FakeTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Three nodes, one clock, two clients; replies come at once unless a test holds them. */
abstract class OnInMemoryQuorum {
    static final String LOCK = "lock";
    static final long LEASE = 30_000;
    static final Duration QUIET = Duration.ofSeconds(40);

    final FakeTime time = new FakeTime();
    final List<InMemoryServer> nodes = List.of(server(), server(), server());
    final Member mine = new Member("a", QuorumSettings.defaults());
    final Member other = new Member("b", QuorumSettings.defaults());

    private InMemoryServer server() {
        return new InMemoryServer(time::micros);
    }

    void pass(long millis) {
        time.advance(Duration.ofMillis(millis));
    }

    String on(int node) {
        return nodes.get(node).describe(LOCK);
    }

    void assertNothingIsLeft() {
        pass(20_000);
        for (InMemoryServer node : nodes) {
            assertThat(node.describe(LOCK)).isEmpty();
        }
        assertThat(mine.store.acquires() + other.store.acquires()).isZero();
        assertThat(mine.store.outbox() + other.store.outbox()).isZero();
    }

    static <T> T reply(CompletableFuture<T> future) {
        assertThat(future).isDone();
        return future.join();
    }

    static StoreException failure(CompletableFuture<?> future) {
        assertThat(future).isCompletedExceptionally();
        return future.handle((value, thrown) -> Failure.of(thrown)).join();
    }

    /** One client. */
    final class Member implements InboxListener {
        final List<InMemoryLockStore> wires = new ArrayList<>();
        final List<String> heard = new ArrayList<>();
        final QuorumStore store;
        final String id;

        Member(String letter, QuorumSettings settings) {
            this.id = letter.repeat(22);
            Map<String, InMemoryLockStore> ends = new LinkedHashMap<>();
            for (InMemoryServer node : nodes) {
                InMemoryLockStore wire = new InMemoryLockStore(node, Runnable::run, Optional.of(QUIET));
                wires.add(wire);
                ends.put("node" + wires.size(), wire);
            }
            store = new QuorumStore(ends, time, settings);
            store.open(id, this).join();
        }

        String lease(int number) {
            return id + "-" + number;
        }

        AcquireRequest request(int lease, boolean queue) {
            return new AcquireRequest(
                    LOCK, lease(lease), Shape.MUTEX, 1, LEASE, queue, 0, new Tag("owner", ""), 100, 0);
        }

        CompletableFuture<AcquireReply> acquire(int lease, boolean queue) {
            return store.acquire(request(lease, queue));
        }

        long granted(int lease) {
            AcquireReply reply = reply(acquire(lease, true));
            assertThat(reply).isInstanceOf(AcquireReply.Granted.class);
            return ((AcquireReply.Granted) reply).token();
        }

        AcquireReply.Queued queued(int lease) {
            AcquireReply reply = reply(acquire(lease, true));
            assertThat(reply).isInstanceOf(AcquireReply.Queued.class);
            return (AcquireReply.Queued) reply;
        }

        CompletableFuture<Boolean> release(int lease) {
            return store.release(LOCK, lease(lease), 1, 0);
        }

        RenewRequest renewal(int lease, long millis, boolean shorten) {
            return new RenewRequest(LOCK, lease(lease), millis, shorten, Shape.MUTEX, 1, 1, new Tag("owner", ""));
        }

        RenewReply renew(int lease) {
            return reply(store.renew(List.of(renewal(lease, LEASE, false)))).get(0);
        }

        int asked(StoreOperation operation) {
            return wires.stream().mapToInt(wire -> wire.requests(operation)).sum();
        }

        InMemoryLockStore wire(int node) {
            return wires.get(node);
        }

        /** Holds that node only, as after a round that its client did not end. */
        void votesOn(int node, int lease) {
            for (int i = 0; i < nodes.size(); i++) {
                if (i != node) {
                    wire(i).disconnect();
                }
            }
            wire(node).faults().failNext(StoreOperation.UNVOTE);
            wire(node).faults().failNext(StoreOperation.WITHDRAW);
            assertThat(failure(acquire(lease, false))).isNotNull();
            store.close();
        }

        @Override
        public void granted(String lock, String leaseId, long token, long claimMillis, long waiting) {
            heard.add("granted");
        }

        @Override
        public void contended(String lock) {
            heard.add("contended");
        }

        @Override
        public void nudged(String lock, String leaseId) {
            heard.add("nudged " + leaseId.substring(23));
        }

        @Override
        public void forced(String leaseId, String reason) {
            heard.add("forced " + leaseId.substring(23) + " " + reason);
        }

        @Override
        public void reconnected() {
            heard.add("reconnected");
        }
    }
}
