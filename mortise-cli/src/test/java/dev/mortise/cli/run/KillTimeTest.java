package dev.mortise.cli.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class KillTimeTest {
    @Test
    void term_and_kill_come_before_the_end() {
        KillTime usual = KillTime.of(null, Duration.ofSeconds(30));
        assertThat(usual.killAfter()).hasSeconds(5);
        assertThat(usual.margin()).hasMillis(500);
        assertThat(usual.term()).hasMillis(5500);
        assertThat(KillTime.of(Duration.ofSeconds(10), Duration.ofSeconds(30)).term())
                .hasMillis(10_500);
        assertThat(KillTime.of(Duration.ZERO, Duration.ofSeconds(30)).term()).hasMillis(500);
    }

    @Test
    void a_short_hold_has_shorter_times() {
        KillTime brief = KillTime.of(null, Duration.ofMillis(500));
        assertThat(brief.killAfter()).hasMillis(125);
        assertThat(brief.margin()).hasMillis(50);
    }

    @Test
    void what_leaves_no_time_for_renewals_is_refused() {
        assertThatThrownBy(() -> KillTime.of(Duration.ofSeconds(5), Duration.ofSeconds(2)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("--kill-after of 5000ms")
                .hasMessageContaining("666ms");
    }
}
