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
import dev.mortise.tests.StoppedTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What things cost, as exact counts; the figures are printed. */
final class CountsTest extends OnRedis {
    /** No test takes that long. */
    private static final Duration LEASE = Duration.ofMinutes(6);

    private static final Duration HEARTBEAT = Duration.ofSeconds(10);

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
        DistributedLock lock = client(new StoppedTime("p7"), LEASE, null).lock("p7");
        lock.acquire().close();
        untilAlive(1);
        int cycles = 100;
        try (RespClient reader = server().connect()) {
            Stats before = Stats.of(reader);
            for (int i = 0; i < cycles; i++) {
                lock.acquire().close();
            }
            Stats cost = Stats.of(reader).since(before);
            print(
                    "P7",
                    "uncontended cycle: %.2f requests, %.2f commands, %d bytes, %d published, %s",
                    cost.count("evalsha") / (double) cycles,
                    cost.commands() / (double) cycles,
                    cost.bytes() / cycles,
                    cost.count("publish"),
                    cost.calls());
            assertThat(cost.count("evalsha")).isEqualTo(2L * cycles);
            assertThat(cost.count("publish") + cost.count("eval")).isZero();
            assertThat(cost.commands()).isLessThanOrEqualTo(9L * cycles);
        }
        assertThat(lockKeys()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"2, 2", "2, 10", "2, 1000", "16, 1000"})
    void p6_a_contended_cycle_between_clients(int clients, int contenders) throws Exception {
        AtomicInteger queued = new AtomicInteger();
        List<Mortise> all = IntStream.range(0, clients)
                .mapToObj(i -> client(new StoppedTime("p6"), LEASE, event -> {
                    if (event instanceof LockEvent.Queued) {
                        queued.incrementAndGet();
                    }
                }))
                .toList();
        untilAlive(clients);
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
        int waiting = wanted;
        until("queued", () -> queued.get() == waiting);
        int cycles = 200;
        try (RespClient reader = server().connect()) {
            Stats before = Stats.of(reader);
            for (int i = 1; i <= cycles; i++) {
                int expected = waiting + i;
                all.get(next++ % clients)
                        .lock("p6")
                        .acquireAsync(AcquireOptions.defaults())
                        .thenAccept(granted::add);
                until("queued", () -> queued.get() == expected);
                held.close();
                held = take(granted);
            }
            Stats cost = Stats.of(reader).since(before);
            print(
                    "P6",
                    "contended cycle, %d clients, %d contenders: %.2f requests, %.2f commands, %d bytes, %s",
                    clients,
                    contenders,
                    cost.count("evalsha") / (double) cycles,
                    cost.commands() / (double) cycles,
                    cost.bytes() / cycles,
                    cost.calls());
            assertThat(cost.count("evalsha")).isEqualTo(2L * cycles);
            assertThat(cost.count("publish")).isEqualTo(cycles);
            assertThat(cost.count("eval")).isZero();
            // Who joins an empty queue reads the clock: one command more.
            assertThat(cost.commands() / (double) cycles).isLessThan(contenders == 2 ? 10.3 : 9.3);
            assertThat(cost.bytes() / cycles).isLessThanOrEqualTo(500);
        }
        held.close();
        for (int i = 0; i < waiting; i++) {
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
        StoppedTime time = new StoppedTime("p8");
        Mortise client = client(time, LEASE, event -> {
            if (event instanceof LockEvent.Renewed renewal) {
                lost.addAndGet(renewal.lost());
                rounds.incrementAndGet();
                renewed.addAndGet(renewal.leases());
            }
        });
        List<CompletableFuture<Lease>> acquired = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            acquired.add(client.lock("p8-" + i).acquireAsync(AcquireOptions.defaults()));
        }
        List<Lease> leases = acquired.stream().map(OnRedis::get).toList();
        try (RespClient reader = server().connect()) {
            Stats before = Stats.of(reader);
            long cpu = processCpu();
            time.advance(LEASE.dividedBy(3));
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
            assertThat(rounds).as("requests for 10,000").hasValue(100);
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
        StoppedTime time = new StoppedTime("p12");
        client(time, LEASE, null).lock("p12").acquire().close();
        untilAlive(1);
        try (RespClient reader = server().connect()) {
            Stats before = Stats.of(reader);
            time.advance(HEARTBEAT);
            until("a heartbeat", () -> Stats.of(reader).since(before).count("evalsha") > 0);
            Stats cost = Stats.of(reader).since(before);
            print("P12", "idle client in one heartbeat period: %d requests, %s", cost.count("evalsha"), cost.calls());
            assertThat(cost.count("evalsha")).isEqualTo(1);
        }
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
