package dev.mortise.tests.deployments;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.Mortise;
import dev.mortise.redis.RedisMortise;
import dev.mortise.testkit.RedisProcess;
import dev.mortise.testkit.SentinelDeployment;
import dev.mortise.testkit.junit.SentinelExtension;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Traffic while masters are replaced: with the quiet period nobody has a lock beside a lease that is valid. */
final class SentinelLoadTest extends OnNodes {
    @RegisterExtension
    static final SentinelExtension sentinels = SentinelExtension.create();

    private static final Duration LEASE = Duration.ofSeconds(3);

    @Test
    void leases_exclude_each_other_over_failovers() throws Exception {
        List<Mortise> clients = Stream.generate(this::client).limit(3).toList();
        Load load = new Load(clients, List.of("a", "b", "c"));
        load.under(this::replaceMaster);
        load.usedOnceMore();
        assertThat(load.problems(true)).isEmpty();
        RedisProcess master = sentinels.deployment().master();
        until("nothing is left", () -> master.command("KEYS", "*{*") instanceof List<?> keys && keys.isEmpty());
    }

    private Mortise client() {
        return closing(RedisMortise.builder()
                .uri(sentinels.uri())
                .lease(LEASE)
                .commandTimeout(TIMEOUT)
                .build());
    }

    private void replaceMaster(Random random) {
        SentinelDeployment deployment = sentinels.deployment();
        deployment.whole();
        RedisProcess old = deployment.master();
        switch (random.nextInt(3)) {
            case 0 -> deployment.failover();
            case 1 -> {
                old.kill();
                deployment.awaitFailoverFrom(old);
                deployment.restart(old);
            }
            default -> {
                old.pause();
                deployment.awaitFailoverFrom(old);
                old.resume();
            }
        }
    }
}
