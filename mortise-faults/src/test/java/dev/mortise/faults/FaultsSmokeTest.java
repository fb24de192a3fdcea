package dev.mortise.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.faults.nemesis.Mishap;
import dev.mortise.faults.place.Kind;
import dev.mortise.faults.report.HistoryFile;
import dev.mortise.faults.report.Page;
import dev.mortise.faults.report.Summary;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One fault, to see that everything works; {@code ./dev faults} is the real thing. */
class FaultsSmokeTest {
    @TempDir
    Path directory;

    @Test
    void nothing_is_violated_when_connections_break() throws Exception {
        Run run = new Run(
                Kind.STANDALONE, true, 1, Duration.ofMillis(100), 2, Duration.ofMillis(1200), List.of(Mishap.RST));
        Run.Result result = run.go(line -> {});
        Summary summary = result.summary();
        // How soon everybody has something again says nothing on a machine that is busy with other tests.
        assertThat(summary.verdicts())
                .as(Page.markdown(summary))
                .filteredOn(verdict -> !verdict.rule().startsWith("C3"))
                .hasSize(6)
                .allSatisfy(verdict -> assertThat(verdict.violations()).isEmpty());
        assertThat(summary.holds()).isPositive();
        assertThat(summary.disorders()).isEmpty();
        assertThat(summary.faults()).isNotEmpty();
        assertThat(summary.queued()).isPositive();
        assertThat(Page.json(summary)).contains("\"seed\" : 1");
        Path file = directory.resolve("history.json");
        HistoryFile.write(result.history(), file);
        assertThat(HistoryFile.read(file)).isEqualTo(result.history());
    }
}
