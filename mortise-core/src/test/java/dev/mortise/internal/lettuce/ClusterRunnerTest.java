package dev.mortise.internal.lettuce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mortise.internal.script.Script;
import dev.mortise.internal.store.RequiredCopies;
import dev.mortise.internal.store.StoreException;
import dev.mortise.internal.store.StoreException.Effect;
import io.lettuce.core.RedisURI;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.cluster.pubsub.StatefulRedisClusterPubSubConnection;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a cluster is asked that no node of it can be asked. Nothing is connected. */
class ClusterRunnerTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(1);

    private final HandTime time = new HandTime();
    private final RedisClusterClient driver = RedisClusterClient.create(RedisURI.create("redis://127.0.0.1:1"));
    private final ClusterRunner runner = new ClusterRunner(
            new ClusterClient(driver, new Connector(time, TIMEOUT, Optional.empty(), "", Logins.NONE)),
            fake(StatefulRedisClusterConnection.class),
            fake(StatefulRedisClusterConnection.class),
            fake(StatefulRedisClusterPubSubConnection.class),
            time,
            TIMEOUT);

    @AfterEach
    void close() {
        driver.shutdown(0, 1, TimeUnit.SECONDS);
    }

    @Test
    void a_script_without_a_key_has_no_node_and_is_named() {
        List<String> none = List.of();
        for (CompletableFuture<?> asked : List.of(
                runner.run(Script.NUDGE, none, none),
                runner.runBySource(Script.NUDGE, none, none),
                runner.runApart(Script.NUDGE, none, none),
                runner.runTogether(Script.NUDGE, none, none),
                runner.runCopied(Script.NUDGE, none, none, new RequiredCopies(false, 0, 1, 1_000)))) {
            assertThatThrownBy(asked::join)
                    .cause()
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("NUDGE")
                    .hasMessageContaining("no key")
                    .extracting(failure -> ((StoreException) failure).effect())
                    .isEqualTo(Effect.NONE);
        }
        assertThat(runner.hasAllKeys()).isFalse();
    }

    /** Does nothing. */
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <T> T fake(Class<?> type) {
        return (T) Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> null);
    }
}
