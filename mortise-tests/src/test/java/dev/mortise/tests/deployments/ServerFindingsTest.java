package dev.mortise.tests.deployments;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.Mortise;
import dev.mortise.redis.RedisMortise;
import dev.mortise.testkit.RedisProcess;
import dev.mortise.testkit.junit.RedisExtension;
import dev.mortise.testkit.process.Polling;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a client warns of when it opens. */
final class ServerFindingsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @RegisterExtension
    static final RedisExtension redis = RedisExtension.create();

    private final PrintStream before = System.err;

    @AfterEach
    void asItWas() {
        System.setErr(before);
        RedisProcess server = redis.server();
        server.command("CONFIG", "SET", "maxmemory", "0");
        server.command("CONFIG", "SET", "maxmemory-policy", "noeviction");
        server.command("CONFIG", "SET", "min-replicas-to-write", "0");
    }

    @Test
    void a_server_that_evicts() {
        redis.server().command("CONFIG", "SET", "maxmemory", "100mb");
        redis.server().command("CONFIG", "SET", "maxmemory-policy", "allkeys-lru");

        assertThat(logUntil("noeviction", Duration.ZERO))
                .contains("maxmemory-policy allkeys-lru")
                .contains("Set maxmemory-policy to noeviction");
    }

    @Test
    void a_master_that_goes_on_without_its_replicas() {
        try (RedisProcess replica =
                RedisProcess.builder().replicaOf(redis.server()).start()) {
            linked(replica);
            assertThat(logUntil("min-replicas-to-write", Duration.ofSeconds(30)))
                    .contains("needs 0 of its 1 replicas")
                    .contains("Set min-replicas-to-write to 1")
                    .contains("quietPeriod to PT41S");
        }
    }

    @Test
    void a_quiet_period_that_does_not_cover_the_lag() {
        redis.server().command("CONFIG", "SET", "min-replicas-to-write", "1");
        redis.server().command("CONFIG", "SET", "min-replicas-max-lag", "7");
        try (RedisProcess replica =
                RedisProcess.builder().replicaOf(redis.server()).start()) {
            linked(replica);
            // The master finds that out by itself, up to a second later.
            assertThat(Polling.until(
                            PATIENCE,
                            () -> "1".equals(redis.server().info("replication").get("min_slaves_good_slaves"))))
                    .isTrue();
            assertThat(logUntil("does not cover", Duration.ofSeconds(37))).contains("Set quietPeriod to PT38S");
        }
    }

    private static void linked(RedisProcess replica) {
        assertThat(Polling.until(
                        PATIENCE, () -> "up".equals(replica.info("replication").get("master_link_status"))))
                .isTrue();
    }

    private static String logUntil(String part, Duration quietPeriod) {
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
        try (Mortise client =
                RedisMortise.builder().uri(redis.uri()).quietPeriod(quietPeriod).build()) {
            assertThat(Polling.until(
                            PATIENCE, () -> log.toString(StandardCharsets.UTF_8).contains(part)))
                    .as(() -> "log: " + log.toString(StandardCharsets.UTF_8))
                    .isTrue();
            assertThat(client.lock("a").isLocked()).isFalse();
        }
        return log.toString(StandardCharsets.UTF_8);
    }
}
