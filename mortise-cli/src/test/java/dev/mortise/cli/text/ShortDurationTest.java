package dev.mortise.cli.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShortDurationTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0ms",
        "999, 999ms",
        "1000, 1.0s",
        "4799, 4.7s",
        "59999, 59.9s",
        "60000, 1m00s",
        "125000, 2m05s",
        "11040000, 3h04m",
        "86400000, 1d00h",
        "442800000, 5d03h",
        "-5, 0ms"
    })
    void two_units_at_most(long millis, String text) {
        assertThat(ShortDuration.of(Duration.ofMillis(millis))).isEqualTo(text);
    }

    @Test
    void what_begins_only_later_has_just_begun() {
        assertThat(ShortDuration.between(Instant.EPOCH.plusSeconds(3), Instant.EPOCH))
                .isEqualTo("0ms");
    }
}
