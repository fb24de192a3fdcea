package dev.mortise.internal.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What was handed over runs, also when threads block, fail, or cannot be had for a while. */
final class ScarceThreadsTest {
    private final AtomicBoolean none = new AtomicBoolean();
    private final AtomicInteger made = new AtomicInteger();
    private final CountDownLatch end = new CountDownLatch(1);
    private SystemTime time = time(null);

    private SystemTime time(@Nullable Executor callbacks) {
        return new SystemTime("scarce", callbacks, this::thread, System::nanoTime, System::currentTimeMillis);
    }

    private Thread thread(Runnable task) {
        made.incrementAndGet();
        Thread thread = new Thread(task) {
            @Override
            public synchronized void start() {
                if (none.get()) {
                    throw new OutOfMemoryError("unable to create native thread, as the test ordered");
                }
                super.start();
            }
        };
        thread.setDaemon(true);
        return thread;
    }

    @AfterEach
    void close() {
        end.countDown();
        time.close();
    }

    @Test
    void callbacks_that_all_block_keep_no_other_from_running() throws Exception {
        CountDownLatch blocked = new CountDownLatch(100);
        for (int i = 0; i < 100; i++) {
            time.callbacks().execute(() -> {
                blocked.countDown();
                block();
            });
        }
        assertThat(blocked.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(ran(time.outcomes()::execute)).isTrue();
    }

    @Test
    void many_short_callbacks_take_few_threads() throws Exception {
        CountDownLatch done = new CountDownLatch(10_000);
        for (int i = 0; i < 10_000; i++) {
            time.outcomes().execute(done::countDown);
        }
        assertThat(done.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(made.get()).isLessThan(1000);
    }

    @Test
    void what_finds_no_thread_runs_when_there_is_one() throws Exception {
        none.set(true);
        List<CountDownLatch> ran = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            CountDownLatch each = new CountDownLatch(2);
            time.outcomes().execute(each::countDown);
            time.background().execute(each::countDown);
            ran.add(each);
        }
        assertThat(ran).allMatch(each -> each.getCount() == 2);
        none.set(false);
        for (CountDownLatch each : ran) {
            assertThat(each.await(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void one_thread_is_kept_for_when_there_are_no_others() throws Exception {
        assertThat(ran(time.outcomes()::execute)).isTrue();
        // Longer than an idle thread stays: nothing else can be waited for here.
        CompletableFuture<String> later = new CompletableFuture<>();
        time.schedule(TimeUnit.MILLISECONDS.toNanos(1500), () -> later.complete(""));
        later.get(20, TimeUnit.SECONDS);
        none.set(true);
        assertThat(ran(time.outcomes()::execute)).isTrue();
    }

    @Test
    void no_error_ends_a_thread_of_callbacks_or_the_timer() throws Exception {
        assertThat(ran(time.outcomes()::execute)).isTrue();
        none.set(true);
        time.outcomes().execute(ScarceThreadsTest::fail);
        time.schedule(0, ScarceThreadsTest::fail);
        assertThat(ran(time.outcomes()::execute)).isTrue();
        assertThat(ran(task -> time.schedule(0, task))).isTrue();
    }

    @Test
    void what_was_handed_over_before_the_end_runs_though_all_threads_block() throws Exception {
        CountDownLatch blocked = new CountDownLatch(16);
        for (int i = 0; i < 16; i++) {
            time.outcomes().execute(() -> {
                blocked.countDown();
                block();
            });
        }
        assertThat(blocked.await(20, TimeUnit.SECONDS)).isTrue();
        CountDownLatch last = new CountDownLatch(2);
        time.outcomes().execute(last::countDown);
        time.close();
        time.outcomes().execute(last::countDown);
        assertThat(last.await(20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void an_executor_of_the_users_runs_callbacks_and_what_it_refuses_runs_here() throws Exception {
        AtomicInteger given = new AtomicInteger();
        AtomicBoolean refuses = new AtomicBoolean();
        time.close();
        time = time(task -> {
            if (refuses.get()) {
                throw new RejectedExecutionException("as the test ordered");
            }
            given.incrementAndGet();
            task.run();
        });
        Thread caller = Thread.currentThread();
        CompletableFuture<Thread> first = new CompletableFuture<>();
        time.callbacks().execute(() -> first.complete(Thread.currentThread()));
        assertThat(first.get(20, TimeUnit.SECONDS)).isNotSameAs(caller);
        assertThat(given).hasValue(1);
        refuses.set(true);
        assertThat(ran(time.callbacks()::execute)).isTrue();
        assertThat(ran(time.outcomes()::execute)).isTrue();
        assertThat(given).hasValue(1);
    }

    private void block() {
        try {
            end.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void fail() {
        throw new OutOfMemoryError("as the test ordered");
    }

    private static boolean ran(Consumer<Runnable> executor) throws InterruptedException {
        CountDownLatch ran = new CountDownLatch(1);
        executor.accept(ran::countDown);
        return ran.await(20, TimeUnit.SECONDS);
    }
}
