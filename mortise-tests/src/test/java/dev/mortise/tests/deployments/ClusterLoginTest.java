package dev.mortise.tests.deployments;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.AcquireOptions;
import dev.mortise.Durability;
import dev.mortise.Lease;
import dev.mortise.Mortise;
import dev.mortise.redis.RedisMortise;
import dev.mortise.testkit.ClusterDeployment;
import dev.mortise.testkit.RedisProcess;
import dev.mortise.testkit.junit.ClusterExtension;
import dev.mortise.testkit.proxy.FaultProxy;
import io.lettuce.core.RedisCredentials;
import io.lettuce.core.RedisCredentialsProvider;
import io.lettuce.core.RedisURI;
import io.lettuce.core.cluster.RedisClusterClient;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Connections to single nodes, which a client opens besides, log in as those to the whole Cluster do. */
final class ClusterLoginTest extends OnCluster {
    private static final Duration LEASE = Duration.ofSeconds(12);
    private static final String PASSWORD = "only for/tests";

    @RegisterExtension
    static final ClusterExtension cluster =
            ClusterExtension.of(ClusterDeployment.builder().password(PASSWORD));

    /** How a client gets in. */
    enum Way {
        PASSWORD,
        SHARED_CLIENT
    }

    @Override
    ClusterDeployment cluster() {
        return cluster.deployment();
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void a_grant_is_copied(Way way) {
        Mortise client = client(way);
        for (int i = 0; i < 6; i++) {
            AcquireOptions copied =
                    AcquireOptions.waitUpTo(PATIENCE).lease(LEASE).durability(Durability.replicas(1));
            Lease lease = get(client.lock("lock-" + i).acquireAsync(copied));
            assertThat(lease.isValid()).isTrue();
            lease.release();
        }
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void connections_that_carry_nothing_any_more_are_replaced(Way way) throws Exception {
        RedisProcess node = masterOf("held");
        FaultProxy proxy = closing(FaultProxy.to(node));
        cluster().announce(node, proxy.port());
        try {
            Mortise client = client(way);
            Lease held = client.lock("held").acquire(AcquireOptions.noWait().lease(LEASE));
            int last = proxy.connections();
            proxy.swallowRequests(request -> request.connection().number() <= last);
            until("requests are answered again", () -> answered(client.lock("held")::isLocked));
            assertThat(held.isValid()).isTrue();
            until(
                    "renewals are answered again",
                    () -> answered(() -> {
                        held.ensure(Duration.ofSeconds(10));
                        return held.isValid();
                    }));
        } finally {
            cluster().announce(node, node.port());
        }
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void what_was_begun_in_a_cut_keeps_nobody_waiting(Way way) throws Exception {
        RedisProcess node = masterOf("held");
        FaultProxy proxy = closing(FaultProxy.to(node));
        cluster().announce(node, proxy.port());
        try {
            Mortise client = client(way);
            until("connected", () -> answered(() -> !client.lock("held").isLocked()));
            int before = proxy.connections();
            AtomicInteger lost = new AtomicInteger(Integer.MAX_VALUE);
            proxy.swallowRequests(request -> request.connection().number() <= lost.get());
            until("one more is opened in the cut", () -> {
                answered(client.lock("held")::isLocked);
                return proxy.connections() > before;
            });
            lost.set(proxy.connections());
            until(
                    "requests are answered again",
                    () -> answered(() -> !client.lock("held").isLocked()));
        } finally {
            cluster().announce(node, node.port());
        }
    }

    private Mortise client(Way way) {
        RedisMortise.Builder builder = RedisMortise.builder().lease(LEASE).commandTimeout(Duration.ofSeconds(2));
        return closing(
                switch (way) {
                    case PASSWORD -> builder.cluster(cluster().uris().get(0)).build();
                    case SHARED_CLIENT -> builder.client(shared()).build();
                });
    }

    private RedisClusterClient shared() {
        RedisProcess any = cluster().nodes().get(0);
        RedisURI seed = RedisURI.Builder.redis(any.host(), any.port())
                .withAuthentication(
                        RedisCredentialsProvider.from(() -> RedisCredentials.just(null, PASSWORD.toCharArray())))
                .build();
        RedisClusterClient client = RedisClusterClient.create(seed);
        closing(() -> client.shutdown(0, 1, TimeUnit.SECONDS));
        return client;
    }
}
