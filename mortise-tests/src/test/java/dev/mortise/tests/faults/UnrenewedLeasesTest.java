package dev.mortise.tests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.AcquireOptions;
import dev.mortise.Lease;
import dev.mortise.ReleaseOutcome;
import dev.mortise.internal.script.Script;
import dev.mortise.testkit.Persistence;
import dev.mortise.testkit.RedisProcess;
import dev.mortise.tests.OnRedis;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Leases without expiry on a real server, with a grace time of a second. */
final class UnrenewedLeasesTest extends OnRedis {
    private static final long GRACE = 1_000;
    private static final long AN_HOUR = Duration.ofHours(1).toMillis();

    private final RedisProcess process =
            RedisProcess.builder().persistence(Persistence.AOF_ALWAYS).start();

    @Override
    protected RedisProcess server() {
        return process;
    }

    @AfterEach
    void stop() {
        process.close();
    }

    @Test
    void one_that_is_not_renewed_is_collected_after_the_grace_time_though_its_client_lives() throws Exception {
        Lease lease = held();
        assertThat(collect(AN_HOUR)).isZero();
        until("collected", () -> collect(GRACE) == 1);
        assertThat(client().lock("a").tryAcquire()).isPresent();
        assertThat(lease.release()).isEqualTo(ReleaseOutcome.LOST);
    }

    @Test
    void a_server_that_was_started_since_then_must_see_it_twice() throws Exception {
        held();
        server().restartWithData();
        wasHeardOfLongAgo();
        assertThat(collect(AN_HOUR)).isZero();
        assertThat(marks()).hasSize(1);
        until("collected", () -> collect(GRACE) == 1);
    }

    @Test
    void a_server_that_was_a_replica_must_see_it_twice() throws Exception {
        held();
        until("it has been up for a grace time", () -> collect("b", GRACE) == 0 && uptimeSeconds() >= 2);
        server().command("REPLICAOF", "127.0.0.1", "1");
        server().command("REPLICAOF", "NO", "ONE");
        wasHeardOfLongAgo();
        assertThat(collect(GRACE)).isZero();
        assertThat(marks()).hasSize(1);
        until("collected", () -> collect(GRACE) == 1);
    }

    private Lease held() throws InterruptedException {
        return client().lock("a").acquire(AcquireOptions.defaults().untilReleased());
    }

    /** As if it had been granted two hours ago, and not been renewed since. */
    private void wasHeardOfLongAgo() {
        String field = fields("h:").get(0);
        String[] holder =
                String.valueOf(server().command("HGET", key("a"), field)).split("\t", -1);
        holder[4] = "0";
        holder[5] = Long.toString(2 * AN_HOUR);
        server().command("HSET", key("a"), field, String.join("\t", holder));
    }

    private List<String> marks() {
        return fields("d:");
    }

    private List<String> fields(String prefix) {
        return Objects.requireNonNull((List<?>) server().command("HKEYS", key("a"))).stream()
                .map(String::valueOf)
                .filter(field -> field.startsWith(prefix))
                .toList();
    }

    private long uptimeSeconds() {
        String info = String.valueOf(server().command("INFO", "server"));
        return info.lines()
                .filter(line -> line.startsWith("uptime_in_seconds:"))
                .mapToLong(line ->
                        Long.parseLong(line.substring(line.indexOf(':') + 1).strip()))
                .sum();
    }

    private long collect(long graceMillis) {
        return collect("a", graceMillis);
    }

    private long collect(String lock, long graceMillis) {
        List<?> reply = (List<?>) Objects.requireNonNull(
                server().command("EVAL", Script.COLLECT.source(), "1", key(lock), Long.toString(graceMillis), "0"));
        assertThat(reply.get(1)).isEqualTo("");
        return Long.parseLong(String.valueOf(reply.get(0)));
    }

    private static String key(String lock) {
        return "mortise:{" + lock + "}";
    }
}
