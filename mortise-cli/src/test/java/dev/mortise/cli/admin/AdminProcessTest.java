package dev.mortise.cli.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.AcquireOptions;
import dev.mortise.Lease;
import dev.mortise.Mortise;
import dev.mortise.cli.process.CliProcess;
import dev.mortise.redis.RedisMortise;
import dev.mortise.testkit.junit.RedisExtension;
import dev.mortise.testkit.resp.RespClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What only a process of its own can show: memory, pipes, signals, a terminal. */
@SuppressWarnings("try") // what is held is held for its time
class AdminProcessTest {
    /** 100,000 on demand. */
    private static final int MANY = Integer.getInteger("mortise.cli.locks", 3_000);

    /** Copies a record; the name of a lock is in its key alone. */
    private static final String COPY =
            "for i = ARGV[1], ARGV[2] do redis.call('COPY', KEYS[1], 'mortise:{copy/' .. i .. '}') end";

    /** As the guide says. */
    private static final int KEYS_PER_CALL = 200;

    /** So that no copy of it is over before the test is. */
    private static final AcquireOptions LONG = AcquireOptions.noWait().lease(Duration.ofHours(1));

    @RegisterExtension
    static final RedisExtension redis = RedisExtension.create();

    private final Map<String, String> environment = Map.of("MORTISE_REDIS", redis.uri());

    @Test
    void many_locks_stream_in_flat_memory_and_no_call_blocks_the_server(@TempDir Path directory) throws Exception {
        Path classes = directory.resolve("classes");
        try (Mortise mortise = RedisMortise.connect(redis.uri());
                Lease lease = mortise.lock("x").acquire(LONG)) {
            fill(MANY);
            redis.server().command("CONFIG", "RESETSTAT");
            redis.server().command("CONFIG", "SET", "slowlog-log-slower-than", "5000");
            redis.server().command("SLOWLOG", "RESET");
            String options = "-Xmx32m -Xlog:class+load:file=" + classes;
            Map<String, String> small = Map.of("MORTISE_REDIS", redis.uri(), "JDK_JAVA_OPTIONS", options);
            try (CliProcess ls = CliProcess.start(small, "ls")) {
                Awaitility.await().atMost(Duration.ofMinutes(9)).until(() -> !ls.isAlive());
                assertThat(ls.exitCode()).as(ls.err()).isZero();
                assertThat(ls.out().lines()).hasSize(MANY + 2);
            }
            // SCAN may give some more or fewer keys than it was asked for.
            assertThat(calls("scan")).isBetween(MANY / (KEYS_PER_CALL + 50), 2 * MANY / KEYS_PER_CALL + 20);
            assertThat(microsPerCall("scan")).isLessThan(5_000);
            assertThat(microsPerCall("evalsha")).isLessThan(5_000);
            if (MANY >= 100_000) {
                assertThat((List<?>) redis.server().command("SLOWLOG", "GET")).isEmpty();
            }
            assertThat(Files.readString(classes))
                    .contains("dev.mortise.cli.admin.LsCommand")
                    .doesNotContain("tools.jackson");
        }
    }

    @Test
    void a_closed_pipe_ends_it_quietly() throws Exception {
        try (Mortise mortise = RedisMortise.connect(redis.uri());
                Lease lease = mortise.lock("x").acquire(LONG)) {
            fill(MANY);
            for (String format : List.of("--debug", "--json")) {
                List<String> program = new ArrayList<>(
                        List.of("bash", "-c", "\"$@\" | head -n 2; echo code ${PIPESTATUS[0]}", "bash"));
                program.addAll(CliProcess.command("ls", format));
                try (CliProcess shell = CliProcess.startCommand(environment, program)) {
                    assertThat(shell.exitCode()).isZero();
                    assertThat(shell.err()).isEmpty();
                    assertThat(shell.out().lines()).hasSize(3).last().isEqualTo("code 141");
                }
            }
        }
    }

    @Test
    void a_signal_ends_it_and_leaves_no_client_behind() throws Exception {
        try (Mortise mortise = RedisMortise.connect(redis.uri());
                Lease lease = mortise.lock("x").acquire(LONG);
                CliProcess wait = CliProcess.start(environment, "wait", "x");
                CliProcess gc = CliProcess.start(environment, "gc", "--repeat", "--interval", "1s")) {
            await().until(() -> wait.out().contains("held by")
                    && gc.out()
                                    .lines()
                                    .filter(line -> line.contains("looked at"))
                                    .count()
                            >= 2);
            wait.signal("INT");
            gc.signal("TERM");
            assertThat(wait.exitCode()).isEqualTo(130);
            assertThat(gc.exitCode()).isZero();
            assertThat(wait.err() + gc.err()).isEmpty();
            assertThat(mortise.admin().clients()).hasSize(1);
        }
    }

    @Test
    void at_a_terminal_it_asks_who_shall_lose_the_lock() throws Exception {
        try (Mortise mortise = RedisMortise.connect(redis.uri());
                Lease lease = mortise.lock("x").acquire(LONG)) {
            try (CliProcess terminal = atTerminal("break", "x", "--reason", "it hangs")) {
                await().until(() -> terminal.out().contains("lock 'x': "));
                terminal.type("n");
                assertThat(terminal.exitCode()).isEqualTo(1);
                assertThat(terminal.out())
                        .contains("token " + lease.fencingToken(), "End this hold?", "nothing was ended");
            }
            assertThat(lease.isValid()).isTrue();
            try (CliProcess terminal = atTerminal("break", "x", "--reason", "it hangs")) {
                await().until(() -> terminal.out().contains("lock 'x': "));
                terminal.type("yes");
                assertThat(terminal.exitCode()).isZero();
                assertThat(terminal.out()).contains("was ended");
            }
            assertThat(lease.lost().toCompletableFuture().join().detail()).contains("it hangs");
            try (CliProcess terminal = atTerminal("doctor", "--fail-on", "never")) {
                assertThat(terminal.exitCode()).isZero();
                assertThat(terminal.out()).contains("\u001b[32mINFO\u001b[0m");
            }
        }
    }

    private CliProcess atTerminal(String... args) {
        StringBuilder line = new StringBuilder();
        CliProcess.command(args).forEach(word -> line.append('\'').append(word).append("' "));
        Map<String, String> coloured = Map.of("MORTISE_REDIS", redis.uri(), "TERM", "xterm", "NO_COLOR", "");
        return CliProcess.startCommand(coloured, List.of("script", "-qec", line.toString(), "/dev/null"));
    }

    private static void fill(int count) {
        try (RespClient client = redis.server().connect(Duration.ofMinutes(1))) {
            for (int i = 1; i <= count; i += 1_000) {
                client.command("EVAL", COPY, "1", "mortise:{x}", "" + i, "" + Math.min(count, i + 999));
            }
        }
    }

    private static int calls(String command) {
        return (int) stat(command, "calls");
    }

    private static double microsPerCall(String command) {
        return stat(command, "usec_per_call");
    }

    private static double stat(String command, String field) {
        String stats = redis.server().info("commandstats").getOrDefault("cmdstat_" + command, "");
        Matcher value = Pattern.compile("(?:^|,)" + field + "=([\\d.]+)").matcher(stats);
        return value.find() ? Double.parseDouble(value.group(1)) : 0;
    }

    /** With time for a JVM to start on a machine that has other things to do. */
    private static ConditionFactory await() {
        return Awaitility.await().atMost(Duration.ofMinutes(1));
    }
}
