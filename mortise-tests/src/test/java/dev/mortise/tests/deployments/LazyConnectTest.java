package dev.mortise.tests.deployments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.mortise.Lease;
import dev.mortise.LockUnavailableException;
import dev.mortise.Mortise;
import dev.mortise.redis.RedisMortise;
import dev.mortise.testkit.ClusterDeployment;
import dev.mortise.testkit.FreePorts;
import dev.mortise.testkit.RedisProcess;
import dev.mortise.testkit.SentinelDeployment;
import io.lettuce.core.resource.ClientResources;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that are made without their servers, and clients that share threads. */
final class LazyConnectTest extends OnNodes {
    @ParameterizedTest
    @ValueSource(strings = {"PT0S", "PT10S"})
    void a_client_whose_server_is_there_works_when_it_is_connected(String quiet) throws Exception {
        RedisProcess server = closing(RedisProcess.start());
        Mortise client = closing(builder()
                .uri(server.uri())
                .quietPeriod(Duration.parse(quiet))
                .connectLazily()
                .build());
        works(client);
    }

    @Test
    void a_client_of_a_cluster_or_behind_sentinels_works_when_it_is_connected() throws Exception {
        ClusterDeployment cluster = closing(ClusterDeployment.start());
        works(closing(builder()
                .cluster(cluster.uris().toArray(String[]::new))
                .connectLazily()
                .build()));
        SentinelDeployment sentinels = closing(SentinelDeployment.start());
        works(closing(builder().uri(sentinels.uri()).connectLazily().build()));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void a_client_works_as_soon_as_its_server_is_there(boolean isQuiet) throws Exception {
        int port = FreePorts.next();
        Mortise client = closing(builder()
                .uri("redis://127.0.0.1:" + port)
                .quietPeriod(isQuiet ? Duration.ofSeconds(10) : Duration.ZERO)
                .connectLazily()
                .build());
        refused(client, "refused");
        assertThatThrownBy(() -> client.lock("a").acquire(Duration.ofMillis(100)))
                .isInstanceOf(LockUnavailableException.class);
        assertThat(client.clientStatus().isReachable()).isFalse();
        closing(RedisProcess.builder().port(port).start());
        works(client);
        assertThat(client.clientStatus().isReachable()).isTrue();
    }

    @Test
    void a_missing_right_is_told_and_mended_under_way() throws Exception {
        RedisProcess server = closing(RedisProcess.builder()
                .user("app", "secret", "~mortise:*", "&mortise:*", "+@all", "-publish")
                .start());
        Mortise client =
                closing(builder().uri(server.uri("app")).connectLazily().build());
        refused(client, "publish");
        server.command("ACL", "SETUSER", "app", "+publish");
        works(client);
    }

    @Test
    void closing_one_that_was_never_connected_ends_it() {
        Mortise client = builder()
                .uri("redis://127.0.0.1:" + FreePorts.next())
                .connectLazily()
                .build();
        CompletableFuture<String> closed = inThread(() -> {
            client.close();
            return "closed";
        });
        assertThat(get(closed)).isEqualTo("closed");
        assertThatThrownBy(() -> client.lock("a")).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void shared_threads_are_used_and_live_on() throws Exception {
        RedisProcess server = closing(RedisProcess.start());
        ClusterDeployment cluster = closing(ClusterDeployment.start());
        ClientResources shared = ClientResources.create();
        try {
            try (Mortise one =
                            builder().uri(server.uri()).clientResources(shared).build();
                    Mortise many = builder()
                            .cluster(cluster.uris().toArray(String[]::new))
                            .clientResources(shared)
                            .build()) {
                works(one);
                works(many);
            }
            try (Mortise again =
                    builder().uri(server.uri()).clientResources(shared).build()) {
                works(again);
            }
            assertThat(shared.eventExecutorGroup().isShuttingDown()).isFalse();
        } finally {
            shared.shutdown(0, 1, TimeUnit.SECONDS).get();
        }
    }

    /** As soon as connecting was tried, every call says what came of that. */
    private static void refused(Mortise client, String why) {
        until("it is known why", () -> {
            LockUnavailableException failure = catchThrowableOfType(
                    LockUnavailableException.class, () -> client.lock("a").tryAcquire());
            assertThat(failure).isNotNull().hasMessageNotContaining("secret");
            return String.valueOf(failure.getMessage()).contains(why);
        });
    }

    /** Also waiting, and being told. */
    private static void works(Mortise client) throws Exception {
        until("requests are answered", () -> answered(() -> !client.lock("a").isLocked()));
        Lease lease = client.lock("works").acquire(PATIENCE);
        CompletableFuture<Lease> next = inThread(() -> client.lock("works").acquire(PATIENCE));
        untilWaiting(client.lock("works"), 1);
        lease.release();
        Lease second = get(next);
        assertThat(second.fencingToken()).isGreaterThan(lease.fencingToken());
        second.release();
    }

    private static RedisMortise.Builder builder() {
        return RedisMortise.builder()
                .clientName("lazy")
                .lease(Duration.ofSeconds(6))
                .commandTimeout(Duration.ofSeconds(1));
    }
}
