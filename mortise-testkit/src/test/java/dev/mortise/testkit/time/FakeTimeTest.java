package dev.mortise.testkit.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class FakeTimeTest {
    private final FakeTime time = new FakeTime();
    private final List<String> ran = new ArrayList<>();

    @Test
    void timers_run_in_order_of_due_time_and_then_of_scheduling() {
        time.schedule(millis(2), () -> ran.add("second"));
        time.schedule(millis(1), () -> ran.add("first"));
        time.schedule(millis(2), () -> ran.add("third"));

        time.advance(Duration.ofMillis(2));

        assertThat(ran).containsExactly("first", "second", "third");
    }

    @Test
    void a_timer_sees_its_due_time_and_may_schedule_what_is_still_due() {
        time.schedule(millis(1), () -> time.schedule(millis(1), () -> ran.add("at " + time.nanos())));

        time.advance(Duration.ofMillis(5));

        assertThat(ran).containsExactly("at " + millis(2));
        assertThat(time.nanos()).isEqualTo(millis(5));
    }

    @Test
    void a_cancelled_timer_does_not_run() {
        time.schedule(millis(1), () -> ran.add("cancelled")).cancel();

        time.advance(Duration.ofMillis(2));

        assertThat(ran).isEmpty();
        assertThat(time.timers()).isZero();
    }

    @Test
    void callbacks_run_before_the_next_timer() {
        time.schedule(millis(1), () -> time.callbacks().execute(() -> ran.add("callback")));
        time.schedule(millis(2), () -> ran.add("timer"));

        time.advance(Duration.ofMillis(2));

        assertThat(ran).containsExactly("callback", "timer");
    }

    @Test
    void after_a_stall_timers_run_late() {
        time.schedule(millis(1), () -> ran.add("at " + time.nanos()));

        time.stall(Duration.ofMillis(10));
        assertThat(ran).isEmpty();
        time.advance(Duration.ZERO);

        assertThat(ran).containsExactly("at " + millis(10));
    }

    @Test
    void nothing_is_scheduled_after_close() {
        time.schedule(millis(1), () -> ran.add("before"));
        time.close();
        time.schedule(millis(1), () -> ran.add("after"));

        time.advance(Duration.ofMillis(2));

        assertThat(ran).isEmpty();
    }

    @Test
    void the_same_seed_draws_the_same_numbers() {
        assertThat(new FakeTime(7).random(1000)).isEqualTo(new FakeTime(7).random(1000));
    }

    private static long millis(long millis) {
        return TimeUnit.MILLISECONDS.toNanos(millis);
    }
}
