package dev.mortise.cli.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mortise.AcquireOptions;
import dev.mortise.Mortise;
import dev.mortise.Renewal;
import dev.mortise.cli.CliRun;
import dev.mortise.cli.json.JsonText;
import dev.mortise.redis.RedisMortise;
import dev.mortise.testkit.junit.RedisExtension;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class GcCommandTest {
    @RegisterExtension
    static final RedisExtension redis = RedisExtension.create();

    @Test
    void what_is_over_is_reported_and_then_removed() throws Exception {
        try (Mortise mortise = RedisMortise.connect(redis.uri())) {
            // Nobody gives it back.
            mortise.lock("x")
                    .acquire(AcquireOptions.noWait()
                            .lease(Duration.ofMillis(200))
                            .renewal(Renewal.OFF)
                            .label("report"))
                    .detach();
            await().until(() -> !mortise.lock("x").isLocked());
            CliRun dry = CliRun.of("gc", "--dry-run", "--redis", redis.uri());
            assertThat(dry.code()).isZero();
            assertThat(dry.lines()).hasSize(2);
            assertThat(dry.out()).contains("expired lease of lock 'x'", "would be removed", "1 stale, nothing removed");
            assertThat(JsonText.object(CliRun.of("gc", "x*", "--json", "--redis", redis.uri())
                            .out()))
                    .containsEntry("found", 1L)
                    .containsEntry("removed", 1L);
            assertThat(CliRun.of("gc", "--redis", redis.uri()).out()).contains("0 stale, 0 removed");
        }
    }
}
