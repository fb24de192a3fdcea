package dev.mortise.cli.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PrintableTest {
    @ParameterizedTest
    @ValueSource(strings = {"", "plain", "a b'\"\\", "naïve", "注文/4711", "e\u0301", "👩\u200d💻", "הזמנה"})
    void what_is_just_shown_stays_as_it_is(String text) {
        assertThat(Printable.of(text)).isSameAs(text);
    }

    @Test
    void what_a_terminal_would_obey_is_shown_as_an_escape() {
        assertThat(Printable.of("a\u001b[31mb\nc\td\u007f\u009b"))
                .isEqualTo("a\\u001b[31mb\\u000ac\\u0009d\\u007f\\u009b");
    }

    @Test
    void so_is_what_turns_the_direction_or_is_not_seen() {
        assertThat(Printable.of("\u202egpj.\u2066x\u2069\u200f\u061c\u200b\ufeff\u2028\ud800"))
                .isEqualTo("\\u202egpj.\\u2066x\\u2069\\u200f\\u061c\\u200b\\ufeff\\u2028\\ud800");
        assertThat(Printable.of("注\udb40\udc41")).isEqualTo("注\\u{e0041}");
    }
}
