package dev.mortise.tests.counts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.LockKind;
import dev.mortise.internal.lettuce.Connector;
import dev.mortise.internal.lettuce.Logins;
import dev.mortise.internal.runtime.SystemTime;
import dev.mortise.internal.script.Keys;
import dev.mortise.internal.script.QuietMarker;
import dev.mortise.internal.script.ScriptLockStore;
import dev.mortise.internal.store.AcquireReply;
import dev.mortise.internal.store.AcquireRequest;
import dev.mortise.internal.store.Shape;
import dev.mortise.internal.store.Tag;
import dev.mortise.testkit.RedisProcess;
import dev.mortise.testkit.junit.RedisExtension;
import dev.mortise.tests.IgnoringInbox;
import dev.mortise.tests.OnRedis;
import io.lettuce.core.RedisURI;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * No call of a script blocks the server for long, however many wait for a lock or hold it: the longest one takes no longer than a
 * script of the same run that does nothing but ask 2,500 times whether a key exists.
 */
final class ScriptTimeTest extends OnRedis {
    private static final int MANY = 2000;
    private static final int RUNS = 5;
    private static final String LOCK = "long";
    private static final String ME = "me--------------------";
    private static final String GONE = "gone------------------";
    private static final Shape SHARED = Shape.READ_WRITE;
    private static final Shape PERMITS = new Shape(LockKind.SEMAPHORE, MANY);
    private static final long LEASE = 600_000;
    private static final String REFERENCE = "for i = 1, 2500 do redis.call('EXISTS', KEYS[1]) end return 1";

    @RegisterExtension
    static final RedisExtension redis = RedisExtension.create();

    private SystemTime time;
    private ScriptLockStore store;
    private long bound;

    @Override
    protected RedisProcess server() {
        return redis.server();
    }

    @BeforeEach
    void connect() {
        loadScripts();
        time = new SystemTime("script-time");
        store = new ScriptLockStore(
                new Connector(time, Duration.ofSeconds(30), Optional.empty(), "script-time", Logins.NONE)
                        .server(RedisURI.create(server().host(), server().port())),
                new Keys("mortise"),
                QuietMarker.none());
        get(store.open(ME, new IgnoringInbox()));
        server().command("CONFIG", "SET", "slowlog-log-slower-than", "0");
        server().command("CONFIG", "SET", "slowlog-max-len", "10000");
        bound = reference();
    }

    @AfterEach
    void disconnect() {
        store.close();
        time.close();
        server().command("CONFIG", "SET", "slowlog-log-slower-than", "-1");
    }

    @Test
    void a_writer_is_released_before_many_readers() {
        bounded(
                () -> {
                    acquire(0, SHARED, Shape.MAX, LEASE);
                    queue(ME, SHARED, 1);
                },
                () -> get(store.release(LOCK, id(ME, 0), 1, 0)));
    }

    @Test
    void many_wait_whose_client_is_gone() {
        bounded(
                () -> {
                    acquire(0, Shape.MUTEX, 1, LEASE);
                    queue(GONE, Shape.MUTEX, 1);
                    acquire(MANY + 1, Shape.MUTEX, 1, LEASE);
                },
                () -> {
                    get(store.release(LOCK, id(ME, 0), 1, 0));
                    acquire(MANY + 1, Shape.MUTEX, 1, LEASE);
                });
    }

    @Test
    void many_leases_are_over_together() {
        bounded(
                () -> {
                    hold(1);
                    while (get(store.isLocked(LOCK))) {
                        Thread.onSpinWait();
                    }
                },
                () -> {
                    while (!(acquire(MANY + 1, PERMITS, 1, LEASE) instanceof AcquireReply.Granted)) {
                        Thread.onSpinWait();
                    }
                });
    }

    @Test
    void many_holds_are_ended_by_force_or_looked_at() {
        bounded(() -> hold(LEASE), () -> {
            get(store.inspect(LOCK));
            assertThat(get(store.force(LOCK, "a test", 10_000))).isEqualTo(MANY);
            assertThat(get(store.isLocked(LOCK))).isFalse();
        });
    }

    @Test
    void leases_without_expiry_are_looked_for() {
        bounded(
                () -> hold(0),
                () -> assertThat(get(store.collect(LOCK, 60_000))).isZero());
    }

    @Test
    void a_semaphore_for_which_many_wait_gets_more_permits() {
        Shape one = new Shape(LockKind.SEMAPHORE, 1);
        bounded(
                () -> {
                    acquire(0, one, 1, LEASE);
                    queue(ME, one, 1);
                },
                () -> get(store.resize(LOCK, MANY + 1)));
    }

    @Test
    void many_have_left_in_front_of_the_next_one() {
        bounded(
                () -> {
                    acquire(0, Shape.MUTEX, 1, LEASE);
                    queue(ME, Shape.MUTEX, 1);
                    acquire(MANY + 1, Shape.MUTEX, 1, LEASE);
                    all(i -> store.withdraw(LOCK, id(ME, i), i % 2 == 0 ? 60_000 : 0));
                },
                () -> {
                    get(store.release(LOCK, id(ME, 0), 1, 0));
                    acquire(MANY + 1, Shape.MUTEX, 1, LEASE);
                });
    }

    private long reference() {
        long least = Long.MAX_VALUE;
        for (int run = 0; run < RUNS; run++) {
            server().command("SLOWLOG", "RESET");
            server().command("EVAL", REFERENCE, "1", "mortise:{nobody}");
            least = Math.min(least, Collections.max(scripts()));
        }
        return least;
    }

    private void bounded(Runnable prepared, Runnable operation) {
        assertThat(least(prepared, operation)).as("us, of %d", bound).isLessThanOrEqualTo(bound);
    }

    /**
     * The longest script of an operation, us. It asks for the same scripts in each run: of each one the least of all runs counts,
     * and of those the longest.
     */
    private long least(Runnable prepared, Runnable operation) {
        List<Long> least = List.of();
        for (int run = 0; run < RUNS; run++) {
            server().command("DEL", "mortise:{" + LOCK + "}");
            prepared.run();
            server().command("SLOWLOG", "RESET");
            operation.run();
            least = run == 0 ? scripts() : less(least, scripts());
        }
        return Collections.max(least);
    }

    private static List<Long> less(List<Long> some, List<Long> others) {
        return IntStream.range(0, Math.min(some.size(), others.size()))
                .mapToObj(i -> Math.min(some.get(i), others.get(i)))
                .toList();
    }

    /** How long each took, the latest first. */
    private List<Long> scripts() {
        return Objects.requireNonNull((List<?>) server().command("SLOWLOG", "GET", "10000")).stream()
                .map(entry -> (List<?>) entry)
                .filter(entry -> String.valueOf(((List<?>) entry.get(3)).get(0)).startsWith("EVAL"))
                .map(entry -> (Long) entry.get(2))
                .toList();
    }

    private void hold(long leaseMillis) {
        all(i -> store.acquire(request(ME, i, PERMITS, 1, leaseMillis)));
    }

    private void queue(String client, Shape shape, long permits) {
        all(i -> store.acquire(request(client, i, shape, permits, LEASE)));
    }

    private static void all(IntFunction<CompletableFuture<?>> each) {
        get(CompletableFuture.allOf(
                IntStream.rangeClosed(1, MANY).mapToObj(each).toArray(CompletableFuture[]::new)));
    }

    private AcquireReply acquire(int number, Shape shape, long permits, long leaseMillis) {
        return get(store.acquire(request(ME, number, shape, permits, leaseMillis)));
    }

    private static AcquireRequest request(String client, int number, Shape shape, long permits, long leaseMillis) {
        return new AcquireRequest(
                LOCK, id(client, number), shape, permits, leaseMillis, true, 0, new Tag("owner", ""), 1_000_000, 0);
    }

    private static String id(String client, int number) {
        return client + "%08d".formatted(number);
    }
}
