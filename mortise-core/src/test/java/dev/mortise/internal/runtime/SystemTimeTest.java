package dev.mortise.internal.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Elapsed time is the greater of what two clocks say, and never goes back. */
final class SystemTimeTest {
    private static final long SECOND = 1_000_000_000L;

    private final AtomicLong monotonic = new AtomicLong(-5);
    private final AtomicLong wallMillis = new AtomicLong(1_800_000_000_000L);
    private final AtomicLong pauseSeconds = new AtomicLong();
    private final SystemTime time = new SystemTime("test", null, Thread::new, monotonic::get, this::wallAfterPause);

    @AfterEach
    void close() {
        time.close();
    }

    private void both(long seconds) {
        monotonic.addAndGet(seconds * SECOND);
        wallMillis.addAndGet(seconds * 1000);
    }

    /** The monotonic clock is read before. */
    private long wallAfterPause() {
        both(pauseSeconds.getAndSet(0));
        return wallMillis.get();
    }

    @Test
    void it_passes_as_both_clocks_do() {
        long start = time.nanos();
        both(7);
        assertThat(time.nanos() - start).isEqualTo(7 * SECOND);
    }

    @Test
    void time_spent_suspended_counts() {
        long start = time.nanos();
        both(1);
        wallMillis.addAndGet(3_600_000);
        assertThat(time.nanos() - start).isEqualTo(3601 * SECOND);
        both(2);
        assertThat(time.nanos() - start).isEqualTo(3603 * SECOND);
    }

    @Test
    void a_wall_clock_set_back_takes_nothing_away_and_hides_no_later_suspension() {
        long start = time.nanos();
        both(10);
        wallMillis.addAndGet(-3_600_000);
        assertThat(time.nanos() - start).isEqualTo(10 * SECOND);
        both(5);
        assertThat(time.nanos() - start).isEqualTo(15 * SECOND);
        wallMillis.addAndGet(60_000);
        assertThat(time.nanos() - start).isEqualTo(75 * SECOND);
    }

    @Test
    void a_thread_that_stands_still_between_two_readings_counts_that_once() {
        long start = time.nanos();
        pauseSeconds.set(7);
        assertThat(time.nanos() - start).isEqualTo(7 * SECOND);
        both(1);
        assertThat(time.nanos() - start).isEqualTo(8 * SECOND);
    }

    @Test
    void small_differences_do_not_add_up() {
        long start = time.nanos();
        for (int i = 0; i < 1000; i++) {
            both(1);
            wallMillis.addAndGet(i % 2 == 0 ? 40 : -40);
            time.nanos();
        }
        assertThat(time.nanos() - start).isBetween(1000 * SECOND, 1001 * SECOND);
    }

    @Test
    void it_never_goes_back() {
        long last = time.nanos();
        for (int i = 0; i < 1000; i++) {
            monotonic.addAndGet(i * 1000L);
            wallMillis.addAndGet(i % 7 == 0 ? -100_000 : 15_000);
            long now = time.nanos();
            assertThat(now).isGreaterThanOrEqualTo(last);
            last = now;
        }
    }

    @Test
    void an_interrupt_that_a_callback_leaves_behind_ends_with_it() throws Exception {
        Queue<Boolean> interrupted = new ConcurrentLinkedQueue<>();
        int tasks = 500;
        CountDownLatch all = new CountDownLatch(tasks);
        for (int i = 0; i < tasks; i++) {
            time.outcomes().execute(() -> {
                interrupted.add(Thread.currentThread().isInterrupted());
                Thread.currentThread().interrupt();
                all.countDown();
            });
        }
        assertThat(all.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(interrupted).doesNotContain(true);
    }

    @Test
    void what_is_scheduled_after_the_end_is_dropped_and_callbacks_still_run() throws Exception {
        time.close();
        AtomicBoolean ran = new AtomicBoolean();
        time.schedule(0, () -> ran.set(true)).cancel();
        CountDownLatch called = new CountDownLatch(1);
        time.callbacks().execute(called::countDown);
        assertThat(called.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(ran).isFalse();
    }
}
