package dev.mortise.tests.deadlock;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.AcquireOptions;
import dev.mortise.DeadlockException;
import dev.mortise.DeadlockVictim;
import dev.mortise.Lease;
import dev.mortise.Mortise;
import dev.mortise.Owner;
import dev.mortise.internal.script.ScriptLockStore;
import dev.mortise.internal.store.Tag;
import dev.mortise.internal.store.WaitRecord;
import dev.mortise.internal.store.WaitRecord.Held;
import dev.mortise.internal.store.WaitRecord.Wanted;
import dev.mortise.internal.store.WaitRegister.Term;
import dev.mortise.testkit.RedisProcess;
import dev.mortise.testkit.junit.RedisExtension;
import dev.mortise.testkit.resp.RespClient;
import dev.mortise.tests.OnRedis;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An owner of many locks in the register of waits: it is told in many small calls, and refreshed in one. */
final class OwnerOfManyLocksTest extends OnRedis {
    private static final Term TERM = new Term(600_000, 600_000);
    private static final String END = "end";

    /** Of one call: 32 holds, with their names and ids. */
    private static final int MOST_BYTES = 8_192;

    /** Of a refresh, however many locks there are. */
    private static final int REFRESH_BYTES = 256;

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
        store = store("me");
    }

    @ParameterizedTest
    @CsvSource({"1, 1, 1", "64, 3, 2", "1000, 32, 31", "5000, 157, 157"})
    void it_is_told_in_small_calls_and_refreshed_in_one(int locks, int calls, int takenOut) {
        List<Integer> first = calls(() -> get(store.waits().enter(record(1, 0, locks), TERM)));
        assertThat(first).hasSize(calls).allMatch(bytes -> bytes <= MOST_BYTES);
        assertThat(calls(() -> get(store.waits().refresh(record(1, 0, locks), TERM))))
                .singleElement()
                .matches(bytes -> bytes <= REFRESH_BYTES);
        List<Integer> changed = calls(() -> get(store.waits().enter(record(2, 1, locks), TERM)));
        assertThat(changed).hasSize(calls).allMatch(bytes -> bytes <= MOST_BYTES);
        assertThat(holders("lock-0")).isEmpty();
        assertThat(holders("lock-" + locks)).containsExactly("owner");
        List<Integer> last = calls(() -> {
            get(store.waits().forget("owner", 3, 0));
            until("nothing is left", () -> !keys().contains("mortise:waits"));
        });
        assertThat(last).hasSizeLessThanOrEqualTo(takenOut).allMatch(bytes -> bytes <= REFRESH_BYTES);
    }

    /** As that of a reader among hundreds. Its holds that found no room are entered when there is some. */
    @Test
    void an_owner_in_whose_list_is_no_room_is_refreshed_in_one_call() {
        List<CompletableFuture<?>> others = new ArrayList<>();
        for (int i = 0; i < 128; i++) {
            others.add(store.waits().enter(of("other-" + i, 1, 7, 1), TERM));
        }
        others.forEach(OwnerOfManyLocksTest::get);
        get(store.waits().enter(record(1, 0, 1_000), TERM));
        assertThat(holders("lock-7")).doesNotContain("owner");
        assertThat(calls(() -> get(store.waits().refresh(record(1, 0, 1_000), TERM))))
                .hasSize(1);
        get(store.waits().forget("other-5", 2, 0));
        get(store.waits().refresh(record(1, 0, 1_000), TERM));
        assertThat(holders("lock-7")).contains("owner").doesNotContain("other-5");
        assertThat(calls(() -> get(store.waits().refresh(record(1, 0, 1_000), TERM))))
                .hasSize(1);
    }

    @Test
    void what_is_not_told_wholly_counts_for_nothing() {
        WaitRecord record = record(1, 0, 1_000);
        CompletableFuture<?> told = store.waits().enter(record, TERM);
        get(store("other").waits().forget("owner", 2, 600_000));
        get(told);
        assertThat(holders("lock-0")).isEmpty();
        assertThat(holders("lock-999")).isEmpty();
        get(store.waits().enter(record, TERM));
        get(store.waits().refresh(record, TERM));
        assertThat(holders("lock-0")).as("that version is refused").isEmpty();
    }

    @Test
    void a_record_that_another_thread_changes_meanwhile_is_the_newer_one() {
        CompletableFuture<?> old = store.waits().enter(record(1, 0, 1_000), TERM);
        get(store("other").waits().enter(record(2, 500, 1_000), TERM));
        get(old);
        assertThat(holders("lock-0")).isEmpty();
        assertThat(holders("lock-1499")).containsExactly("owner");
        get(store.waits().forget("owner", 3, 0));
        until("nothing is left", () -> !keys().contains("mortise:waits"));
    }

    @Test
    void what_a_client_leaves_behind_that_died_is_swept() {
        get(store.waits().enter(record(1, 0, 1_000), new Term(1, 1)));
        until("it is gone", () -> {
            get(store.waits().forget("another", 1, 0));
            return !keys().contains("mortise:waits");
        });
    }

    @Test
    void a_deadlock_with_an_owner_of_1000_locks_is_found() throws Exception {
        Mortise one = client();
        Mortise two = client();
        List<Lease> held = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            held.add(one.lock("many-" + i).acquire(as("a")));
        }
        held.add(two.lock("y").acquire(as("b")));
        CompletableFuture<Lease> a = one.lock("y").acquireAsync(as("a"));
        CompletableFuture<Lease> b = two.lock("many-500").acquireAsync(as("b"));
        Throwable failure = firstFailure(a, b);
        assertThat(failure instanceof CompletionException ? failure.getCause() : failure)
                .isInstanceOf(DeadlockException.class);
        assertThat(held).allMatch(Lease::isValid);
        assertThat(a.isDone() && b.isDone()).as("one wait ends").isFalse();
    }

    private static Throwable firstFailure(CompletableFuture<?> a, CompletableFuture<?> b) {
        return get(CompletableFuture.anyOf(a, b).handle((lease, thrown) -> thrown));
    }

    private static AcquireOptions as(String owner) {
        return AcquireOptions.defaults().owner(Owner.of(owner));
    }

    private static WaitRecord record(long version, int from, int locks) {
        return of("owner", version, from, locks);
    }

    private static WaitRecord of(String owner, long version, int from, int locks) {
        return new WaitRecord(
                owner,
                version,
                "me",
                new Tag(owner, ""),
                0,
                DeadlockVictim.YOUNGEST,
                List.of(new Wanted("wanted", "id", "id", 1, 1, 0)),
                IntStream.range(from, from + locks)
                        .mapToObj(i -> new Held("lock-" + i, "id-" + i, 1, 0))
                        .toList());
    }

    private List<String> holders(String lock) {
        return get(store.waits().look(List.of(lock))).records().stream()
                .map(WaitRecord::owner)
                .toList();
    }

    /** The bytes of the arguments of each script that was called for the register. */
    private List<Integer> calls(Runnable operation) {
        try (RespClient monitor = server().connect()) {
            monitor.command("MONITOR");
            operation.run();
            server().command("ECHO", END);
            List<Integer> calls = new ArrayList<>();
            while (true) {
                String line = String.valueOf(monitor.read());
                String words = line.substring(line.indexOf('"'));
                if (words.contains(END) && words.toUpperCase(Locale.ROOT).startsWith("\"ECHO")) {
                    return calls;
                } else if (words.toUpperCase(Locale.ROOT).startsWith("\"EVAL") && words.contains(":waits\"")) {
                    calls.add(words.length());
                }
            }
        }
    }
}
