package dev.mortise.tests.deployments;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mortise.LockUnavailableException;
import dev.mortise.redis.RedisMortise;
import dev.mortise.testkit.ClusterDeployment;
import dev.mortise.testkit.RedisProcess;
import dev.mortise.testkit.SentinelDeployment;
import io.lettuce.core.RedisClient;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One address, and behind it something else than a server that decides alone. */
final class AddressesTest {
    @Test
    void a_node_of_a_cluster_is_refused_by_name() {
        try (ClusterDeployment cluster =
                ClusterDeployment.builder().masters(3).replicas(1).start()) {
            for (RedisProcess node : cluster.nodes()) {
                assertThatThrownBy(() -> RedisMortise.connect(node.uri()))
                        .isInstanceOf(LockUnavailableException.class)
                        .hasMessageContaining("is a node of a Cluster")
                        .hasMessageContaining("builder().cluster(");
            }
            List<String> uris = cluster.uris();
            assertThatThrownBy(() -> RedisMortise.quorum(uris.get(0), uris.get(1), uris.get(2)))
                    .isInstanceOf(LockUnavailableException.class)
                    .hasMessageContaining("is a node of a Cluster");
            RedisClient shared = RedisClient.create(uris.get(0));
            try {
                assertThatThrownBy(() -> RedisMortise.builder().client(shared).build())
                        .isInstanceOf(LockUnavailableException.class)
                        .hasMessageContaining("is a node of a Cluster");
            } finally {
                shared.shutdown(0, 0, TimeUnit.SECONDS);
            }
        }
    }

    @Test
    void a_replica_is_refused_by_name() {
        try (RedisProcess master = RedisProcess.start();
                RedisProcess replica = RedisProcess.builder().replicaOf(master).start()) {
            for (Duration quiet : List.of(Duration.ZERO, Duration.ofMinutes(1))) {
                assertThatThrownBy(() -> RedisMortise.builder()
                                .uri(replica.uri())
                                .quietPeriod(quiet)
                                .build())
                        .isInstanceOf(LockUnavailableException.class)
                        .hasMessageContaining("it is a replica: use the address of its master");
            }
        }
    }

    @Test
    void a_sentinel_is_refused_by_name() {
        try (SentinelDeployment deployment = SentinelDeployment.start()) {
            assertThatThrownBy(() ->
                            RedisMortise.connect(deployment.sentinels().get(0).uri()))
                    .isInstanceOf(LockUnavailableException.class)
                    .hasMessageContaining("it is a sentinel")
                    .hasMessageContaining("redis-sentinel://host:port#master");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "EVAL",
                "EVALSHA",
                "SUBSCRIBE",
                "PUBLISH",
                "TIME",
                "EXISTS",
                "HGET",
                "HMGET",
                "HGETALL",
                "HLEN",
                "HSCAN",
                "HEXISTS",
                "HSET",
                "HDEL",
                "PEXPIRE",
                "DEL"
            })
    void a_command_that_the_server_does_not_know_is_named(String command) {
        try (RedisProcess server = without(command)) {
            assertThatThrownBy(() -> RedisMortise.connect(server.uri()))
                    .isInstanceOf(LockUnavailableException.class)
                    .hasMessageContaining("the server does not know what is needed: command " + command + " ");
        }
    }

    private static RedisProcess without(String command) {
        return RedisProcess.builder()
                .config("rename-command " + command + " \"\"")
                .start();
    }
}
