package dev.mortise.tests.counts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.AcquireOptions;
import dev.mortise.DistributedLock;
import dev.mortise.Lease;
import dev.mortise.Mortise;
import dev.mortise.testkit.RedisProcess;
import dev.mortise.testkit.junit.RedisExtension;
import dev.mortise.testkit.resp.RespClient;
import dev.mortise.tests.OnRedis;
import dev.mortise.tests.Stats;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a lock costs that is handed on in one client, and when other clients get it; the figures are printed. */
final class HandOffCountsTest extends OnRedis {
    @RegisterExtension
    static final RedisExtension redis = RedisExtension.create();

    private static final AcquireOptions ANY = AcquireOptions.defaults();

    /** For so long the server is not asked again whether others wait. */
    private static final long TRUST = Duration.ofMillis(500).toNanos();

    /** Written by whoever holds the lock, without anything else that would keep threads apart. */
    private int cycles;

    private final List<Long> tokens = new ArrayList<>();

    @Override
    protected RedisProcess server() {
        return redis.server();
    }

    @BeforeEach
    void warm() {
        loadScripts();
    }

    @Test
    void p20_a_hot_lock_of_one_client() throws Exception {
        int threads = 64;
        int each = 100;
        DistributedLock lock = client().lock("p20");
        try (RespClient reader = server().connect()) {
            Stats before = Stats.of(reader);
            List<CompletableFuture<Boolean>> workers = IntStream.range(0, threads)
                    .mapToObj(i -> inThread(() -> {
                        for (int turn = 0; turn < each; turn++) {
                            try (Lease lease = lock.acquire()) {
                                tokens.add(lease.fencingToken());
                                cycles++;
                            }
                        }
                        return true;
                    }))
                    .toList();
            assertThat(workers).allMatch(OnRedis::get);
            Stats cost = Stats.of(reader).since(before);
            print(
                    "P20",
                    "hot lock, %d threads of one client: %.4f requests a cycle, %s",
                    threads,
                    cost.count("evalsha") / (double) (threads * each),
                    cost.calls());
            assertThat(cost.count("evalsha")).isLessThan(threads * (each / 10L));
        }
        try (Lease last = lock.acquire()) {
            assertThat(cycles).isEqualTo(threads * each);
            assertThat(tokens).hasSize(threads * each);
            for (int i = 1; i < tokens.size(); i++) {
                assertThat(tokens.get(i)).isGreaterThan(tokens.get(i - 1));
            }
            assertThat(last.fencingToken()).isGreaterThan(tokens.get(tokens.size() - 1));
        }
        until("nothing is left", () -> lockKeys().isEmpty());
    }

    @Test
    void p21_readers_of_one_client_beyond_the_first() throws Exception {
        DistributedLock lock =
                handingOn(64, Duration.ofMinutes(1)).readWriteLock("p21").readLock();
        try (RespClient reader = server().connect()) {
            // What the client sends at its begin is done then.
            assertThat(lock.isLocked()).isFalse();
            Stats none = Stats.of(reader);
            long start = System.nanoTime();
            Lease first = lock.acquire();
            assertThat(Stats.of(reader).since(none).count("evalsha")).isEqualTo(1);
            Lease second = lock.acquire();
            until("the one question whether others wait", () -> requests(reader, none) == 2);
            // Its answer, with more tokens, is here when that of a later request is.
            assertThat(lock.inspect().holders()).hasSize(2);
            Stats before = Stats.of(reader);
            int readers = 900;
            List<Lease> together = new ArrayList<>();
            for (int i = 0; i < readers / 3; i++) {
                lock.acquire().close();
                together.add(lock.acquire());
                together.add(lock.tryAcquire().orElseThrow());
            }
            assertThat(together).allMatch(Lease::isValid);
            together.forEach(Lease::close);
            second.close();
            long requests = requests(reader, before);
            print("P21", "%d readers beyond the second in a client: %d requests", readers, requests);
            assertThat(requests).isLessThanOrEqualTo((System.nanoTime() - start) / TRUST);
            first.close();
            assertThat(requests(reader, before)).isEqualTo(requests + 1);
        }
        assertThat(lock.isLocked()).isFalse();
    }

    @Test
    void p22_another_client_gets_a_hot_lock_after_the_hand_offs_that_may_be() throws Exception {
        Mortise here = handingOn(64, Duration.ofMinutes(1));
        Mortise there = client();
        DistributedLock hot = here.lock("p22");
        Lease held = hot.acquire();
        List<CompletableFuture<Lease>> waiters =
                IntStream.range(0, 100).mapToObj(i -> hot.acquireAsync(ANY)).toList();
        CompletableFuture<Lease> other = there.lock("p22").acquireAsync(ANY);
        untilWaiting(there.lock("p22"), 1);
        untilToldOf(here, there);
        int handOffs = 0;
        long token = held.fencingToken();
        while (!other.isDone()) {
            held.close();
            int next = handOffs;
            until("somebody has it", () -> other.isDone() || waiters.get(next).isDone());
            if (waiters.get(next).isDone()) {
                held = waiters.get(next).join();
                assertThat(held.fencingToken()).isGreaterThan(token);
                token = held.fencingToken();
                handOffs++;
            }
        }
        print("P22", "another client gets a hot lock after %d grants here", handOffs);
        assertThat(handOffs).isEqualTo(64);
        assertThat(other.join().fencingToken()).isGreaterThan(token);
        other.join().close();
        for (CompletableFuture<Lease> waiter : waiters.subList(handOffs, waiters.size())) {
            get(waiter).close();
        }
        until("nothing is left", () -> lockKeys().isEmpty());
    }

    /** Messages come in order: when the grant of another lock is here, what was said before is. */
    private static void untilToldOf(Mortise here, Mortise there) throws InterruptedException {
        Lease probe = there.lock("probe").acquire();
        CompletableFuture<Lease> probing = here.lock("probe").acquireAsync(ANY);
        untilWaiting(there.lock("probe"), 1);
        probe.close();
        get(probing).close();
    }

    private Mortise handingOn(int most, Duration longest) {
        return closing(builder().localHandOff(most, longest).build());
    }

    private static long requests(RespClient reader, Stats since) {
        return Stats.of(reader).since(since).count("evalsha");
    }

    private static void print(String number, String format, Object... values) {
        System.out.println("FIGURES | " + number + " | " + String.format(format, values));
    }
}
