package dev.mortise.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mortise.cli.process.CliProcess;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DemoTest {
    @Test
    void the_quick_demo_passes_all_its_checks() {
        try (CliProcess demo = CliProcess.start(Map.of(), "demo", "--quick")) {
            assertThat(demo.exitCode()).as(demo.out() + demo.err()).isZero();
            assertThat(demo.out())
                    .contains("REFUSED by the fence")
                    .contains("All 12 checks passed.")
                    .doesNotContain("FAILED");
            assertThat(demo.err()).isEmpty();
        }
    }

    @Test
    void a_demo_that_is_broken_off_leaves_nothing_behind() {
        try (CliProcess demo = CliProcess.start(Map.of(), "demo")) {
            await().atMost(Duration.ofSeconds(30)).until(() -> demo.out().contains("1. Without"));
            List<ProcessHandle> started = demo.descendants();
            assertThat(started).hasSize(5);
            demo.signal("TERM");
            assertThat(demo.exitCode()).isEqualTo(143);
            assertThat(demo.out()).doesNotContain("FAILED");
            await().until(() -> started.stream().noneMatch(ProcessHandle::isAlive));
        }
    }
}
