package dev.mortise.tests.pools;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.Lease;
import dev.mortise.Mortise;
import dev.mortise.testkit.process.Polling;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A worker of a pool that waits for a lock waits, and does nothing else: it neither runs other tasks on its stack nor asks
 * the pool for a thread in its place.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class PoolTests {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int FAN = 20;
    private static final int MANY = 400;

    private final List<Mortise> clients = new ArrayList<>();
    private final List<ExecutorService> pools = new ArrayList<>();
    private String name = "";

    /** A client that meets the others of the same test. */
    abstract Mortise open();

    @BeforeEach
    void name(TestInfo test) {
        name = "lock-" + Integer.toHexString(test.getDisplayName().hashCode()) + "-" + System.nanoTime();
        assertThat(ForkJoinPool.getCommonPoolParallelism())
                .as("set -Djava.util.concurrent.ForkJoinPool.common.parallelism=4: there is no common pool on 2 cores")
                .isEqualTo(4);
    }

    @AfterEach
    void closeAll() {
        pools.forEach(ExecutorService::shutdownNow);
        clients.forEach(Mortise::close);
    }

    @ParameterizedTest
    @MethodSource("ways")
    void a_fan_out_in_the_common_pool_ends(Way way) {
        Mortise client = client();
        AtomicInteger turns = new AtomicInteger();
        Runnable one = way.task(client, name, turns::incrementAndGet);
        get(CompletableFuture.runAsync(
                () -> all(FAN, i -> CompletableFuture.runAsync(one)).join()));
        assertThat(turns).hasValue(FAN);
        assertThat(way.lock(client, name).isLocked()).isFalse();
    }

    @ParameterizedTest
    @MethodSource("ways")
    void who_holds_it_may_ask_while_tasks_that_it_started_want_the_same(Way way) {
        Mortise client = client();
        List<CompletableFuture<Void>> started = new ArrayList<>();
        AtomicInteger turns = new AtomicInteger();
        get(CompletableFuture.runAsync(way.task(client, name, () -> {
            for (int i = 0; i < FAN; i++) {
                started.add(CompletableFuture.runAsync(way.task(client, name, turns::incrementAndGet)));
            }
            assertThat(way.lock(client, name).isLocked()).isTrue();
            assertThat(way.lock(client, name).inspect().holders()).hasSize(1);
        })));
        started.forEach(PoolTests::get);
        assertThat(turns).hasValue(FAN);
        assertThat(way.lock(client, name).isLocked()).isFalse();
    }

    @ParameterizedTest
    @MethodSource("reentrantWays")
    void no_other_task_enters_a_section_of_its_thread(Way way) {
        Mortise client = client();
        int tasks = 50;
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger enteredWhileInside = new AtomicInteger();
        List<CompletableFuture<Void>> others = new ArrayList<>();
        get(CompletableFuture.runAsync(way.task(client, name, () -> {
            inside.incrementAndGet();
            for (int i = 0; i < tasks; i++) {
                others.add(CompletableFuture.runAsync(
                        way.task(client, name, () -> enteredWhileInside.addAndGet(inside.get()))));
            }
            client.lock(name + "-audit").isLocked();
            client.lock(name + "-audit").inspect();
            client.lock(name + "-audit").tryAcquire().orElseThrow().release();
            inside.decrementAndGet();
        })));
        others.forEach(PoolTests::get);
        assertThat(enteredWhileInside).hasValue(0);
    }

    @ParameterizedTest
    @MethodSource("ways")
    void a_pool_without_spare_threads_throws_nothing_and_leaves_nothing(Way way) throws Exception {
        Mortise client = client();
        Mortise other = client();
        ExecutorService pool = pool(new ForkJoinPool(
                2, ForkJoinPool.defaultForkJoinWorkerThreadFactory, null, true, 2, 2, 1, null, 60, TimeUnit.SECONDS));
        List<CompletableFuture<Void>> waiting = new ArrayList<>();
        CountDownLatch begun = new CountDownLatch(2);
        way.alone(other, name, () -> {
            for (int i = 0; i < 2; i++) {
                waiting.add(CompletableFuture.runAsync(
                        () -> {
                            begun.countDown();
                            way.task(client, name, () -> {}).run();
                        },
                        pool));
            }
            await(begun);
            until("they wait", () -> !way.lock(client, name).inspect().waiters().isEmpty());
        });
        waiting.forEach(PoolTests::get);
        until("nothing is left", () -> {
            var info = way.lock(other, name).inspect();
            return !info.isLocked() && info.waiters().isEmpty();
        });
        // Everything else that blocks as well.
        get(CompletableFuture.runAsync(() -> closeInPool(), pool));
    }

    @ParameterizedTest
    @MethodSource("ways")
    void many_tasks_of_the_common_pool_have_it_once_each(Way way) {
        onceEach(way, ForkJoinPool.commonPool());
    }

    @ParameterizedTest
    @MethodSource("ways")
    void many_tasks_of_a_small_pool_have_it_once_each(Way way) {
        onceEach(way, pool(new ForkJoinPool(3)));
    }

    @ParameterizedTest
    @MethodSource("ways")
    @EnabledForJreRange(min = JRE.JAVA_21)
    void many_virtual_threads_have_it_once_each(Way way) throws ReflectiveOperationException {
        Object executor =
                Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
        onceEach(way, pool((ExecutorService) Objects.requireNonNull(executor)));
    }

    @Test
    void a_client_opens_in_a_section_without_letting_others_in() {
        Mortise client = client();
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger enteredWhileInside = new AtomicInteger();
        List<CompletableFuture<Void>> others = new ArrayList<>();
        get(CompletableFuture.runAsync(Way.VIEW.task(client, name, () -> {
            inside.incrementAndGet();
            for (int i = 0; i < FAN; i++) {
                others.add(CompletableFuture.runAsync(
                        Way.VIEW.task(client, name, () -> enteredWhileInside.addAndGet(inside.get()))));
            }
            open().close();
            inside.decrementAndGet();
        })));
        others.forEach(PoolTests::get);
        assertThat(enteredWhileInside).hasValue(0);
    }

    private void closeInPool() {
        try (Mortise closed = open();
                Lease lease = closed.lock(name + "-closed").tryAcquire().orElseThrow()) {
            assertThat(lease.isValid()).isTrue();
        }
    }

    private void onceEach(Way way, Executor pool) {
        Mortise client = client();
        int[] turns = new int[1];
        Runnable one = way.task(client, name, () -> turns[0]++);
        get(all(MANY, i -> CompletableFuture.runAsync(one, pool)));
        assertThat(turns[0]).isEqualTo(MANY);
        assertThat(way.lock(client, name).isLocked()).isFalse();
    }

    Stream<Way> ways() {
        return Stream.of(Way.values());
    }

    private Stream<Way> reentrantWays() {
        return ways().filter(Way::isReentrant);
    }

    private Mortise client() {
        Mortise client = open();
        clients.add(client);
        return client;
    }

    private <T extends ExecutorService> T pool(T pool) {
        pools.add(pool);
        return pool;
    }

    private static CompletableFuture<Void> all(int tasks, IntFunction<CompletableFuture<Void>> start) {
        return CompletableFuture.allOf(
                Stream.iterate(0, i -> i + 1).limit(tasks).map(start::apply).toArray(CompletableFuture<?>[]::new));
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static void until(String what, BooleanSupplier condition) {
        assertThat(Polling.until(PATIENCE, condition)).as(what).isTrue();
    }

    private static <T> T get(CompletableFuture<T> future) {
        try {
            return future.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new AssertionError("a task failed", e.getCause());
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError("a task hangs", e);
        }
    }
}
