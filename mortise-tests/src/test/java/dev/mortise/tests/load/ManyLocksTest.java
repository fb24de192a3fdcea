package dev.mortise.tests.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.AcquireOptions;
import dev.mortise.DistributedLock;
import dev.mortise.Lease;
import dev.mortise.LockInfo;
import dev.mortise.Mortise;
import dev.mortise.testkit.RedisProcess;
import dev.mortise.testkit.junit.RedisExtension;
import dev.mortise.testkit.proxy.Direction;
import dev.mortise.testkit.proxy.FaultProxy;
import dev.mortise.tests.OnRedis;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Many threads, many names, many races; and nothing left over. */
@SuppressWarnings("try") // what is held is held for its time
final class ManyLocksTest extends OnRedis {
    @RegisterExtension
    static final RedisExtension redis = RedisExtension.create();

    @Override
    protected RedisProcess server() {
        return redis.server();
    }

    @Test
    void two_hundred_threads_on_one_name() throws Exception {
        Mortise one = client();
        Mortise two = client();
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger overlaps = new AtomicInteger();
        AtomicLong last = new AtomicLong();
        AtomicInteger disorder = new AtomicInteger();
        List<CompletableFuture<Integer>> threads = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            DistributedLock lock = (i % 2 == 0 ? one : two).lock("hot");
            threads.add(inThread(() -> {
                for (int turn = 0; turn < 5; turn++) {
                    try (Lease lease = lock.acquire()) {
                        overlaps.addAndGet(inside.getAndIncrement());
                        if (last.getAndSet(lease.fencingToken()) >= lease.fencingToken()) {
                            disorder.incrementAndGet();
                        }
                        inside.decrementAndGet();
                    }
                }
                return 5;
            }));
        }
        assertThat(threads.stream().mapToInt(OnRedis::get).sum()).isEqualTo(1000);
        assertThat(overlaps).hasValue(0);
        assertThat(disorder).hasValue(0);
        until("nothing is left", () -> lockKeys().isEmpty());
        nothingIsLeft(one, two);
    }

    @Test
    void a_thousand_names_at_once() throws Exception {
        Mortise one = client();
        Mortise two = client();
        List<CompletableFuture<Lease>> first = new ArrayList<>();
        List<CompletableFuture<Lease>> second = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            first.add(one.lock("name-" + i).acquireAsync(AcquireOptions.defaults()));
        }
        List<Lease> leases = first.stream().map(OnRedis::get).toList();
        for (int i = 0; i < 1000; i++) {
            second.add(two.lock("name-" + i).acquireAsync(AcquireOptions.defaults()));
        }
        untilWaiting(one.lock("name-999"), 1);
        leases.forEach(Lease::releaseAsync);
        for (int i = 0; i < 1000; i++) {
            Lease lease = get(second.get(i));
            assertThat(lease.fencingToken()).isGreaterThan(leases.get(i).fencingToken());
            lease.releaseAsync();
        }
        until("nothing is locked", () -> lockKeys().isEmpty());
        nothingIsLeft(one, two);
    }

    @Test
    void waits_that_end_as_they_are_granted_lose_no_lock() throws Exception {
        FaultProxy proxy = closing(FaultProxy.to(server()));
        Mortise here = client();
        Mortise there = client(proxy.uri(), Duration.ofSeconds(3));
        DistributedLock lock = here.lock("race");
        int granted = 0;
        for (int i = 0; i < 150; i++) {
            proxy.delay(Direction.TO_CLIENT, Duration.ofMillis(i % 3 == 1 ? 5 : 0));
            proxy.delay(Direction.TO_SERVER, Duration.ofMillis(i % 3 == 2 ? 5 : 0));
            Lease held = lock.acquire(PATIENCE);
            CompletableFuture<Lease> waiter = there.lock("race").acquireAsync(AcquireOptions.defaults());
            CompletableFuture<Optional<Lease>> timed =
                    there.lock("race").tryAcquireAsync(AcquireOptions.waitUpTo(Duration.ofMillis(8)));
            untilWaitingAtLeast(lock);
            CompletableFuture<?> release = held.releaseAsync().toCompletableFuture();
            long until = System.nanoTime() + ThreadLocalRandom.current().nextLong(8_000_000);
            while (System.nanoTime() < until) {
                Thread.onSpinWait();
            }
            if (!waiter.cancel(true)) {
                get(waiter).close();
                granted++;
            }
            get(timed).ifPresent(Lease::close);
            get(release);
            until("free again", () -> isFree(lock));
        }
        System.out.println("FIGURES | races | of 150 waits cancelled as they were granted, " + granted + " got it");
        nothingIsLeft(here, there);
    }

    private static boolean isFree(DistributedLock lock) {
        LockInfo info = lock.inspect();
        return !info.isLocked() && info.waiters().isEmpty();
    }

    private static void untilWaitingAtLeast(DistributedLock lock) {
        until("somebody waits", () -> !lock.inspect().waiters().isEmpty());
    }

    private void nothingIsLeft(Mortise... clients) {
        for (Mortise client : clients) {
            client.close();
        }
        until("no key is left", () -> keys().isEmpty());
        until(
                "no connection is left",
                () -> String.valueOf(server().command("CLIENT", "LIST")).lines().count() == 1);
        until(
                "no thread is left",
                () -> Thread.getAllStackTraces().keySet().stream()
                        .map(Thread::getName)
                        .noneMatch(name -> name.startsWith("mortise-timer")
                                || name.startsWith("mortise-callback")
                                || name.startsWith("lettuce-")));
    }
}
