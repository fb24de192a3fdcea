package dev.mortise.testkit;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.mortise.testkit.process.ChildProcess;
import dev.mortise.testkit.resp.RespClient;
import dev.mortise.testkit.resp.RespErrorException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RedisProcessTest {
    private static final Duration SHORT = Duration.ofMillis(200);
    private static final Duration LONG = Duration.ofSeconds(10);

    @Test
    void a_started_server_answers_and_keeps_nothing_on_disk() {
        try (RedisProcess server = RedisProcess.start()) {
            assertThat(server.isAlive()).isTrue();
            assertThat(server.uri()).isEqualTo("redis://127.0.0.1:" + server.port());
            assertThat(server.command("SET", "k", "v")).isEqualTo("OK");
            assertThat(server.command("GET", "k")).isEqualTo("v");
            assertThat(server.command("CONFIG", "GET", "save")).isEqualTo(List.of("save", ""));
            assertThat(server.command("DEBUG", "SLEEP", "0")).isEqualTo("OK");
        }
    }

    @Test
    void a_killed_server_refuses_connections() {
        try (RedisProcess server = RedisProcess.start()) {
            server.kill();

            assertThat(server.isAlive()).isFalse();
            assertThatThrownBy(() -> server.command("PING")).isInstanceOf(UncheckedIOException.class);
        }
    }

    @Test
    void a_restart_without_data_is_empty_and_on_the_same_port() {
        try (RedisProcess server =
                RedisProcess.builder().persistence(Persistence.AOF_ALWAYS).start()) {
            int port = server.port();
            String run = server.info("server").getOrDefault("run_id", "");
            server.command("SET", "k", "v");

            server.restartWithoutData();

            assertThat(server.port()).isEqualTo(port);
            assertThat(server.info("server").get("run_id")).isNotEqualTo(run);
            assertThat(server.command("GET", "k")).isNull();
        }
    }

    @Test
    void a_write_survives_a_kill_when_everything_is_persisted() {
        try (RedisProcess server =
                RedisProcess.builder().persistence(Persistence.AOF_ALWAYS).start()) {
            server.command("SET", "k", "v");
            server.kill();

            server.restartWithData();

            assertThat(server.command("GET", "k")).isEqualTo("v");
        }
    }

    @Test
    void a_server_without_persistence_does_not_pretend_to_restart_with_data() {
        try (RedisProcess server = RedisProcess.start()) {
            assertThatIllegalStateException().isThrownBy(server::restartWithData);
            assertThat(server.isAlive()).isTrue();
        }
    }

    @Test
    void a_stopped_server_has_shut_down_in_order() {
        try (RedisProcess server = RedisProcess.start()) {
            server.pause();
            server.stop();

            assertThat(server.isAlive()).isFalse();
            assertThat(server.log()).containsIgnoringCase("bye bye");
        }
    }

    @Test
    void a_paused_server_takes_connections_answers_nothing_and_catches_up() {
        try (RedisProcess server = RedisProcess.start()) {
            server.pause();
            assertThat(server.isAlive()).isTrue();
            try (RespClient impatient = RespClient.connect(server.host(), server.port(), LONG);
                    RespClient patient = server.connect()) {
                impatient.timeout(SHORT);
                assertThatThrownBy(() -> impatient.command("PING")).isInstanceOf(UncheckedIOException.class);
                patient.send("PING");

                server.resume();

                assertThat(patient.read()).isEqualTo("PONG");
            }
        }
    }

    @Test
    void a_paused_server_can_be_killed() {
        try (RedisProcess server = RedisProcess.start()) {
            server.pause();
            server.kill();
            assertThat(server.isAlive()).isFalse();
        }
    }

    @Test
    void a_closed_server_leaves_no_process_and_no_files_and_stays_closed() {
        RedisProcess server = RedisProcess.start();
        Path data = directory(server);
        long pid = server.pid();
        assertThat(data).isDirectory();

        server.close();
        server.close();

        await().until(() -> ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isEmpty());
        assertThat(Files.exists(data.getParent())).isFalse();
        assertThatIllegalStateException().isThrownBy(server::restartWithoutData);
    }

    @Test
    void a_password_is_required_is_in_the_uri_and_in_no_other_text() {
        try (RedisProcess server = RedisProcess.builder().password("s3cret #/ü").start()) {
            assertThat(server.uri()).isEqualTo("redis://:s3cret%20%23%2F%C3%BC@127.0.0.1:" + server.port());
            assertThat(server.toString()).doesNotContain("s3cret");
            assertThat(server.command("PING")).isEqualTo("PONG");
            try (RespClient stranger = RespClient.connect(server.host(), server.port(), LONG)) {
                assertThatThrownBy(() -> stranger.command("PING"))
                        .isInstanceOfSatisfying(
                                RespErrorException.class,
                                e -> assertThat(e.code()).isEqualTo("NOAUTH"));
            }
        }
    }

    @Test
    void further_configuration_lines_are_used() {
        try (RedisProcess server =
                RedisProcess.builder().config("maxmemory 7mb").start()) {
            assertThat(server.info("memory")).contains(Map.entry("maxmemory", "7340032"));
        }
    }

    @Test
    void a_server_that_cannot_start_says_why() {
        assertThatIllegalStateException()
                .isThrownBy(
                        () -> RedisProcess.builder().config("no-such-setting 1").start())
                .withMessageContaining("no-such-setting");
    }

    @Test
    void a_server_of_somebody_else_on_the_port_is_not_taken_for_ours() {
        try (RedisProcess first = RedisProcess.start()) {
            assertThatIllegalStateException()
                    .isThrownBy(() -> RedisProcess.builder().port(first.port()).start())
                    .withMessageContaining("Failed listening on port " + first.port());
            assertThat(first.command("PING")).isEqualTo("PONG");
        }
    }

    @Test
    void a_server_does_not_outlive_the_jvm_that_started_it() throws IOException {
        ChildProcess jvm = ChildProcess.start(new ProcessBuilder(
                Path.of(System.getProperty("java.home", ""), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path", ""),
                LeavesServersBehind.class.getName()));
        List<String> lines;
        try (BufferedReader out = jvm.process().inputReader()) {
            lines = out.lines().toList();
        }
        assertThat(jvm.awaitExit(LONG)).isTrue();

        assertThat(lines).hasSize(2).allSatisfy(line -> {
            String[] pidAndDirectory = line.split(" ", 2);
            assertThat(Path.of(pidAndDirectory[1])).isAbsolute().doesNotExist();
            assertThat(ProcessHandle.of(Long.parseLong(pidAndDirectory[0]))).isEmpty();
        });
    }

    /** Ends without closing anything, one server paused. */
    static final class LeavesServersBehind {
        private LeavesServersBehind() {}

        public static void main(String[] args) {
            for (boolean pause : List.of(true, false)) {
                RedisProcess server = RedisProcess.start();
                System.out.println(server.pid() + " " + directory(server));
                if (pause) {
                    server.pause();
                }
            }
        }
    }

    private static Path directory(RedisProcess server) {
        List<?> reply = requireNonNull((List<?>) server.command("CONFIG", "GET", "dir"));
        return Path.of(String.valueOf(reply.get(1)));
    }
}
