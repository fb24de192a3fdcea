package dev.mortise.tests.deployments;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.Mortise;
import dev.mortise.redis.RedisMortise;
import dev.mortise.testkit.RedisProcess;
import dev.mortise.testkit.junit.ClusterExtension;
import dev.mortise.testkit.junit.RedisExtension;
import dev.mortise.testkit.process.Polling;
import dev.mortise.testkit.proxy.Direction;
import dev.mortise.testkit.proxy.FaultProxy;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The first connections of a client take longer than the driver waits for one, as those of a cold JVM by TLS may. */
final class SlowOpeningTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** More than the driver waits for one. */
    private static final long SLOW = TimeUnit.MILLISECONDS.toNanos(2_500);

    @RegisterExtension
    static final RedisExtension redis = RedisExtension.create();

    @RegisterExtension
    static final ClusterExtension cluster = ClusterExtension.create();

    @Test
    void a_client_of_one_server_opens() throws Exception {
        opens(redis.server(), proxy -> RedisMortise.builder().uri(proxy.uri()));
    }

    @Test
    void a_client_of_a_cluster_opens() throws Exception {
        opens(
                cluster.deployment().nodes().get(0),
                proxy -> RedisMortise.builder().cluster(proxy.uri()));
    }

    private static void opens(RedisProcess server, Target target) throws Exception {
        try (FaultProxy proxy = FaultProxy.to(server)) {
            proxy.hold(Direction.TO_CLIENT, true);
            CompletableFuture<Mortise> opening = new CompletableFuture<>();
            Thread opener = new Thread(() -> {
                try {
                    opening.complete(target.of(proxy).build());
                } catch (Throwable e) {
                    opening.completeExceptionally(e);
                }
            });
            opener.start();
            until("the driver has given up and is tried again", () -> proxy.connections() > 1 || opening.isDone());
            long began = System.nanoTime();
            until("it takes its time", () -> System.nanoTime() - began > SLOW || opening.isDone());
            proxy.hold(Direction.TO_CLIENT, false);
            try (Mortise mortise = opening.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                mortise.lock("a").acquire(PATIENCE).close();
            }
        }
    }

    private static void until(String what, BooleanSupplier condition) {
        assertThat(Polling.until(PATIENCE, condition)).as(what).isTrue();
    }

    private interface Target {
        RedisMortise.Builder of(FaultProxy proxy);
    }
}
