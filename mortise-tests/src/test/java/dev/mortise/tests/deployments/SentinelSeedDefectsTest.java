package dev.mortise.tests.deployments;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.Mortise;
import dev.mortise.redis.RedisMortise;
import dev.mortise.testkit.RedisProcess;
import dev.mortise.testkit.junit.SentinelExtension;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Defects of a library that was used with Sentinel; each must be absent here. */
final class SentinelSeedDefectsTest extends OnNodes {
    private static final String NAME = "seed-d12";

    @RegisterExtension
    static final SentinelExtension sentinels = SentinelExtension.create();

    @Test
    @DisplayName("D12 ten locks and unlocks open no connections, and the end closes all")
    void ten_locks_and_unlocks_open_no_connections_and_the_end_closes_all() throws Exception {
        Mortise client = closing(
                RedisMortise.builder().uri(sentinels.uri()).clientName(NAME).build());
        client.lock("a").acquire().release();
        List<String> before = open();
        assertThat(before).hasSize(2);
        for (int i = 0; i < 10; i++) {
            client.lock("a").acquire().release();
        }
        assertThat(open()).isEqualTo(before);
        client.close();
        until("all are closed", () -> open().isEmpty());
    }

    private static RedisProcess master() {
        return sentinels.deployment().master();
    }

    /** Numbers of the connections that the master has from this client; none is used twice. */
    private static List<String> open() {
        return String.valueOf(master().command("CLIENT", "LIST"))
                .lines()
                .filter(line -> line.contains("name=" + NAME))
                .map(line -> line.substring(0, line.indexOf(' ')))
                .sorted()
                .toList();
    }
}
