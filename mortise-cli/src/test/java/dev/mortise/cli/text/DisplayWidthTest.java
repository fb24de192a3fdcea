package dev.mortise.cli.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DisplayWidthTest {
    @ParameterizedTest
    @CsvSource({"'', 0", "abc, 3", "é, 1", "注文, 4", "한글, 4", "ﾊﾝ, 2", "🔒, 2", "…, 1", "הזמנה, 5"})
    void wide_characters_take_two_columns(String text, int columns) {
        assertThat(DisplayWidth.of(text)).isEqualTo(columns);
    }

    @Test
    void combining_marks_take_none() {
        assertThat(DisplayWidth.of("e\u0301\u0327x")).isEqualTo(2);
    }

    @Test
    void what_is_cut_fits_and_shows_that_it_was_cut() {
        assertThat(DisplayWidth.cut("abcdef", 6)).isEqualTo("abcdef");
        assertThat(DisplayWidth.cut("abcdef", 4)).isEqualTo("abc…");
        assertThat(DisplayWidth.cut("注文番号", 6)).isEqualTo("注文…");
        assertThat(DisplayWidth.cut("注文番号", 0)).isEmpty();
    }
}
