package dev.mortise.tests.counts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.AcquireOptions;
import dev.mortise.DistributedLock;
import dev.mortise.Lease;
import dev.mortise.LockEvent;
import dev.mortise.Mortise;
import dev.mortise.testkit.RedisProcess;
import dev.mortise.testkit.junit.RedisExtension;
import dev.mortise.testkit.resp.RespClient;
import dev.mortise.tests.OnRedis;
import dev.mortise.tests.Stats;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What things cost, as exact counts; the figures are printed. */
final class CountsTest extends OnRedis {
    @RegisterExtension
    static final RedisExtension redis = RedisExtension.create();

    @Override
    protected RedisProcess server() {
        return redis.server();
    }

    @BeforeEach
    void warm() throws Exception {
        loadScripts();
    }

    @Test
    void p7_an_uncontended_cycle() throws Exception {
        DistributedLock lock = client().lock("p7");
        lock.acquire().close();
        try (RespClient reader = server().connect()) {
            CycleCosts costs = new CycleCosts(reader, 2);
            for (int i = 0; i < 100; i++) {
                lock.acquire().close();
                costs.cycle();
            }
            List<Stats> undisturbed = costs.undisturbed();
            print(
                    "P7",
                    "uncontended cycle: 2 requests, %.2f commands, %.0f bytes, %d published, %s",
                    average(undisturbed, Stats::commands),
                    average(undisturbed, Stats::bytes),
                    costs.count("publish"),
                    undisturbed.get(0).calls());
            assertThat(costs.byTime()).isBetween(0L, mostByTime(1, costs));
            assertThat(costs.count("publish") + costs.count("eval")).isZero();
            assertThat(undisturbed).allMatch(cycle -> cycle.commands() <= 9);
        }
        assertThat(lockKeys()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"2, 2", "2, 10", "2, 1000", "16, 1000"})
    void p6_a_contended_cycle_between_clients(int clients, int contenders) throws Exception {
        AtomicInteger queued = new AtomicInteger();
        List<Mortise> all = IntStream.range(0, clients)
                .mapToObj(i -> closing(builder()
                        .localHandOff(0, Duration.ZERO)
                        .listener(event -> {
                            if (event instanceof LockEvent.Queued) {
                                queued.incrementAndGet();
                            }
                        })
                        .build()))
                .toList();
        BlockingQueue<Lease> granted = new LinkedBlockingQueue<>();
        int next = 0;
        int wanted = 0;
        all.get(next++ % clients)
                .lock("p6")
                .acquireAsync(AcquireOptions.defaults())
                .thenAccept(granted::add);
        Lease held = take(granted);
        for (; wanted < contenders - 2; wanted++) {
            all.get(next++ % clients)
                    .lock("p6")
                    .acquireAsync(AcquireOptions.defaults())
                    .thenAccept(granted::add);
        }
        int before = wanted;
        until("queued", () -> queued.get() == before);
        int cycles = 200;
        try (RespClient reader = server().connect()) {
            CycleCosts costs = new CycleCosts(reader, 2);
            for (int i = 1; i <= cycles; i++) {
                int expected = before + i;
                all.get(next++ % clients)
                        .lock("p6")
                        .acquireAsync(AcquireOptions.defaults())
                        .thenAccept(granted::add);
                until("queued", () -> queued.get() == expected);
                held.close();
                held = take(granted);
                costs.cycle();
            }
            List<Stats> undisturbed = costs.undisturbed();
            print(
                    "P6",
                    "contended cycle, %d clients, %d contenders: 2 requests, %.2f commands, %.0f bytes, %d by time, %s",
                    clients,
                    contenders,
                    average(undisturbed, Stats::commands),
                    average(undisturbed, Stats::bytes),
                    costs.byTime(),
                    undisturbed.get(0).calls());
            assertThat(costs.byTime()).isBetween(0L, mostByTime(clients, costs));
            assertThat(costs.count("publish")).isEqualTo(cycles);
            assertThat(costs.count("eval")).isZero();
            // Who joins an empty queue reads the clock: one command more.
            assertThat(average(undisturbed, Stats::commands)).isLessThan(contenders == 2 ? 10.3 : 9.3);
            assertThat(average(undisturbed, Stats::bytes)).isLessThanOrEqualTo(500);
        }
        held.close();
        for (int i = 0; i < before; i++) {
            take(granted).close();
        }
        assertThat(lockKeys()).isEmpty();
    }

    private static Lease take(BlockingQueue<Lease> granted) throws InterruptedException {
        Lease lease = granted.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        assertThat(lease).as("a grant").isNotNull();
        return Objects.requireNonNull(lease);
    }

    @Test
    void p8_renewing_ten_thousand_leases() throws Exception {
        AtomicInteger rounds = new AtomicInteger();
        AtomicInteger renewed = new AtomicInteger();
        AtomicInteger lost = new AtomicInteger();
        Mortise client = closing(builder()
                .lease(Duration.ofSeconds(30))
                .listener(event -> {
                    if (event instanceof LockEvent.Renewed renewal) {
                        rounds.incrementAndGet();
                        renewed.addAndGet(renewal.leases());
                        lost.addAndGet(renewal.lost());
                    }
                })
                .build());
        List<CompletableFuture<Lease>> acquired = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            acquired.add(client.lock("p8-" + i).acquireAsync(AcquireOptions.defaults()));
        }
        List<Lease> leases = acquired.stream().map(OnRedis::get).toList();
        try (RespClient reader = server().connect()) {
            Stats before = Stats.of(reader);
            long cpu = processCpu();
            until("all are renewed", () -> renewed.get() >= 10_000);
            long spent = processCpu() - cpu;
            Stats cost = Stats.of(reader).since(before);
            print(
                    "P8",
                    "10,000 leases renewed: %d requests, %d leases, %d ms CPU of this JVM, %d bytes",
                    rounds.get(),
                    renewed.get(),
                    spent / 1_000_000,
                    cost.bytes());
            assertThat(lost).hasValue(0);
            assertThat(rounds.get() * 10_000.0 / renewed.get())
                    .as("requests for 10,000")
                    .isLessThanOrEqualTo(100.5);
        }
        assertThat(leases).allMatch(Lease::isValid);
        client.close();
        assertThat(lockKeys()).isEmpty();
    }

    @Test
    void p9_memory() throws Exception {
        Mortise client = client();
        DistributedLock lock = client.lock("p9");
        Lease held = lock.acquire();
        long alone = Stats.memoryOf(server(), "mortise:{p9}");
        List<CompletableFuture<Lease>> queue = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            queue.add(lock.acquireAsync(AcquireOptions.defaults()));
        }
        untilWaiting(lock, 10);
        long ten = Stats.memoryOf(server(), "mortise:{p9}");
        for (int i = 0; i < 1000; i++) {
            queue.add(lock.acquireAsync(AcquireOptions.defaults()));
        }
        untilWaiting(lock, 1010);
        long thousand = Stats.memoryOf(server(), "mortise:{p9}");
        print(
                "P9",
                "memory: held lock %d B, each of 10 waiters %d B, each of 1000 further waiters %d B",
                alone,
                (ten - alone) / 10,
                (thousand - ten) / 1000);
        assertThat(alone).isLessThanOrEqualTo(220);
        held.close();
        for (CompletableFuture<Lease> waiter : queue) {
            get(waiter).close();
        }
        assertThat(lockKeys()).isEmpty();
    }

    @Test
    void p12_an_idle_client() throws Exception {
        Mortise client = client();
        client.lock("p12").acquire().close();
        try (RespClient reader = server().connect()) {
            Stats before = Stats.of(reader);
            until("a heartbeat", () -> Stats.of(reader).since(before).count("evalsha") > 0);
            Stats cost = Stats.of(reader).since(before);
            print("P12", "idle client in one heartbeat period: %d requests, %s", cost.count("evalsha"), cost.calls());
            assertThat(cost.count("evalsha")).isEqualTo(1);
        }
    }

    private static double average(List<Stats> cycles, ToLongFunction<Stats> figure) {
        return cycles.stream().mapToLong(figure).average().orElseThrow();
    }

    /**
     * How many requests may be made by time: of each client one acquire waits on the server, which polls every 3 s at most, and
     * twice a second at most a claim is confirmed.
     */
    private static long mostByTime(int clients, CycleCosts costs) {
        return (long) (3 * clients * (1 + costs.seconds()));
    }

    private static long processCpu() {
        return ProcessHandle.current()
                .info()
                .totalCpuDuration()
                .orElse(Duration.ZERO)
                .toNanos();
    }

    private static void print(String number, String format, Object... values) {
        System.out.println("FIGURES | " + number + " | " + String.format(format, values));
    }
}
