package dev.mortise.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.Mortise;
import dev.mortise.QuorumMortise;
import dev.mortise.cli.process.CliProcess;
import dev.mortise.redis.RedisMortise;
import dev.mortise.testkit.ClusterDeployment;
import dev.mortise.testkit.IndependentMasters;
import dev.mortise.testkit.SentinelDeployment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunDeploymentsTest {
    @Test
    void in_a_cluster_several_names_may_be_in_several_slots_and_a_lost_one_ends_the_command() {
        try (ClusterDeployment cluster = ClusterDeployment.builder().replicas(0).start();
                Mortise mortise = RedisMortise.builder()
                        .cluster(cluster.uris().toArray(String[]::new))
                        .build();
                CliProcess run = CliProcess.start(
                        Map.of("MORTISE_REDIS", String.join(" ", cluster.uris())),
                        "run",
                        "a",
                        "b",
                        "c",
                        "--",
                        "sleep",
                        "600")) {
            await().until(() -> mortise.allOf("a", "b", "c").inspect().holders().size() == 3);
            assertThat(mortise.admin().forceRelease("b", "test")).isOne();
            assertThat(run.exitCode()).isEqualTo(76);
            assertThat(run.err()).contains("locks 'a', 'b', 'c' is lost");
            assertThat(mortise.allOf("a", "b", "c").isLocked()).isFalse();
        }
    }

    @Test
    void behind_sentinels() {
        try (SentinelDeployment sentinel = SentinelDeployment.start();
                CliProcess run = CliProcess.start(
                        Map.of(),
                        "run",
                        "a",
                        "--redis",
                        sentinel.uri(),
                        "--shared",
                        "--lease",
                        "3s",
                        "--",
                        "echo",
                        "ran")) {
            assertThat(run.exitCode()).as(run.err()).isZero();
            assertThat(run.out()).isEqualTo("ran\n");
        }
    }

    @Test
    void on_a_quorum_as_on_one_server_but_one_lock_at_a_time(@TempDir Path directory) throws Exception {
        try (IndependentMasters masters = IndependentMasters.start(3);
                QuorumMortise mortise = RedisMortise.quorum(masters.uris().toArray(String[]::new))) {
            String file = Files.write(directory.resolve("uris"), masters.uris()).toString();
            try (CliProcess run = CliProcess.start(
                    Map.of(), "run", "a", "--quorum", "--redis-file", file, "--exclusive", "--", "sleep", "600")) {
                await().until(() -> mortise.readWriteLock("a").writeLock().isLocked());
                assertThat(mortise.admin().forceRelease("a", "test")).isPositive();
                assertThat(run.exitCode()).isEqualTo(76);
                assertThat(run.err()).contains("the write lock of 'a'");
            }
            try (CliProcess several =
                    CliProcess.start(Map.of(), "run", "a", "b", "--quorum", "--redis-file", file, "--", "true")) {
                assertThat(several.exitCode()).isEqualTo(64);
                assertThat(several.err()).contains("one lock at a time");
            }
        }
    }

    /** With time for a JVM to start on a machine that has other things to do. */
    private static ConditionFactory await() {
        return Awaitility.await().atMost(Duration.ofMinutes(1));
    }
}
