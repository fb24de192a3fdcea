package dev.mortise.cli.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mortise.cli.exit.ExitException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TableTest {
    private final StringWriter text = new StringWriter();

    @Test
    void columns_stand_below_each_other_by_their_display_width() {
        Table table = table(Palette.plain());
        table.row("注文", "1", "x");
        table.row("e\u0301\u001b", "22", "");
        table.finish();
        assertThat(text.toString().lines()).containsExactly("NAME     N   WHO", "注文     1   x", "e\u0301\\u001b  22");
    }

    @Test
    void later_rows_are_written_at_once_and_may_be_wider() {
        Table table = table(Palette.plain());
        for (int i = 0; i < 40; i++) {
            table.row("a", "1", "x");
        }
        assertThat(text.toString().lines()).hasSize(41);
        table.row("a-long-name", "1", "x");
        assertThat(text.toString().lines()).hasSize(42).last().isEqualTo("a-long-name  1  x");
        table.finish();
        assertThat(text.toString().lines()).hasSize(42);
    }

    @Test
    void a_table_without_rows_is_nothing() {
        table(Palette.plain()).finish();
        assertThat(text.toString()).isEmpty();
    }

    @Test
    void there_are_colours_on_a_terminal_only_and_not_where_they_are_unwanted() {
        assertThat(colours(true, Map.of())).isTrue();
        assertThat(colours(true, Map.of("NO_COLOR", ""))).isTrue();
        assertThat(colours(true, Map.of("NO_COLOR", "1"))).isFalse();
        assertThat(colours(true, Map.of("TERM", "dumb"))).isFalse();
        assertThat(colours(false, Map.of())).isFalse();
    }

    @Test
    void a_reader_who_has_gone_ends_it_without_words() {
        Writer gone = new Writer() {
            @Override
            public void write(char[] buffer, int offset, int length) throws IOException {
                throw new IOException("Broken pipe");
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Output out = new Output(new PrintWriter(gone), Palette.plain());
        assertThatThrownBy(() -> out.line("x")).isInstanceOfSatisfying(ExitException.class, end -> {
            assertThat(end.code()).isEqualTo(141);
            assertThat(end.getMessage()).isEmpty();
        });
    }

    private static boolean colours(boolean isTerminal, Map<String, String> environment) {
        String painted = Palette.of(isTerminal, environment).paint(Tone.BAD, "x");
        assertThat(painted).isIn(List.of("x", "\u001b[1;31mx\u001b[0m"));
        return painted.length() > 1;
    }

    private Table table(Palette palette) {
        return new Table(new Output(new PrintWriter(text), palette), "NAME", "N", "WHO");
    }
}
