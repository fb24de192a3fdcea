package dev.mortise.cli.watch;

import static dev.mortise.cli.watch.WatchSamples.START;
import static dev.mortise.cli.watch.WatchSamples.crowded;
import static dev.mortise.cli.watch.WatchSamples.held;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mortise.LockUnavailableException;
import dev.mortise.cli.exit.ExitCode;
import dev.mortise.cli.json.JsonLines;
import dev.mortise.cli.signal.Signal;
import dev.mortise.cli.signal.Signals;
import dev.mortise.cli.text.Output;
import dev.mortise.cli.text.Palette;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlainWatchTest {
    private static final Duration SHORT = Duration.ofMillis(1);
    private static final Signals NONE = handler -> {};

    private final AskedAdmin admin = new AskedAdmin();
    private final StringWriter out = new StringWriter();

    private int run(long count, int rows, Signals signals) throws InterruptedException {
        WatchSettings settings = new WatchSettings("*", SHORT, 500, count, rows, WatchOrder.WAIT);
        Output output = new Output(new PrintWriter(out, true), Palette.plain());
        return new PlainWatch(settings, new TextBlocks(output, settings, ZoneOffset.UTC))
                .run(new LockRounds(admin, "*", 500, Clock.systemUTC()), signals);
    }

    @Test
    void one_block_for_each_round_and_then_it_ends() throws Exception {
        admin.add(held("a", START, 1));
        admin.add(crowded("b", START, 3));
        admin.add(held("c", START, 2));
        assertThat(run(2, 2, NONE)).isEqualTo(ExitCode.OK);
        List<String> lines = out.toString().lines().toList();
        assertThat(lines).hasSize(11);
        assertThat(lines.get(0))
                .matches("\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d  3 held, 1 waited for by 3; 3 looked at");
        assertThat(lines.get(1)).contains("HOLD").contains("LOCK").contains("HELD BY");
        assertThat(lines.get(2)).contains(" b ").contains("nightly on app-1/815 (shop)");
        assertThat(lines.get(4)).isEqualTo("and 1 more");
        assertThat(lines.get(5)).isEmpty();
        assertThat(lines.get(6)).contains(" acquires/s seen; 3 looked at");
    }

    @Test
    void a_lock_that_is_free_by_now_has_no_row() throws Exception {
        assertThat(run(1, 20, NONE)).isEqualTo(ExitCode.OK);
        assertThat(out.toString().lines()).hasSize(1);
    }

    @Test
    void a_signal_ends_it() throws Exception {
        assertThat(run(WatchSettings.ENDLESS, 20, handler -> handler.accept(Signal.TERM)))
                .isEqualTo(143);
        assertThat(out.toString().lines()).hasSize(1);
    }

    @Test
    void no_answer_at_first_or_at_last_is_an_error() {
        admin.add(held("a", START, 1));
        admin.goAway(true);
        assertThatThrownBy(() -> run(3, 20, NONE)).isInstanceOf(LockUnavailableException.class);
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void json_has_a_line_for_the_round_and_two_for_each_lock() throws Exception {
        admin.add(held("a", START, 1));
        admin.add(crowded("b", START, 3));
        WatchSettings settings = new WatchSettings("*", SHORT, 500, 2, 1, WatchOrder.WAIT);
        JsonLines lines = new JsonLines(new Output(new PrintWriter(out, true), Palette.plain()));
        new PlainWatch(settings, new JsonBlocks(lines, settings))
                .run(new LockRounds(admin, "*", 500, Clock.systemUTC()), NONE);
        List<String> written = out.toString().lines().toList();
        assertThat(written).hasSize(6);
        assertThat(written.get(0))
                .startsWith("{\"type\":\"round\",\"at\":\"")
                .endsWith("\"held\":2,\"waitedFor\":1,\"waiters\":3,\"lookedAt\":2,\"more\":0,"
                        + "\"hasUnknown\":false,\"failure\":null}");
        assertThat(written.get(1)).startsWith("{\"type\":\"lock\",\"name\":\"b\",");
        assertThat(written.get(5))
                .startsWith(
                        "{\"type\":\"activity\",\"name\":\"b\",\"looks\":2,\"heldLooks\":2,\"grantsSeen\":0,\"overMillis\":");
        assertThat(Files.readAllLines(Path.of("..", "docs", "guide", "command-line-json.md")).stream()
                        .map(PlainWatchTest::fields))
                .contains(fields(written.get(0)), fields(written.get(5)));
    }

    /** The type and the names of fields. */
    private static String fields(String line) {
        return line.replaceAll("(?<!\"type\"):(\"[^\"]*\"|[^,\"}]*)", "");
    }
}
