package dev.mortise.tests.quorum;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.internal.lettuce.Connector;
import dev.mortise.internal.lettuce.Logins;
import dev.mortise.internal.runtime.SystemTime;
import dev.mortise.internal.script.Keys;
import dev.mortise.internal.script.QuietMarker;
import dev.mortise.internal.script.ScriptLockStore;
import dev.mortise.internal.store.Fencing;
import dev.mortise.internal.store.Shape;
import dev.mortise.internal.store.Tag;
import dev.mortise.internal.store.VoteReply;
import dev.mortise.internal.store.VoteReply.Given;
import dev.mortise.internal.store.VoteReply.Held;
import dev.mortise.internal.store.VoteRequest;
import dev.mortise.internal.store.VotingStore;
import dev.mortise.testkit.RedisProcess;
import dev.mortise.testkit.junit.RedisExtension;
import dev.mortise.testkit.resp.RespClient;
import dev.mortise.tests.IgnoringInbox;
import dev.mortise.tests.OnRedis;
import dev.mortise.tests.Stats;
import io.lettuce.core.RedisURI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The scripts of a quorum's node as they are, with the server's clock, over a real connection. */
final class QuorumScriptsTest extends OnRedis {
    private static final String A = "alice-----------------1";
    private static final String B = "bob-------------------1";
    private static final long AHEAD_MILLIS = 60_000;

    @RegisterExtension
    static final RedisExtension redis = RedisExtension.create();

    private final Nudges nudges = new Nudges();

    /** Ahead of the clock, so that no pause of this JVM makes it too old. */
    private long token = TimeUnit.MILLISECONDS.toMicros(System.currentTimeMillis() + AHEAD_MILLIS);

    private SystemTime time;
    private VotingStore node;

    @Override
    protected RedisProcess server() {
        return redis.server();
    }

    @BeforeEach
    void connect() {
        loadScripts();
        Keys keys = new Keys("mortise");
        time = new SystemTime("voter");
        node = new ScriptLockStore(
                new Connector(time, Duration.ofSeconds(5), Optional.empty(), "voter", Logins.NONE)
                        .server(RedisURI.create(server().host(), server().port())),
                keys,
                QuietMarker.of(keys, Duration.ofSeconds(60)));
        get(node.open("bob-------------------", nudges));
    }

    @AfterEach
    void disconnect() {
        node.close();
        time.close();
    }

    @Test
    void a_vote_is_one_request_and_taking_it_back_another() {
        // The first vote of a node is noted beside its quiet period.
        VoteRequest first = vote(B, false);
        get(node.vote(new VoteRequest(
                "other", B, first.shape(), 1, first.leaseMillis(), false, first.token(), first.tag(), 1)));
        try (RespClient reader = server().connect()) {
            Stats.of(reader);
            Stats before = Stats.of(reader);
            VoteRequest vote = vote(A, false);
            assertThat(get(node.vote(vote))).isEqualTo(new Given(0));
            assertThat(Stats.of(reader).since(before).calls())
                    .isEqualTo(Map.of("evalsha", 1L, "hmget", 2L, "exists", 1L, "time", 1L, "hset", 1L, "pexpire", 1L));
            before = Stats.of(reader);
            assertThat(get(node.unvote("lock", A, vote.token()))).isTrue();
            assertThat(Stats.of(reader).since(before).calls())
                    .isEqualTo(Map.of("evalsha", 1L, "hmget", 2L, "time", 1L, "hset", 1L, "hdel", 1L, "hget", 1L));
        }
    }

    @Test
    void who_waits_hears_of_a_release() {
        assertThat(get(node.vote(vote(A, false)))).isEqualTo(new Given(0));
        VoteReply held = get(node.vote(vote(B, true)));
        assertThat(held)
                .isInstanceOfSatisfying(
                        Held.class, reply -> assertThat(reply.endsAfterMillis()).isBetween(1L, 30_001L));

        get(node.release("lock", A, 1, 0));

        until("it is told", () -> !nudges.heard.isEmpty());
        assertThat(nudges.heard).containsExactly("lock " + B);
        assertThat(get(node.vote(vote(B, true)))).isEqualTo(new Given(0));
        assertThat(get(node.inspect("lock")).shape()).contains(Shape.MUTEX.inQuorum());
        assertThat(get(node.isLocked("lock"))).isTrue();
    }

    @Test
    void a_lock_leaves_no_trace_some_time_after_its_last_use() {
        VoteRequest vote = vote(A, false);
        get(node.vote(vote));
        get(node.release("lock", A, 1, 0));
        assertThat(lockKeys()).hasSize(1);
        Object left = server().command("PTTL", lockKeys().get(0));
        assertThat((Long) left).isBetween(1L, AHEAD_MILLIS + 5_002L);
    }

    private VoteRequest vote(String leaseId, boolean queue) {
        token += Fencing.BLOCK;
        return new VoteRequest(
                "lock", leaseId, Shape.MUTEX.inQuorum(), 1, 30_000, queue, token, new Tag("owner", "label"), 10);
    }

    private static final class Nudges extends IgnoringInbox {
        private final ConcurrentLinkedQueue<String> heard = new ConcurrentLinkedQueue<>();

        @Override
        public void nudged(String lock, String leaseId) {
            heard.add(lock + " " + leaseId);
        }
    }
}
