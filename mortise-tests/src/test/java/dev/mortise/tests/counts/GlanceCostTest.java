package dev.mortise.tests.counts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.LockKind;
import dev.mortise.internal.script.ScriptLockStore;
import dev.mortise.internal.store.AcquireRequest;
import dev.mortise.internal.store.Glance;
import dev.mortise.internal.store.LockRecord;
import dev.mortise.internal.store.Shape;
import dev.mortise.internal.store.Tag;
import dev.mortise.testkit.RedisProcess;
import dev.mortise.testkit.junit.RedisExtension;
import dev.mortise.tests.OnRedis;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a report of a wait asks and is answered does not depend on how many wait, in requests, commands and bytes. */
final class GlanceCostTest extends OnRedis {
    private static final String LOCK = "long";
    private static final String ME = "me--------------------";

    /** The fields that one request searches. */
    private static final int SEARCHED = 256;

    /** Of an answer: one holder and 16 waiters, of some 100 bytes each. */
    private static final int MOST_BYTES = 3_000;

    @RegisterExtension
    static final RedisExtension redis = RedisExtension.create();

    private ScriptLockStore store;

    @Override
    protected RedisProcess server() {
        return redis.server();
    }

    @BeforeEach
    void connect() {
        loadScripts();
        store = store(ME);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 100, 2_000})
    void it_is_one_request_and_a_small_answer(int waiters) {
        acquire(0, Shape.MUTEX);
        queue(1, waiters, Shape.MUTEX);
        server().command("CONFIG", "RESETSTAT");
        Glance first = get(store.glance(LOCK, id(waiters)));
        names(first, 0, waiters);
        assertThat(calls("evalsha")).isBetween(1, 1 + 2 * (2 * waiters + 4) / SEARCHED);
        server().command("CONFIG", "RESETSTAT");
        names(get(store.glance(LOCK, id(waiters))), 0, waiters);
        assertThat(calls("evalsha")).isEqualTo(1);
        assertThat(calls("hscan") + calls("hgetall") + calls("hset")).isZero();
        assertThat(calls("hmget")).isLessThanOrEqualTo(4);
        server().command("CONFIG", "RESETSTAT");
        names(get(store.glance(LOCK, id(waiters))), 0, waiters);
        assertThat(bytesSent()).isLessThan(MOST_BYTES);
    }

    @Test
    void the_next_holder_is_found_too() {
        acquire(0, Shape.MUTEX);
        queue(1, 600, Shape.MUTEX);
        names(get(store.glance(LOCK, id(600))), 0, 600);
        get(store.release(LOCK, id(0), 1, 0));
        // Nobody hears of the grant here, so this one asks.
        acquire(1, Shape.MUTEX);
        names(get(store.glance(LOCK, id(600))), 1, 599);
    }

    @Test
    void of_many_holders_some_are_named_and_all_are_counted() {
        Shape permits = new Shape(LockKind.SEMAPHORE, 300);
        queue(0, 400, permits);
        Glance glance = get(store.glance(LOCK, id(320)));
        assertThat(glance.used()).isEqualTo(300);
        assertThat(glance.record().holders())
                .hasSize(Glance.MOST)
                .allMatch(holder -> holder.owner().equals("owner"));
        assertThat(glance.waiting()).isEqualTo(100);
        assertThat(glance.place()).isEqualTo(21);
    }

    @Test
    void without_waiters_or_holders_it_is_told_so() {
        Glance free = get(store.glance(LOCK, "nobody"));
        assertThat(free.record().shape()).isEmpty();
        assertThat(free.used() + free.waiting() + free.place()).isZero();
        acquire(0, Shape.MUTEX);
        Glance alone = get(store.glance(LOCK, "nobody"));
        assertThat(alone.record().holders())
                .extracting(LockRecord.Holder::leaseId)
                .containsExactly(id(0));
        assertThat(alone.used()).isEqualTo(1);
        assertThat(alone.waiting() + alone.place()).isZero();
        get(store.release(LOCK, id(0), 1, 0));
        assertThat(lockKeys()).isEmpty();
    }

    @Test
    void nothing_is_left_of_it() {
        acquire(0, Shape.MUTEX);
        queue(1, 1, Shape.MUTEX);
        names(get(store.glance(LOCK, id(1))), 0, 1);
        get(store.withdraw(LOCK, id(1), 0));
        get(store.release(LOCK, id(0), 1, 0));
        until("the record is gone", () -> lockKeys().isEmpty());
    }

    /** A report explains a time-out, all the more when the server is in trouble. */
    @Test
    void a_server_that_takes_no_writes_tells_too() {
        acquire(0, Shape.MUTEX);
        queue(1, 3, Shape.MUTEX);
        server().command("CONFIG", "SET", "min-replicas-to-write", "1");
        try {
            names(get(store.glance(LOCK, id(3))), 0, 3);
        } finally {
            server().command("CONFIG", "SET", "min-replicas-to-write", "0");
        }
    }

    private static void names(Glance glance, int holder, int waiters) {
        assertThat(glance.record().holders()).singleElement().satisfies(one -> {
            assertThat(one.leaseId()).isEqualTo(id(holder));
            assertThat(one.owner()).isEqualTo("owner");
        });
        assertThat(glance.used()).isEqualTo(1);
        assertThat(glance.record().waiters()).hasSize(Math.min(Glance.MOST, waiters));
        assertThat(glance.record().waiters().get(0).leaseId()).isEqualTo(id(holder + 1));
        assertThat(glance.waiting()).isEqualTo(waiters);
        assertThat(glance.place()).isEqualTo(waiters);
    }

    private int calls(String command) {
        String key = "cmdstat_" + command + ":calls=";
        return String.valueOf(server().command("INFO", "commandstats"))
                .lines()
                .filter(line -> line.startsWith(key))
                .mapToInt(line -> Integer.parseInt(line.substring(key.length(), line.indexOf(','))))
                .sum();
    }

    private int bytesSent() {
        String key = "total_net_output_bytes:";
        return String.valueOf(server().command("INFO", "stats"))
                .lines()
                .filter(line -> line.startsWith(key))
                .mapToInt(line -> Integer.parseInt(line.substring(key.length()).trim()))
                .sum();
    }

    private void queue(int first, int count, Shape shape) {
        get(CompletableFuture.allOf(IntStream.range(first, first + count)
                .mapToObj(i -> store.acquire(request(i, shape)))
                .toArray(CompletableFuture[]::new)));
    }

    private void acquire(int number, Shape shape) {
        get(store.acquire(request(number, shape)));
    }

    private static AcquireRequest request(int number, Shape shape) {
        return new AcquireRequest(LOCK, id(number), shape, 1, 600_000, true, 0, new Tag("owner", ""), 1_000_000, 0);
    }

    private static String id(int number) {
        return ME + "%08d".formatted(number);
    }
}
