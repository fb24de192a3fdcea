package dev.mortise.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.AcquireOptions;
import dev.mortise.Lease;
import dev.mortise.LockInfo;
import dev.mortise.Mortise;
import dev.mortise.cli.process.CliProcess;
import dev.mortise.redis.RedisMortise;
import dev.mortise.testkit.RedisProcess;
import dev.mortise.testkit.junit.RedisExtension;
import dev.mortise.testkit.proxy.Direction;
import dev.mortise.testkit.proxy.FaultProxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class RunTest {
    private static final String PASSWORD = "ge@h:eim";

    @RegisterExtension
    static final RedisExtension redis = RedisExtension.of(RedisProcess.builder().password(PASSWORD));

    private final Mortise mortise = RedisMortise.connect(redis.uri());

    @AfterEach
    void close() {
        mortise.close();
    }

    @Test
    void the_command_runs_under_the_lock_and_knows_its_lease() {
        String script = "echo $MORTISE_LOCK $MORTISE_FENCE $MORTISE_LEASE; read line; echo $line >&2; exit 7";
        try (CliProcess run = run("nightly", "--", "sh", "-c", script)) {
            await().until(() -> run.out().contains("nightly"));
            List<String> words = List.of(run.out().strip().split(" "));
            LockInfo.Holder holder = mortise.lock("nightly").inspect().holders().get(0);
            assertThat(words).hasSize(3);
            assertThat(words.get(1)).isEqualTo(Long.toString(holder.fencingToken()));
            assertThat(words.get(2)).hasSizeGreaterThan(16);
            assertThat(holder.label()).isEqualTo("sh");
            assertThat(mortise.lock("nightly").tryAcquire()).isEmpty();
            run.type("typed");
            assertThat(run.exitCode()).isEqualTo(7);
            assertThat(run.err()).isEqualTo("typed\n");
            assertThat(mortise.lock("nightly").isLocked()).isFalse();
        }
    }

    @Test
    void a_command_that_a_signal_ended_gives_128_and_its_number(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("uri"), redis.uri() + "\n");
        try (CliProcess run = CliProcess.start(
                Map.of(), "run", "x", "--redis-file", file.toString(), "--", "sh", "-c", "kill -9 $$")) {
            assertThat(run.exitCode()).isEqualTo(137);
            assertThat(run.out() + run.err()).isEmpty();
        }
    }

    @Test
    void a_password_in_a_file_is_seen_in_no_process_and_no_line(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("uri"), redis.uri() + "\n");
        try (CliProcess run = CliProcess.start(
                Map.of(), "run", "x", "--debug", "--redis-file", file.toString(), "--", "sh", "-c", "env; read line")) {
            await().until(() -> run.out().contains("MORTISE_FENCE"));
            List<ProcessHandle> all = run.descendants();
            assertThat(all)
                    .isNotEmpty()
                    .noneMatch(process -> process.info().toString().contains("ge%40h"));
            run.type("");
            assertThat(run.exitCode()).isZero();
            assertThat(redis.uri()).contains("ge%40h");
            assertThat(run.out() + run.err()).doesNotContain("ge%40h").doesNotContain(PASSWORD);
        }
    }

    @Test
    void a_lock_that_is_held_is_75_and_says_by_whom() throws InterruptedException {
        try (Lease lease = mortise.lock("x").acquire(AcquireOptions.noWait().label("the other one"));
                CliProcess atOnce = run("x", "--wait", "0", "--", "echo", "ran");
                CliProcess later = run("x", "--wait", "300ms", "--", "echo", "ran")) {
            for (CliProcess run : List.of(atOnce, later)) {
                assertThat(run.exitCode()).isEqualTo(75);
                assertThat(run.out()).isEmpty();
                assertThat(run.err())
                        .contains("'the other one'")
                        .contains("since 20")
                        .doesNotContain(lease.id());
                assertThat(run.err().lines()).hasSize(1);
            }
            assertThat(mortise.lock("x").inspect().waiters()).isEmpty();
        }
    }

    @Test
    void a_server_that_cannot_be_reached_or_refuses_is_69_and_no_password_is_shown() {
        String wrong = "redis://:falsches@" + redis.server().host() + ":"
                + redis.server().port();
        try (CliProcess nobody = CliProcess.start(
                        Map.of("MORTISE_REDIS", "redis://:geheim@127.0.0.1:1"), "run", "x", "--debug", "--", "true");
                CliProcess refused =
                        CliProcess.start(Map.of(), "run", "x", "--redis", wrong, "--debug", "--", "true")) {
            assertThat(nobody.exitCode()).isEqualTo(69);
            assertThat(nobody.err()).contains("127.0.0.1:1").contains("\tat ").doesNotContain("geheim");
            assertThat(refused.exitCode()).isEqualTo(69);
            assertThat(refused.err()).contains("\tat ").doesNotContain("falsches");
        }
    }

    @Test
    void a_lost_lock_ends_the_command_and_all_it_started_and_is_76() {
        String polite = "trap 'echo got TERM; exit 0' TERM; echo up; sleep 60 & wait";
        String stubborn = "trap '' TERM; echo up; (trap '' TERM; while :; do sleep 1; done) & wait";
        try (CliProcess first = run("a", "--", "sh", "-c", polite);
                CliProcess second = run("b", "--kill-after", "300ms", "--", "sh", "-c", stubborn)) {
            await().until(() -> first.out().contains("up") && second.out().contains("up"));
            List<ProcessHandle> started = List.copyOf(second.descendants());
            assertThat(mortise.admin().forceRelease("a", "test")).isOne();
            assertThat(mortise.admin().forceRelease("b", "test")).isOne();
            assertThat(first.exitCode()).isEqualTo(76);
            assertThat(first.out()).contains("got TERM");
            assertThat(first.err()).contains("lost").contains("FORCED");
            assertThat(second.exitCode()).isEqualTo(76);
            assertThat(started).isNotEmpty().noneMatch(ProcessHandle::isAlive);
        }
    }

    @Test
    void a_command_may_hold_the_lock_for_max_hold_and_no_longer() {
        try (CliProcess run = run("x", "--max-hold", "500ms", "--", "sleep", "60")) {
            assertThat(run.exitCode()).isEqualTo(76);
            assertThat(mortise.lock("x").isLocked()).isFalse();
        }
    }

    @Test
    void whoever_has_the_lock_next_finds_the_command_ended_that_ignored_TERM() throws Exception {
        String stubborn = "trap 'echo got TERM' TERM; echo up; (trap '' TERM; while :; do sleep 1; done) &"
                + " while :; do sleep 0.1; done";
        try (FaultProxy proxy = FaultProxy.to(redis.server());
                CliProcess run = CliProcess.start(
                        Map.of("MORTISE_REDIS", proxied(proxy)),
                        "run",
                        "x",
                        "--lease",
                        "12s",
                        "--",
                        "sh",
                        "-c",
                        stubborn)) {
            await().untilAsserted(() -> assertThat(run.out() + run.err()).contains("up\n"));
            List<ProcessHandle> started = List.copyOf(run.descendants());
            assertThat(started).isNotEmpty();
            proxy.blackHole(Direction.TO_SERVER, true);
            proxy.blackHole(Direction.TO_CLIENT, true);
            try (Lease next = mortise.lock("x").acquire(Duration.ofSeconds(60))) {
                assertThat(started).noneMatch(RunTest::runs);
                assertThat(next.isValid()).isTrue();
            }
            assertThat(run.exitCode()).isEqualTo(76);
            assertThat(run.out()).contains("got TERM");
            assertThat(run.err()).contains("cannot be kept");
        }
    }

    @Test
    void a_time_to_kill_that_does_not_fit_into_the_lease_is_refused_at_once() {
        try (CliProcess lease = run("x", "--lease", "8s", "--kill-after", "5s", "--", "echo", "ran");
                CliProcess hold = run("x", "--max-hold", "8s", "--kill-after", "5s", "--", "echo", "ran")) {
            for (CliProcess run : List.of(lease, hold)) {
                assertThat(run.exitCode()).isEqualTo(64);
                assertThat(run.out()).isEmpty();
                assertThat(run.err())
                        .contains("--kill-after of 5000ms is too long")
                        .contains("8000ms")
                        .contains("at most a third of it, 2666ms");
            }
        }
    }

    @Test
    void hup_int_and_term_are_passed_on() {
        String script = "trap 'echo got HUP' HUP; trap 'echo got INT' INT; trap 'echo got TERM; exit 5' TERM;"
                + " echo up; while :; do sleep 0.1; done";
        try (CliProcess run = run("x", "--", "sh", "-c", script)) {
            await().until(() -> run.out().contains("up"));
            for (String signal : List.of("HUP", "INT", "TERM")) {
                run.signal(signal);
                await().until(() -> run.out().contains("got " + signal));
            }
            assertThat(run.exitCode()).isEqualTo(5);
        }
    }

    @Test
    void a_signal_while_waiting_withdraws() throws InterruptedException {
        try (Lease lease = mortise.lock("x").acquire();
                CliProcess run = run("x", "--", "echo", "ran")) {
            await().until(() -> mortise.lock("x").inspect().waiters().size() == 1);
            run.signal("INT");
            assertThat(run.exitCode()).isEqualTo(130);
            assertThat(run.out() + run.err()).isEmpty();
            assertThat(mortise.lock("x").inspect().waiters()).isEmpty();
            assertThat(lease.isValid()).isTrue();
        }
    }

    @Test
    void arguments_reach_the_command_as_they_are() {
        String[] odd = {"--wait", "@file", "a b", "$HOME", "--", "", "'\"", "${sys:user.name}"};
        String[] args = new String[odd.length + 4];
        System.arraycopy(new String[] {"x", "--", "printf", "[%s]"}, 0, args, 0, 4);
        System.arraycopy(odd, 0, args, 4, odd.length);
        try (CliProcess run = run(args)) {
            assertThat(run.exitCode()).isZero();
            assertThat(run.out().strip()).isEqualTo("[" + String.join("][", odd) + "]");
        }
    }

    /** One that has ended may stand there until whoever is its parent by now looks; then it has no program any more. */
    private static boolean runs(ProcessHandle process) {
        return process.isAlive() && process.info().command().isPresent();
    }

    /** With time for a JVM to start on a machine that has other things to do. */
    private static ConditionFactory await() {
        return Awaitility.await().atMost(Duration.ofMinutes(1));
    }

    private static String proxied(FaultProxy proxy) {
        return redis.uri().replace(":" + redis.server().port(), ":" + proxy.port());
    }

    private static CliProcess run(String... args) {
        String[] all = new String[args.length + 1];
        all[0] = "run";
        System.arraycopy(args, 0, all, 1, args.length);
        return CliProcess.start(Map.of("MORTISE_REDIS", redis.uri()), all);
    }
}
