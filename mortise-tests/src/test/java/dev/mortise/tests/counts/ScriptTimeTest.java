package dev.mortise.tests.counts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.DeadlockVictim;
import dev.mortise.LockKind;
import dev.mortise.internal.script.ScriptLockStore;
import dev.mortise.internal.store.AcquireReply;
import dev.mortise.internal.store.AcquireRequest;
import dev.mortise.internal.store.Shape;
import dev.mortise.internal.store.Tag;
import dev.mortise.internal.store.WaitRecord;
import dev.mortise.internal.store.WaitRecord.Held;
import dev.mortise.internal.store.WaitRecord.Wanted;
import dev.mortise.internal.store.WaitRegister;
import dev.mortise.testkit.RedisProcess;
import dev.mortise.testkit.junit.RedisExtension;
import dev.mortise.testkit.resp.RespClient;
import dev.mortise.tests.OnRedis;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * No call of a script blocks the server for long, however many wait for a lock or hold it. How long is counted in the words of
 * the commands that it calls, as its time also depends on what else the machine does: 1,000 words take some 2 ms.
 */
final class ScriptTimeTest extends OnRedis {
    private static final int MANY = 2000;

    /** Of the commands that one call of a script makes; far fewer than there are waiters or holders, and each has several. */
    private static final int MOST_WORDS = 1000;

    /** Of one of the register of waits, whose records and lists of owners are long texts. */
    private static final int MOST_WORDS_OF_A_WAIT = 250;

    /** Those that answer with all fields of a hash, be they as many as they may. */
    private static final Set<String> ENDLESS = Set.of("HGETALL", "HKEYS", "HVALS");

    private static final String END = "end";
    private static final String LOCK = "long";
    private static final String ME = "me--------------------";
    private static final String GONE = "gone------------------";
    private static final Shape SHARED = Shape.READ_WRITE;
    private static final Shape PERMITS = new Shape(LockKind.SEMAPHORE, MANY);
    private static final long LEASE = 600_000;
    private static final WaitRegister.Term TERM = new WaitRegister.Term(LEASE, LEASE);

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
                    hold(1_000);
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

    @Test
    void many_owners_wait_for_each_other() {
        bounded(
                () -> all(i -> store.waits().enter(waiter(i, 1, "own" + i, "own" + (i + 1)), TERM)),
                () -> get(store.waits().enter(waiter(0, 1, "own0", "own1"), TERM)),
                MOST_WORDS_OF_A_WAIT);
    }

    @Test
    void many_owners_that_wait_hold_the_same_lock() {
        bounded(
                () -> all(i -> store.waits().enter(waiter(i, 1, LOCK, "own" + i), TERM)),
                () -> {
                    get(store.waits().enter(waiter(0, 1, "own0", LOCK), TERM));
                    get(store.waits().enter(waiter(1, 2, "own1", LOCK), TERM));
                    get(store.waits().forget(Integer.toString(1), 3, LEASE));
                },
                MOST_WORDS_OF_A_WAIT);
    }

    /** Lists of owners are long texts, so few are written in one call. */
    @Test
    void many_owners_that_wait_hold_and_want_many_locks() {
        List<String> locks = IntStream.range(0, 64).mapToObj(i -> "lock" + i).toList();
        bounded(
                () -> {
                    for (int i = 1; i <= 128; i++) {
                        get(store.waits().enter(waiter(i, 1, locks, locks), TERM));
                    }
                },
                () -> {
                    assertThat(get(store.waits().enter(waiter(0, 1, locks, locks), TERM))
                                    .records())
                            .hasSize(128);
                    get(store.waits().enter(waiter(1, 2, locks.subList(1, 64), locks), TERM));
                    get(store.waits().forget(Integer.toString(2), 3, LEASE));
                },
                MOST_WORDS_OF_A_WAIT);
    }

    private static WaitRecord waiter(int number, long version, String held, String wanted) {
        return waiter(number, version, List.of(held), List.of(wanted));
    }

    private static WaitRecord waiter(int number, long version, List<String> held, List<String> wanted) {
        String id = id(ME, number);
        return new WaitRecord(
                Integer.toString(number),
                version,
                ME,
                new Tag("owner", ""),
                0,
                DeadlockVictim.YOUNGEST,
                wanted.stream().map(lock -> new Wanted(lock, id, id, 1, 1, 0)).toList(),
                held.stream().map(lock -> new Held(lock, id, 1, 0)).toList());
    }

    private void bounded(Runnable prepared, Runnable operation) {
        bounded(prepared, operation, MOST_WORDS);
    }

    private void bounded(Runnable prepared, Runnable operation, int most) {
        prepared.run();
        try (RespClient monitor = server().connect()) {
            monitor.command("MONITOR");
            operation.run();
            server().command("ECHO", END);
            List<Integer> scripts = words(monitor);
            assertThat(scripts).isNotEmpty().allMatch(words -> words <= most);
        }
    }

    /** How many each script has asked for, up to the end. Nothing but scripts was called. */
    private static List<Integer> words(RespClient monitor) {
        List<Integer> scripts = new ArrayList<>();
        while (true) {
            String line = String.valueOf(monitor.read());
            List<String> words = List.of(
                    line.substring(line.indexOf('"') + 1, line.length() - 1).split("\" \""));
            String command = words.get(0).toUpperCase(Locale.ROOT);
            if (words.contains(END)) {
                return scripts;
            } else if (command.startsWith("EVAL")) {
                scripts.add(0);
            } else {
                assertThat(command).isNotIn(ENDLESS);
                int last = scripts.size() - 1;
                // It is answered with so many fields.
                int fields = command.equals("HSCAN") ? Integer.parseInt(words.get(words.size() - 1)) : 0;
                scripts.set(last, scripts.get(last) + words.size() + fields);
            }
        }
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
