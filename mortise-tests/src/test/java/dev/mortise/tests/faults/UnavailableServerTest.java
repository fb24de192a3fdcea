package dev.mortise.tests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.AcquireOptions;
import dev.mortise.LockUnavailableException;
import dev.mortise.Mortise;
import dev.mortise.redis.RedisMortise;
import dev.mortise.testkit.RedisProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A server that is killed, or silent, in the middle of everything: nobody takes that for a lock that is held. */
final class UnavailableServerTest {
    private static final Duration MOMENT = Duration.ofMillis(300);
    private static final Duration TIMEOUT = Duration.ofSeconds(1);
    private static final int THREADS = 8;

    @Test
    void a_killed_server_is_unavailable_to_every_thread() throws Exception {
        everyThreadHears(RedisProcess::kill);
    }

    @Test
    void a_silent_server_is_unavailable_to_every_thread() throws Exception {
        everyThreadHears(RedisProcess::pause);
    }

    private static void everyThreadHears(Trouble trouble) throws Exception {
        try (RedisProcess server = RedisProcess.start();
                Mortise mortise = RedisMortise.builder()
                        .uri(server.uri())
                        .commandTimeout(TIMEOUT)
                        .build()) {
            mortise.lock("a").acquire().release();
            mortise.readWriteLock("rw").readLock().acquire().release();
            trouble.happensTo(server);
            AcquireOptions moment = AcquireOptions.waitUpTo(MOMENT);
            List<CompletableFuture<Object>> all = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                all.add(begin(() -> mortise.lock("a").tryAcquire(moment)));
                all.add(begin(() -> mortise.lock("a").acquire()));
                all.add(begin(() -> mortise.lock("b").acquire(MOMENT)));
                all.add(begin(() -> mortise.lock("c").asLock().tryLock(300, TimeUnit.MILLISECONDS)));
                all.add(begin(() -> mortise.readWriteLock("rw").readLock().tryAcquire(moment)));
                all.add(begin(() -> mortise.readWriteLock("rw").writeLock().tryAcquire(moment)));
                all.add(begin(() -> mortise.semaphore("s", 2).tryAcquire(1, moment)));
                all.add(begin(() -> mortise.allOf("d", "e").tryAcquire(moment)));
            }
            for (CompletableFuture<Object> each : all) {
                assertThat(each.get(30, TimeUnit.SECONDS)).isInstanceOf(LockUnavailableException.class);
            }
        }
    }

    /** What it answers, or throws. */
    private static CompletableFuture<Object> begin(Callable<?> call) {
        CompletableFuture<Object> done = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                done.complete(call.call());
            } catch (Throwable failure) {
                done.complete(failure);
            }
        });
        thread.setDaemon(true);
        thread.start();
        return done;
    }

    private interface Trouble {
        void happensTo(RedisProcess server);
    }
}
