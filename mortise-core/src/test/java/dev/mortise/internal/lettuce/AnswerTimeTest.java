package dev.mortise.internal.lettuce;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class AnswerTimeTest {
    private final HandTime time = new HandTime();

    @Test
    void a_short_time_out_counts_when_the_first_second_is_over() {
        AnswerTime answers = new AnswerTime(time, Duration.ofMillis(20));
        time.pass(5_000);
        answers.connected();
        assertThat(answers.millis()).isEqualTo(1_000);
        time.pass(500);
        assertThat(answers.millis()).isEqualTo(500);
        time.pass(490);
        assertThat(answers.millis()).isEqualTo(20);
        time.pass(10);
        assertThat(answers.millis()).isEqualTo(20);
    }

    @Test
    void a_longer_time_out_counts_from_the_beginning() {
        assertThat(new AnswerTime(time, Duration.ofSeconds(3)).millis()).isEqualTo(3_000);
    }
}
