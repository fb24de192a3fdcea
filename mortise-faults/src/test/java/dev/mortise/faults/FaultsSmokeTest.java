package dev.mortise.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.faults.nemesis.Mishap;
import dev.mortise.faults.report.Page;
import dev.mortise.faults.report.Summary;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** One fault, to see that everything works; {@code ./dev faults} is the real thing. */
class FaultsSmokeTest {
    @Test
    void nothing_is_violated_when_connections_break() throws Exception {
        Run run = new Run(1, Duration.ofMillis(100), 2, Duration.ofMillis(1200), List.of(Mishap.RST));
        Summary summary = run.go(line -> {});
        assertThat(summary.passed()).as(Page.markdown(summary)).isTrue();
        assertThat(summary.faults()).isNotEmpty();
        assertThat(summary.queued()).isPositive();
        assertThat(Page.json(summary)).contains("\"seed\" : 1");
    }
}
