package dev.mortise.internal.insight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What is told unasked, and that wrong times are refused with their names. */
class InsightSettingsTest {
    private static final InsightSettings USUAL = InsightSettings.USUAL;

    @Test
    void slow_waits_are_told_and_all_else_is_not() {
        assertThat(USUAL.slowWaitAfter()).isEqualTo(Duration.ofSeconds(30));
        assertThat(USUAL.longHoldAfter()).isZero();
        assertThat(USUAL.capturesStacks()).isFalse();
    }

    @Test
    void each_is_set_apart_from_the_others() {
        InsightSettings set =
                USUAL.withoutSlowWaits().longHoldsAfter(Duration.ofMinutes(1)).capturingStacks();
        assertThat(set).isEqualTo(new InsightSettings(Duration.ZERO, Duration.ofMinutes(1), true));
        assertThat(set.slowWaitsAfter(Duration.ofMillis(100)).longHoldAfter()).isEqualTo(Duration.ofMinutes(1));
    }

    @Test
    void times_out_of_range_are_refused() {
        for (Duration wrong : new Duration[] {
            Duration.ZERO,
            Duration.ofMillis(99),
            Duration.ofMillis(-1),
            Duration.ofDays(1).plusMillis(1)
        }) {
            assertThatThrownBy(() -> USUAL.slowWaitsAfter(wrong))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("slowWaitAfter must be from PT0.1S to PT24H");
            assertThatThrownBy(() -> USUAL.longHoldsAfter(wrong))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("longHoldAfter must be from PT0.1S to PT24H");
        }
        assertThatThrownBy(() -> USUAL.slowWaitsAfter(Duration.ZERO)).hasMessageContaining("noSlowWaitReports()");
    }
}
