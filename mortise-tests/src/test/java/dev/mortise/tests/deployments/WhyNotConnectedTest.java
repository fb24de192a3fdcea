package dev.mortise.tests.deployments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.mortise.Lease;
import dev.mortise.LockUnavailableException;
import dev.mortise.Mortise;
import dev.mortise.QuorumMortise;
import dev.mortise.redis.RedisMortise;
import dev.mortise.testkit.ClusterDeployment;
import dev.mortise.testkit.RedisProcess;
import dev.mortise.testkit.RedisProcessBuilder;
import dev.mortise.testkit.SentinelDeployment;
import io.lettuce.core.RedisClient;
import io.lettuce.core.cluster.RedisClusterClient;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections broke and do not come up again: whoever asks hears why, and the log does, once. */
final class WhyNotConnectedTest extends OnNodes {
    private static final String SECRET = "aV3ry-secret.Word";
    private static final Duration LEASE = Duration.ofSeconds(6);

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void the_password_was_changed(boolean shared) throws Exception {
        RedisProcess server = closing(withUser().start());
        RedisMortise.Builder builder =
                shared ? builder().client(client(server.uri("app"))) : builder().uri(server.uri("app"));
        Mortise client = closing(builder.build());
        Lease held = client.lock("held").acquire();
        String log = loggedWhile(() -> {
            server.command("ACL", "SETUSER", "app", "resetpass", ">other");
            cutAll(server);
            isTold(client, "WRONGPASS");
            get(held.lost().toCompletableFuture());
        });
        assertThat(held.lost().toCompletableFuture().get().detail())
                .contains("WRONGPASS")
                .doesNotContain(SECRET);
        assertThat(log).doesNotContain(SECRET);
        assertThat(log.lines().filter(line -> line.contains("cannot be reached") && line.contains("WRONGPASS")))
                .hasSize(1);
        server.command("ACL", "SETUSER", "app", "resetpass", ">" + SECRET);
        until(
                "requests are answered again",
                () -> answered(() -> !client.lock("a").isLocked()));
    }

    @Test
    void the_user_is_off() {
        RedisProcess server = closing(withUser().start());
        Mortise client = closing(builder().uri(server.uri("app")).build());
        server.command("ACL", "SETUSER", "app", "off");
        cutAll(server);
        isTold(client, "WRONGPASS");
    }

    @Test
    void too_many_are_connected() {
        RedisProcess server = closing(RedisProcess.start());
        Mortise client = closing(builder().uri(server.uri()).build());
        try (var guest = server.connect()) {
            guest.command("CONFIG", "SET", "maxclients", "1");
            guest.command("CLIENT", "KILL", "TYPE", "pubsub");
            guest.command("CLIENT", "KILL", "TYPE", "normal");
            isTold(client, "max number of clients reached");
        }
    }

    @Test
    void the_server_is_down() {
        RedisProcess server = closing(RedisProcess.start());
        Mortise client = closing(builder().uri(server.uri()).build());
        server.kill();
        isTold(client, "Connection refused: /127.0.0.1:" + server.port());
    }

    @Test
    void by_way_of_sentinel() {
        SentinelDeployment sentinels = closing(SentinelDeployment.start());
        sentinels
                .nodes()
                .forEach(node -> node.command("ACL", "SETUSER", "app", "on", ">" + SECRET, "~*", "&*", "+@all"));
        Mortise client = closing(builder()
                .uri(sentinels.uri().replace("redis-sentinel://", "redis-sentinel://app:" + SECRET + "@"))
                .build());
        sentinels.nodes().forEach(node -> {
            node.command("ACL", "SETUSER", "app", "resetpass", ">other");
            cutAll(node);
        });
        isTold(client, "WRONGPASS");
    }

    @Test
    void the_sentinels_name_a_master_where_nobody_is() {
        SentinelDeployment sentinels = closing(SentinelDeployment.start());
        sentinels
                .sentinels()
                .forEach(sentinel -> sentinel.command("SENTINEL", "MONITOR", "gone", "192.0.2.1", "6379", "2"));
        LockUnavailableException failure = catchThrowableOfType(
                LockUnavailableException.class,
                () -> builder().uri(sentinels.uri().replaceAll("#.*", "#gone")).build());
        assertThat(failure).hasMessageContaining("192.0.2.1:6379");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void a_node_of_a_cluster(boolean shared) {
        ClusterDeployment cluster =
                closing(ClusterDeployment.builder().replicas(0).start());
        cluster.nodes().forEach(node -> node.command("ACL", "SETUSER", "app", "on", ">" + SECRET, "~*", "&*", "+@all"));
        String seed = cluster.uris().get(0).replace("redis://", "redis://app:" + SECRET + "@");
        RedisMortise.Builder builder =
                shared ? builder().client(clusterClient(seed)) : builder().cluster(seed);
        Mortise client = closing(builder.build());
        assertThat(client.lock("a").isLocked()).isFalse();
        cluster.nodes().forEach(node -> {
            node.command("ACL", "SETUSER", "app", "resetpass", ">other");
            cutAll(node);
        });
        isTold(client, "WRONGPASS");
    }

    @Test
    void a_node_of_a_quorum() {
        RedisProcess one = closing(withUser().start());
        RedisProcess two = closing(RedisProcess.start());
        RedisProcess three = closing(RedisProcess.start());
        QuorumMortise quorum = closing(RedisMortise.quorum(one.uri("app"), two.uri(), three.uri()));
        one.command("ACL", "SETUSER", "app", "resetpass", ">other");
        cutAll(one);
        until("its state says why", () -> quorum.status().toString().contains("WRONGPASS"));
        assertThat(quorum.status().toString()).doesNotContain(SECRET);
    }

    /** Within some time: the attempt that fails has to be made first. */
    private static void isTold(Mortise client, String why) {
        until("it is told: " + why, () -> {
            LockUnavailableException failure = catchThrowableOfType(
                    LockUnavailableException.class, () -> client.lock("x").tryAcquire());
            assertThat(failure).isNotNull();
            Shown.without(SECRET, failure);
            return String.valueOf(failure.getMessage()).contains(why);
        });
    }

    private static void cutAll(RedisProcess server) {
        server.command("CLIENT", "KILL", "TYPE", "pubsub");
        server.command("CLIENT", "KILL", "TYPE", "normal");
    }

    private static RedisProcessBuilder withUser() {
        return RedisProcess.builder().user("app", SECRET, "~*", "&*", "+@all");
    }

    private static RedisMortise.Builder builder() {
        return RedisMortise.builder().lease(LEASE).commandTimeout(Duration.ofSeconds(1));
    }

    private RedisClient client(String uri) {
        RedisClient client = RedisClient.create(uri);
        closing(() -> client.shutdown(0, 1, TimeUnit.SECONDS));
        return client;
    }

    private RedisClusterClient clusterClient(String uri) {
        RedisClusterClient client = RedisClusterClient.create(uri);
        closing(() -> client.shutdown(0, 1, TimeUnit.SECONDS));
        return client;
    }

    private static String loggedWhile(Runnable action) {
        PrintStream before = System.err;
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
        try {
            action.run();
        } finally {
            System.setErr(before);
        }
        return log.toString(StandardCharsets.UTF_8);
    }
}
