package dev.mortise.tests.deployments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.mortise.AcquireOptions;
import dev.mortise.DistributedLock;
import dev.mortise.Lease;
import dev.mortise.LockUnavailableException;
import dev.mortise.Mortise;
import dev.mortise.QuorumMortise;
import dev.mortise.redis.RedisMortise;
import dev.mortise.testkit.ClusterDeployment;
import dev.mortise.testkit.RedisProcess;
import dev.mortise.testkit.SentinelDeployment;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCredentials;
import io.lettuce.core.RedisCredentialsProvider;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Logins that change while a client lives. */
final class CredentialsTest extends OnNodes {
    private static final String SECRET = "aV3ry-secret.Word";
    private static final Duration LEASE = Duration.ofSeconds(20);

    private final Set<String> askedOn = ConcurrentHashMap.newKeySet();
    private volatile String password = "one";
    private final RedisCredentialsProvider provider = RedisCredentialsProvider.from(() -> {
        askedOn.add(Thread.currentThread().getName());
        return RedisCredentials.just("app", password);
    });

    @Test
    void a_client_of_one_server_goes_on_with_the_new_one() throws Exception {
        RedisProcess server = closing(RedisProcess.start());
        goesOn(
                List.of(server),
                () -> builder().uri(server.uri()).credentials(provider).build());
        assertThat(askedOn).allMatch(thread -> thread.startsWith("mortise-background"));
    }

    @Test
    void a_client_of_a_cluster_goes_on_with_the_new_one() throws Exception {
        ClusterDeployment cluster =
                closing(ClusterDeployment.builder().replicas(0).start());
        goesOn(
                cluster.nodes(),
                () -> builder()
                        .cluster(cluster.uris().get(0))
                        .credentials(provider)
                        .build());
    }

    @Test
    void a_client_by_way_of_sentinel_goes_on_with_the_new_ones() throws Exception {
        SentinelDeployment sentinels = closing(SentinelDeployment.start());
        goesOn(
                sentinels.nodes(),
                () -> builder()
                        .uri(sentinels.uri())
                        .credentials(provider)
                        .sentinelCredentials(provider)
                        .build());
        until(
                "the sentinels are listened to",
                () -> sentinels.sentinels().stream().allMatch(sentinel -> pubsubs(sentinel) == 1));
    }

    @Test
    void a_client_of_a_quorum_goes_on_with_the_new_one() throws Exception {
        List<RedisProcess> nodes =
                List.of(closing(RedisProcess.start()), closing(RedisProcess.start()), closing(RedisProcess.start()));
        nodes.forEach(CredentialsTest::letIn);
        QuorumMortise client = closing(RedisMortise.quorumBuilder()
                .node(nodes.get(0).uri())
                .node(nodes.get(1).uri())
                .node(nodes.get(2).uri())
                .credentials(provider)
                .build());
        Lease held = client.lock("held").acquire();
        change(nodes);
        untilAnswered(client.lock("held"), held);
        until("all nodes are there", () -> client.status().reachable() == 3);
    }

    /** The driver asks where all replies come in. */
    @Test
    void a_provider_that_blocks_keeps_nobody_waiting() throws Exception {
        RedisProcess server = closing(RedisProcess.start());
        letIn(server);
        var queue = new Semaphore(100);
        Mortise client = closing(builder()
                .uri(server.uri())
                .credentials(RedisCredentialsProvider.from(() -> {
                    queue.acquireUninterruptibly();
                    return RedisCredentials.just("app", "one");
                }))
                .build());
        queue.drainPermits();
        server.command("CLIENT", "KILL", "TYPE", "pubsub");
        until("it is asked, and blocks", queue::hasQueuedThreads);
        for (int i = 0; i < 20; i++) {
            client.lock("a").acquire().release();
        }
        queue.release(1_000);
        until("the inbox is there", () -> client.lock("a").inspect() != null && pubsubs(server) == 1);
    }

    @Test
    void open_connections_log_in_anew_with_what_a_provider_streams() throws Exception {
        RedisProcess server = closing(RedisProcess.start());
        letIn(server);
        server.command("ACL", "SETUSER", "next", "on", ">two", "~*", "&*", "+@all");
        Streaming streaming = new Streaming();
        Mortise client =
                closing(builder().uri(server.uri()).credentials(streaming).build());
        Lease held = client.lock("held").acquire();
        streaming.sink.tryEmitNext(RedisCredentials.just("next", "two"));
        until(
                "all are the next user's",
                () -> !String.valueOf(server.command("CLIENT", "LIST")).contains("user=app"));
        assertThat(held.isValid()).isTrue();
        held.ensure(Duration.ofSeconds(15));
    }

    @Test
    void one_that_fails_is_told_without_what_it_said() {
        RedisProcess server = closing(RedisProcess.start());
        Throwable failure = catchThrowable(() -> builder()
                .uri(server.uri())
                .credentials(RedisCredentialsProvider.from(() -> {
                    throw new IllegalStateException("not with " + SECRET);
                }))
                .build());
        assertThat(failure)
                .isInstanceOf(LockUnavailableException.class)
                .hasMessageContaining("the provider of credentials failed with java.lang.IllegalStateException");
        Shown.without(SECRET, failure);
    }

    @Test
    void a_login_comes_from_one_place() {
        assertThatThrownBy(() -> builder()
                        .uri("redis://app:" + SECRET + "@127.0.0.1")
                        .credentials(provider)
                        .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("credentials and a URI with user info exclude each other");
        assertThatThrownBy(() -> builder()
                        .uri("redis://:" + SECRET + "@127.0.0.1")
                        .credentials(provider)
                        .build())
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder()
                        .uri("redis://127.0.0.1")
                        .sentinelCredentials(provider)
                        .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("sentinelCredentials: the URI leads to no sentinel");
        assertThatThrownBy(() -> builder()
                        .uri("redis-sentinel://127.0.0.1?sentinelPassword=" + SECRET + "#main")
                        .sentinelCredentials(provider)
                        .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("sentinelCredentials and a URI with sentinelPassword exclude each other");
        RedisClient shared = RedisClient.create("redis://127.0.0.1");
        closing(shared);
        assertThatThrownBy(() -> builder().client(shared).credentials(provider).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("client and credentials exclude each other: the client has its own");
    }

    private void goesOn(List<RedisProcess> nodes, Supplier<Mortise> opener) throws Exception {
        nodes.forEach(CredentialsTest::letIn);
        Mortise client = closing(opener.get());
        Lease held = client.lock("held").acquire(AcquireOptions.defaults().lease(LEASE));
        change(nodes);
        untilAnswered(client.lock("held"), held);
    }

    private static void untilAnswered(DistributedLock lock, Lease held) throws Exception {
        until("requests are answered again", () -> answered(lock::isLocked));
        until(
                "renewals are answered again",
                () -> answered(() -> {
                    held.ensure(Duration.ofSeconds(15));
                    return held.isValid();
                }));
    }

    private void change(List<RedisProcess> nodes) {
        password = "two";
        nodes.forEach(node -> {
            node.command("ACL", "SETUSER", "app", "resetpass", ">two");
            node.command("CLIENT", "KILL", "TYPE", "pubsub");
            node.command("CLIENT", "KILL", "TYPE", "normal");
        });
    }

    private static void letIn(RedisProcess server) {
        server.command("ACL", "SETUSER", "app", "on", ">one", "~*", "&*", "+@all");
    }

    private static long pubsubs(RedisProcess server) {
        return String.valueOf(server.command("CLIENT", "LIST", "TYPE", "pubsub"))
                .lines()
                .filter(line -> line.contains("user=app"))
                .count();
    }

    private static RedisMortise.Builder builder() {
        return RedisMortise.builder().lease(LEASE).commandTimeout(Duration.ofSeconds(2));
    }

    /** As of a cloud, whose tokens end. */
    private static final class Streaming implements RedisCredentialsProvider {
        private final Sinks.Many<RedisCredentials> sink = Sinks.many().replay().latest();

        private Streaming() {
            sink.tryEmitNext(RedisCredentials.just("app", "one"));
        }

        @Override
        public Mono<RedisCredentials> resolveCredentials() {
            return sink.asFlux().next();
        }

        @Override
        public boolean supportsStreaming() {
            return true;
        }

        @Override
        public Flux<RedisCredentials> credentials() {
            return sink.asFlux();
        }
    }
}
