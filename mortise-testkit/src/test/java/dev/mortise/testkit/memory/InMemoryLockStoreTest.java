package dev.mortise.testkit.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mortise.internal.store.AcquireReply;
import dev.mortise.internal.store.AcquireReply.Granted;
import dev.mortise.internal.store.AcquireReply.Queued;
import dev.mortise.internal.store.AcquireRequest;
import dev.mortise.internal.store.InboxListener;
import dev.mortise.internal.store.Shape;
import dev.mortise.internal.store.StoreException;
import dev.mortise.internal.store.StoreException.Effect;
import dev.mortise.internal.store.Tag;
import dev.mortise.internal.store.VoteRequest;
import dev.mortise.testkit.time.FakeTime;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class InMemoryLockStoreTest {
    private static final String ALICE = "alice-----------------";
    private static final String BOB = "bob-------------------";

    private final FakeTime time = new FakeTime();
    private final InMemoryServer server = new InMemoryServer(time::micros);
    private final InMemoryLockStore alice = new InMemoryLockStore(server);
    private final InMemoryLockStore bob = new InMemoryLockStore(server);
    private final List<String> heardByBob = new ArrayList<>();

    @Test
    void a_release_hands_the_lock_to_the_waiter() {
        bob.open(BOB, new Hearing(heardByBob)).join();
        alice.acquire(request(ALICE + "1")).join();
        assertThat(bob.acquire(request(BOB + "1")).join()).isInstanceOf(Queued.class);

        assertThat(alice.release("lock", ALICE + "1", 1, 0).join()).isTrue();

        assertThat(heardByBob).containsExactly("granted " + BOB + "1");
        assertThat(server.describe("lock")).contains("holder " + BOB + "1");
    }

    @Test
    void a_client_without_inbox_is_passed_over_and_keeps_its_ticket() {
        bob.open(BOB, new Hearing(heardByBob)).join();
        alice.acquire(request(ALICE + "1")).join();
        bob.acquire(request(BOB + "1")).join();
        bob.loseInbox();

        alice.release("lock", ALICE + "1", 1, 0).join();
        assertThat(server.describe("lock")).doesNotContain("holder").contains("waiter 1");
        bob.reconnect();

        assertThat(heardByBob).containsExactly("reconnected");
        assertThat(bob.acquire(request(BOB + "1")).join()).isInstanceOf(Granted.class);
    }

    @Test
    void an_idle_lock_leaves_no_trace() {
        alice.acquire(request(ALICE + "1")).join();
        alice.release("lock", ALICE + "1", 1, 0).join();
        time.advance(Duration.ofMillis(1));

        assertThat(server.describe("lock")).isEmpty();
        assertThat(server.locks()).isEmpty();
    }

    @Test
    void faults_hit_votes_and_what_takes_them_back() {
        VoteRequest vote = new VoteRequest(
                "lock",
                ALICE + "1",
                Shape.MUTEX.inQuorum(),
                1,
                1000,
                false,
                time.micros(),
                new Tag("owner", "label"),
                9);
        alice.faults().loseNextRequest(StoreOperation.VOTE);
        assertFails(alice.vote(vote), Effect.UNKNOWN);
        assertThat(server.describe("lock")).isEmpty();

        alice.faults().dropNextReply(StoreOperation.VOTE);
        assertFails(alice.vote(vote), Effect.UNKNOWN);
        assertThat(server.describe("lock")).contains("holder " + ALICE + "1");

        alice.faults().dropNextReply(StoreOperation.UNVOTE);
        assertFails(alice.unvote("lock", ALICE + "1", vote.token()), Effect.UNKNOWN);
        assertThat(server.describe("lock")).doesNotContain("holder");
        assertThat(alice.requests(StoreOperation.VOTE)).isEqualTo(2);
    }

    @Test
    void a_dropped_reply_hides_what_was_done() {
        alice.faults().dropNextReply(StoreOperation.ACQUIRE);
        assertFails(alice.acquire(request(ALICE + "1")), Effect.UNKNOWN);

        assertThat(server.describe("lock")).contains("holder " + ALICE + "1");
        assertThat(alice.acquire(request(ALICE + "1")).join()).isInstanceOf(Granted.class);
    }

    @Test
    void a_failed_request_is_not_executed() {
        alice.faults().failNext(StoreOperation.ACQUIRE);
        assertFails(alice.acquire(request(ALICE + "1")), Effect.NONE);
        alice.faults().loseNextRequest(StoreOperation.ACQUIRE);
        assertFails(alice.acquire(request(ALICE + "1")), Effect.UNKNOWN);

        assertThat(server.describe("lock")).isEmpty();
        assertThat(alice.requests(StoreOperation.ACQUIRE)).isEqualTo(2);
    }

    @Test
    void held_replies_arrive_when_they_are_released() {
        alice.faults().holdReplies(StoreOperation.ACQUIRE);
        CompletableFuture<AcquireReply> reply = alice.acquire(request(ALICE + "1"));
        assertThat(reply).isNotDone();
        assertThat(alice.faults().heldReplies()).isEqualTo(1);

        alice.faults().releaseReplies();

        assertThat(reply).isCompleted();
    }

    @Test
    void a_broken_connection_loses_held_replies_and_rejects_requests() {
        alice.faults().holdReplies();
        CompletableFuture<AcquireReply> reply = alice.acquire(request(ALICE + "1"));

        alice.disconnect();

        assertFails(reply, Effect.UNKNOWN);
        assertFails(alice.acquire(request(ALICE + "2")), Effect.NONE);
        alice.reconnect();
        assertThat(alice.acquire(request(ALICE + "1")).join()).isInstanceOf(Granted.class);
    }

    @Test
    void the_executor_decides_when_replies_and_messages_arrive() {
        Queue<Runnable> deliveries = new ArrayDeque<>();
        InMemoryLockStore carol = new InMemoryLockStore(server, deliveries::add, Optional.empty());

        CompletableFuture<AcquireReply> reply = carol.acquire(request("carol-----------------1"));
        assertThat(reply).isNotDone();
        deliveries.remove().run();

        assertThat(reply).isCompleted();
    }

    @Test
    void after_a_restart_nothing_is_granted_for_the_quiet_period() {
        InMemoryLockStore carol = new InMemoryLockStore(server, Runnable::run, Optional.of(Duration.ofSeconds(10)));
        carol.open("carol-----------------", new Hearing(new ArrayList<>())).join();
        assertThat(carol.acquire(request("carol-----------------1")).join()).isInstanceOf(Granted.class);

        server.restart(InMemoryServer.Snapshot.empty());
        carol.reconnect();

        assertThat(carol.acquire(request("carol-----------------2")).join())
                .isInstanceOfSatisfying(
                        Queued.class,
                        queued -> assertThat(queued.pollAfterMillis()).isEqualTo(10_001));
        time.advance(Duration.ofSeconds(10));
        assertThat(carol.acquire(request("carol-----------------2")).join()).isInstanceOf(Granted.class);
    }

    private static void assertFails(CompletableFuture<?> reply, Effect effect) {
        assertThatThrownBy(reply::join)
                .cause()
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.effect()).isEqualTo(effect));
    }

    private static AcquireRequest request(String leaseId) {
        return new AcquireRequest("lock", leaseId, Shape.MUTEX, 1, 10_000, true, 0, new Tag("owner", "label"), 100, 0);
    }

    private record Hearing(List<String> heard) implements InboxListener {
        @Override
        public void granted(String lock, String leaseId, long token, long claimMillis, long waiting) {
            heard.add("granted " + leaseId);
        }

        @Override
        public void contended(String lock) {
            heard.add("contended " + lock);
        }

        @Override
        public void nudged(String lock, String leaseId) {
            heard.add("nudged " + lock);
        }

        @Override
        public void forced(String leaseId, String reason) {
            heard.add("forced " + leaseId);
        }

        @Override
        public void reconnected() {
            heard.add("reconnected");
        }
    }
}
