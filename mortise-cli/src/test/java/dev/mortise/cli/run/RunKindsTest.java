package dev.mortise.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.AcquireOptions;
import dev.mortise.Lease;
import dev.mortise.Mortise;
import dev.mortise.cli.process.CliProcess;
import dev.mortise.redis.RedisMortise;
import dev.mortise.testkit.junit.RedisExtension;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class RunKindsTest {
    private static final String WAITS = "echo up; read line";

    @RegisterExtension
    static final RedisExtension redis = RedisExtension.create();

    private final Mortise mortise = RedisMortise.connect(redis.uri());

    @AfterEach
    void close() {
        mortise.close();
    }

    @Test
    void readers_run_together_and_a_writer_alone() throws Exception {
        try (Lease reader = mortise.readWriteLock("x").readLock().acquire();
                CliProcess shared = run("x", "--shared", "--", "sh", "-c", WAITS);
                CliProcess exclusive = run("x", "--exclusive", "--wait", "0", "--", "echo", "ran")) {
            await().until(() -> shared.out().contains("up"));
            assertThat(exclusive.exitCode()).isEqualTo(75);
            assertThat(exclusive.err()).contains("lock 'x' is busy: held by");
            reader.release();
            shared.type("");
            assertThat(shared.exitCode()).isZero();
        }
        try (CliProcess exclusive = run("x", "--exclusive", "--", "sh", "-c", WAITS)) {
            await().until(() -> exclusive.out().contains("up"));
            assertThat(mortise.readWriteLock("x").readLock().tryAcquire()).isEmpty();
            try (CliProcess plain = run("x", "--", "echo", "ran")) {
                assertThat(plain.exitCode()).isEqualTo(65);
                assertThat(plain.err()).contains("m is a plain lock");
            }
            exclusive.type("");
            assertThat(exclusive.exitCode()).isZero();
        }
    }

    @Test
    void permits_are_counted_and_a_lost_lease_ends_the_command() {
        try (CliProcess run = run("x", "--permits", "2", "--of", "3", "--", "sleep", "600")) {
            await().until(() -> mortise.semaphore("x", 3).available() == 1);
            try (CliProcess other = run("x", "--permits", "2", "--of", "3", "--wait", "0", "--", "echo", "ran");
                    CliProcess one = run("x", "--of", "3", "--", "echo", "ran")) {
                assertThat(other.exitCode()).isEqualTo(75);
                assertThat(one.exitCode()).isZero();
                assertThat(one.out()).isEqualTo("ran\n");
            }
            assertThat(mortise.admin().forceRelease("x", "test")).isOne();
            assertThat(run.exitCode()).isEqualTo(76);
            assertThat(run.err()).contains("2 of 3 permits of 'x' is lost: FORCED");
        }
    }

    @Test
    void several_names_are_held_together_or_not_at_all(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("fence");
        try (CliProcess run = run(
                "b",
                "a",
                "--fence-file",
                file.toString(),
                "--",
                "sh",
                "-c",
                "echo \"$MORTISE_LOCK\" $MORTISE_FENCE; read line")) {
            await().until(() -> run.out().lines().count() == 2);
            List<String> lines = Files.readAllLines(file);
            long tokenOfA = tokenOf("a");
            long tokenOfB = tokenOf("b");
            assertThat(lines)
                    .containsExactly(Long.toString(Math.max(tokenOfA, tokenOfB)), tokenOfB + "\tb", tokenOfA + "\ta");
            assertThat(run.out()).isEqualTo("b\na " + lines.get(0) + "\n");
            run.type("");
            assertThat(run.exitCode()).isZero();
        }
        try (Lease lease = mortise.lock("b").acquire(AcquireOptions.noWait().label("the other one"));
                CliProcess run = run("a", "b", "--wait", "200ms", "--", "echo", "ran")) {
            assertThat(run.exitCode()).isEqualTo(75);
            assertThat(run.err()).contains("lock 'b' is busy").contains("the other one");
            assertThat(lease.isValid()).isTrue();
            assertThat(mortise.lock("a").isLocked()).isFalse();
        }
    }

    @Test
    void the_token_is_in_a_file_that_only_its_owner_reads_and_that_is_replaced_as_a_whole(@TempDir Path directory)
            throws Exception {
        Path file = Files.writeString(directory.resolve("fence"), "left over");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        try (CliProcess run =
                run("x", "--fence-file", file.toString(), "--", "sh", "-c", "echo $MORTISE_FENCE; cat " + file)) {
            assertThat(run.exitCode()).isZero();
            assertThat(run.out().lines().distinct()).hasSize(1);
            assertThat(Files.readString(file)).matches("[1-9][0-9]*\n");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
            try (var all = Files.list(directory)) {
                assertThat(all).containsExactly(file);
            }
        }
    }

    private long tokenOf(String name) {
        return mortise.lock(name).inspect().holders().get(0).fencingToken();
    }

    /** With time for a JVM to start on a machine that has other things to do. */
    private static ConditionFactory await() {
        return Awaitility.await().atMost(Duration.ofMinutes(1));
    }

    private static CliProcess run(String... args) {
        String[] all = new String[args.length + 1];
        all[0] = "run";
        System.arraycopy(args, 0, all, 1, args.length);
        return CliProcess.start(Map.of("MORTISE_REDIS", redis.uri()), all);
    }
}
