package dev.mortise.cli.option;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.mortise.AcquireOptions;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class DurationConverterTest {
    private final DurationConverter converter = new DurationConverter();

    @ParameterizedTest
    @CsvSource({
        "500ms, PT0.5S",
        "30s, PT30S",
        "1.5s, PT1.5S",
        "5m, PT5M",
        "1h, PT1H",
        "2d, PT48H",
        "0, PT0S",
        "0s, PT0S",
        "PT30S, PT30S",
        "pt1h30m, PT1H30M",
        "P1D, PT24H"
    })
    void durations_are_read_as_people_and_iso_write_them(String text, Duration expected) {
        assertThat(converter.convert(text)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "30", "-1s", "PT-1S", "1 s", "1w", "s", "1e3s", "999999999999d", "forever", "0.0000000001s"})
    void anything_else_is_refused_with_the_text(String text) {
        assertThatExceptionOfType(TypeConversionException.class)
                .isThrownBy(() -> converter.convert(text))
                .withMessageContaining("'" + text + "'");
    }

    @Test
    void a_wait_may_be_forever() {
        assertThat(new WaitConverter().convert("forever")).isEqualTo(AcquireOptions.FOREVER);
        assertThat(new WaitConverter().convert("3s")).isEqualTo(Duration.ofSeconds(3));
    }
}
