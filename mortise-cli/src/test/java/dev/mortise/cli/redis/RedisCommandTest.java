package dev.mortise.cli.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mortise.Mortise;
import dev.mortise.cli.process.CliProcess;
import dev.mortise.redis.RedisMortise;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RedisCommandTest {
    private static final Pattern URI = Pattern.compile("redis://(127\\.0\\.0\\.1:\\d+)");

    @Test
    void it_says_where_it_is_without_the_password_and_ends_with_its_server(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("password"), "geheim\n");
        try (CliProcess redis =
                CliProcess.start(Map.of(), "redis", "--port", "0", "--password-file", file.toString())) {
            await().until(() -> redis.out().contains("Ctrl-C"));
            Matcher uri = URI.matcher(redis.out());
            assertThat(uri.find()).isTrue();
            try (Mortise mortise = RedisMortise.connect("redis://:geheim@" + uri.group(1))) {
                mortise.lock("x").acquire().close();
            }
            List<ProcessHandle> server = redis.descendants();
            assertThat(server)
                    .hasSize(1)
                    .noneMatch(process -> process.info().toString().contains("geheim"));
            redis.signal("INT");
            assertThat(redis.exitCode()).isZero();
            assertThat(redis.out() + redis.err()).doesNotContain("geheim");
            assertThat(server).noneMatch(ProcessHandle::isAlive);
        }
    }

    @Test
    void a_port_in_use_is_said_so() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                CliProcess redis =
                        CliProcess.start(Map.of(), "redis", "--port", Integer.toString(taken.getLocalPort()))) {
            assertThat(redis.exitCode()).isEqualTo(69);
            assertThat(redis.err()).contains("port " + taken.getLocalPort()).contains("in use");
            assertThat(redis.err().lines()).hasSize(1);
        }
    }
}
