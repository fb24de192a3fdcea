package dev.mortise.cli.demo.deadlock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mortise.cli.process.CliProcess;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DeadlockTest {
    private static final Duration START = Duration.ofSeconds(30);

    @Test
    void the_wait_of_one_process_is_ended_and_the_others_go_on() {
        try (CliProcess demo = CliProcess.start(Map.of(), "demo", "deadlock")) {
            assertThat(demo.exitCode()).as(demo.out() + demo.err()).isZero();
            assertThat(demo.out())
                    .contains("DeadlockException:")
                    .contains("in a deadlock of 3 owners")
                    .contains("worker-1 got account-B too")
                    .contains("worker-2 got account-C too")
                    .contains("worker-3 released account-C")
                    .contains("All 7 checks passed.")
                    .doesNotContain("FAILED");
            assertThat(demo.out().lines()).allMatch(line -> line.length() <= 110);
            assertThat(demo.err()).isEmpty();
        }
    }

    @Test
    void a_process_that_dies_too_early_is_a_failed_check() {
        try (CliProcess demo = CliProcess.start(Map.of(), "demo", "deadlock")) {
            await().atMost(START).until(() -> demo.out().contains("worker-1 waits"));
            List<ProcessHandle> started = demo.descendants();
            started.stream()
                    .filter(DeadlockTest::isJava)
                    .findFirst()
                    .orElseThrow()
                    .destroyForcibly();
            assertThat(demo.exitCode()).isEqualTo(1);
            assertThat(demo.out())
                    .containsPattern("worker-\\d has ended by itself")
                    .contains("1 of 1 checks FAILED.");
            assertThat(started).noneMatch(ProcessHandle::isAlive);
        }
    }

    @Test
    void a_scene_that_is_broken_off_leaves_nothing_behind() {
        try (CliProcess demo = CliProcess.start(Map.of(), "demo", "deadlock")) {
            await().atMost(START).until(() -> demo.out().contains("1. Each holds"));
            List<ProcessHandle> started = demo.descendants();
            assertThat(started).hasSize(4);
            demo.signal("INT");
            assertThat(demo.exitCode()).isEqualTo(130);
            assertThat(demo.out()).doesNotContain("FAILED");
            await().until(() -> started.stream().noneMatch(ProcessHandle::isAlive));
        }
    }

    private static boolean isJava(ProcessHandle process) {
        return process.info().command().orElse("").endsWith("java");
    }
}
