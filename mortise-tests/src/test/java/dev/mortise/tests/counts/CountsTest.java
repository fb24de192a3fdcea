package dev.mortise.tests.counts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.AcquireOptions;
import dev.mortise.DistributedLock;
import dev.mortise.Lease;
import dev.mortise.LockEvent;
import dev.mortise.LockListener;
import dev.mortise.Mortise;
import dev.mortise.internal.client.ClientConfig;
import dev.mortise.internal.client.LockClient;
import dev.mortise.internal.lettuce.Connector;
import dev.mortise.internal.lettuce.Logins;
import dev.mortise.internal.runtime.SystemTime;
import dev.mortise.internal.script.Keys;
import dev.mortise.internal.script.QuietMarker;
import dev.mortise.internal.script.ScriptLockStore;
import dev.mortise.testkit.RedisProcess;
import dev.mortise.testkit.junit.RedisExtension;
import dev.mortise.testkit.resp.RespClient;
import dev.mortise.tests.OnRedis;
import dev.mortise.tests.Stats;
import io.lettuce.core.RedisURI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
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
        DistributedLock lock = timeless(null).lock("p7");
        lock.acquire().close();
        until("it has said that it lives", () -> clients() == 1);
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
                .mapToObj(i -> timeless(event -> {
                    if (event instanceof LockEvent.Queued) {
                        queued.incrementAndGet();
                    }
                }))
                .toList();
        until("they have said that they live", () -> clients() == clients);
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

    /** A client for which no time goes by, so that it asks for nothing by itself once it has said that it lives. */
    private Mortise timeless(@Nullable LockListener listener) {
        SystemTime time = new SystemTime("counts");
        ScriptLockStore store = new ScriptLockStore(
                new Connector(time, PATIENCE, Optional.empty(), "counts", Logins.NONE)
                        .server(RedisURI.create(server().host(), server().port())),
                new Keys("mortise"),
                QuietMarker.none());
        ClientConfig config = new ClientConfig(
                "", Duration.ofSeconds(30), Duration.ofSeconds(5), 10_000, Duration.ZERO, 0, Duration.ZERO);
        return closing(LockClient.open(store, new StoppedTime(time), config, listener));
    }

    private long clients() {
        return keys().stream().filter(key -> key.contains(":client:")).count();
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
