package dev.mortise.tests.deployments;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.AcquireOptions;
import dev.mortise.Lease;
import dev.mortise.LockInfo;
import dev.mortise.LockUnavailableException;
import dev.mortise.Mortise;
import dev.mortise.redis.RedisMortise;
import dev.mortise.testkit.ClearedLocks;
import dev.mortise.testkit.Persistence;
import dev.mortise.testkit.RedisProcess;
import dev.mortise.testkit.junit.RedisExtension;
import dev.mortise.testkit.resp.RespClient;
import dev.mortise.tests.Stats;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What of the keys of a server is taken for a lock, and what is left alone. */
@SuppressWarnings("try") // what is held is held for its time
final class ListingTest {
    private static final int MANY = 1_500;

    @RegisterExtension
    static final RedisExtension redis = RedisExtension.of(RedisProcess.builder().persistence(Persistence.AOF_ALWAYS));

    @BeforeEach
    void empty() {
        redis.server().command("FLUSHALL");
    }

    private static Mortise client(String prefix) {
        return RedisMortise.builder().uri(redis.uri()).keyPrefix(prefix).build();
    }

    private static List<String> names(Stream<LockInfo> locks) {
        return locks.map(LockInfo::name).sorted().toList();
    }

    @Test
    void other_prefixes_are_neither_listed_nor_reached() throws Exception {
        try (Mortise mine = client("team:a");
                Mortise theirs = client("team");
                Mortise others = client("team:a:b")) {
            Lease here = mine.lock("x").acquire();
            Lease there = theirs.lock("x").acquire();
            Lease elsewhere = others.lock("x").acquire();
            assertThat(names(mine.admin().list())).containsExactly("x");
            assertThat(mine.admin().clients()).hasSize(1);
            assertThat(mine.admin().forceReleaseAll("*", "for the test", false).ended())
                    .isOne();
            assertThat(there.release().name() + elsewhere.release()).isEqualTo("RELEASEDRELEASED");
            assertThat(here.release().name()).isEqualTo("LOST");
        }
    }

    @Test
    void all_is_cleared_for_the_next_test_and_tokens_still_increase() throws Exception {
        try (Mortise mine = client("p");
                Mortise beside = client("p");
                Mortise theirs = client("q")) {
            Lease first = mine.lock("x").acquire();
            CompletableFuture<Lease> waiting = beside.lock("x").acquireAsync(AcquireOptions.defaults());
            Lease untouched = theirs.lock("x").acquire();
            OnNodes.until("it waits", () -> !mine.lock("x").inspect().waiters().isEmpty());
            assertThat(ClearedLocks.of(mine)).isEqualTo(2);
            Lease second = waiting.join();
            OnNodes.until("both are lost", () -> !first.isValid() && !second.isValid());
            assertThat(mine.admin().list()).isEmpty();
            assertThat(ClearedLocks.of(mine)).isZero();
            assertThat(mine.lock("x").acquire().fencingToken()).isGreaterThan(second.fencingToken());
            assertThat(untouched.isValid()).isTrue();
            untouched.release();
        }
    }

    @Test
    void what_is_no_record_of_a_lock_is_left_out_and_left_alone() throws Exception {
        try (Mortise client = client("p")) {
            Lease held = client.lock("x").acquire();
            redis.server().command("SET", "p:{text}", "1");
            redis.server().command("HSET", "p:{foreign}", "field", "value");
            redis.server().command("HSET", "p:{damaged}", "v", "1:m:1 gibberish", "h:abc", "what");
            redis.server().command("HSET", "p:{b}ehind", "v", "1");
            redis.server().command("HSET", "p:{a b}", "v", "1");
            redis.server().command("HSET", "p:client:", "pid", "1");
            assertThat(names(client.admin().list())).containsExactly("x");
            assertThat(client.admin().clients()).hasSize(1);
            Object before = redis.server().command("HGETALL", "p:{damaged}");
            assertThat(client.admin()
                            .forceReleaseAll("*", "for the test", false)
                            .locks())
                    .singleElement()
                    .satisfies(lock -> assertThat(lock.lockName()).isEqualTo("x"));
            assertThat(redis.server().command("HGETALL", "p:{damaged}")).isEqualTo(before);
            assertThat(redis.server().command("GET", "p:{text}")).isEqualTo("1");
            held.release();
        }
    }

    @Test
    void many_locks_take_a_scan_for_two_hundred_keys_and_one_request_each() throws Exception {
        try (Mortise client = client("p");
                RespClient reader = redis.server().connect()) {
            List<Lease> held = hold(client);
            Stats before = Stats.of(reader);
            assertThat(client.admin().list()).hasSize(MANY);
            Stats stats = Stats.of(reader).since(before);
            assertThat(stats.count("scan")).isBetween(MANY / 200L, MANY / 200L + 3);
            // Renewals and heartbeats are sent meanwhile.
            assertThat(stats.count("evalsha") + stats.count("eval")).isBetween((long) MANY, MANY + 20L);
            held.forEach(Lease::release);
        }
    }

    /** A cursor means nothing to another process, whose table has another order. */
    @Test
    void a_server_that_begins_anew_between_two_pages_hides_nothing() throws Exception {
        try (Mortise client = client("p")) {
            List<Lease> held = hold(client);
            Iterator<LockInfo> locks = client.admin().list().iterator();
            List<String> names = new ArrayList<>(List.of(locks.next().name()));
            redis.server().restartWithData();
            OnNodes.until("connected again", () -> {
                try {
                    return client.admin().inspect("lock-0").isLocked();
                } catch (LockUnavailableException notYet) {
                    return false;
                }
            });
            locks.forEachRemaining(lock -> names.add(lock.name()));
            assertThat(names).hasSize(MANY).doesNotHaveDuplicates();
            held.forEach(Lease::release);
        }
    }

    private static List<Lease> hold(Mortise client) {
        List<CompletableFuture<Lease>> asked = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            asked.add(client.lock("lock-" + i).acquireAsync(AcquireOptions.defaults()));
        }
        return asked.stream().map(CompletableFuture::join).toList();
    }
}
