package dev.mortise.tests.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.interop.InteropLease;
import dev.mortise.interop.InteropLock;
import dev.mortise.interop.InteropLocks;
import dev.mortise.interop.LockLayout;
import dev.mortise.redis.RedisMortise;
import dev.mortise.testkit.resp.RespClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Both sides at once, many of each: one holds at a time, and each side gets on. */
final class InteropExclusionTest extends OnInterop {
    private static final int PROGRAMS = 3;
    private static final int HOLDS = 15;
    private static final String RELEASE = """
            if redis.call("get", KEYS[1]) ~= ARGV[1] then return 1 end
            redis.call("del", KEYS[2])
            redis.call("lpush", KEYS[2], 1)
            redis.call("pexpire", KEYS[2], 1000)
            redis.call("del", KEYS[1])
            return 0
            """;

    private final AtomicInteger inside = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();

    private void work() throws InterruptedException {
        most.accumulateAndGet(inside.incrementAndGet(), Math::max);
        Thread.sleep(1);
        inside.decrementAndGet();
    }

    private Void java(InteropLocks locks) throws InterruptedException {
        InteropLock lock = locks.lock("job");
        for (int i = 0; i < HOLDS; i++) {
            try (InteropLease lease = lock.acquire(PATIENCE)) {
                work();
                assertThat(lease.isValid()).isTrue();
            }
        }
        return null;
    }

    /** As python-redis-lock does it, with a connection of its own. */
    private Void python(RespClient connection, String id) throws InterruptedException {
        for (int i = 0; i < HOLDS; i++) {
            while (connection.command("SET", "lock:job", id, "NX", "EX", "60") == null) {
                connection.command("BLPOP", "lock-signal:job", "5");
            }
            work();
            assertThat(connection.command("EVAL", RELEASE, "2", "lock:job", "lock-signal:job", id))
                    .isEqualTo(0L);
        }
        return null;
    }

    @Test
    void many_programs_of_both_sides_hold_one_at_a_time_and_all_of_them_get_on() {
        List<CompletableFuture<Void>> programs = new ArrayList<>();
        for (int i = 0; i < PROGRAMS; i++) {
            InteropLocks locks = closing(RedisMortise.interop(LockLayout.pythonRedisLock())
                    .uri(server().uri())
                    .commandTimeout(Duration.ofSeconds(5))
                    .build());
            programs.add(inThread(() -> java(locks)));
            programs.add(inThread(() -> java(locks)));
            RespClient connection =
                    closing(RespClient.connect(server().host(), server().port(), Duration.ofSeconds(30)));
            String id = "python-" + i;
            programs.add(inThread(() -> python(connection, id)));
        }
        programs.forEach(OnInterop::get);
        assertThat(most).hasValue(1);
        assertThat(exists("lock:job")).isFalse();
    }
}
