package dev.mortise.tests.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mortise.LockUnavailableException;
import dev.mortise.ReleaseOutcome;
import dev.mortise.interop.InteropLease;
import dev.mortise.interop.InteropLock;
import dev.mortise.interop.InteropLocks;
import dev.mortise.interop.InteropOptions;
import dev.mortise.interop.LockLayout;
import dev.mortise.redis.RedisMortise;
import dev.mortise.testkit.RedisProcess;
import dev.mortise.testkit.junit.ClusterExtension;
import dev.mortise.testkit.junit.SentinelExtension;
import dev.mortise.testkit.process.Polling;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The same keys in a Cluster, and behind sentinels. */
@SuppressWarnings("try") // what is held is held for its time
final class InteropDeploymentsTest {
    @RegisterExtension
    static final ClusterExtension cluster = ClusterExtension.create();

    @RegisterExtension
    static final SentinelExtension sentinels = SentinelExtension.create();

    private static final Duration LEASE = Duration.ofSeconds(12);
    private static final Duration TIMEOUT = Duration.ofSeconds(2);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static InteropLocks inCluster(LockLayout layout) {
        return RedisMortise.interop(layout)
                .cluster(cluster.deployment().uris().toArray(String[]::new))
                .lease(LEASE)
                .commandTimeout(TIMEOUT)
                .build();
    }

    private static InteropLocks behindSentinels(LockLayout layout) {
        return RedisMortise.interop(layout)
                .uri(sentinels.uri())
                .lease(LEASE)
                .commandTimeout(TIMEOUT)
                .build();
    }

    private static RedisProcess masterOf(String key) {
        return cluster.deployment().masterOf(key);
    }

    private static <T> T get(CompletableFuture<T> future) throws Exception {
        return future.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    @Test
    void in_a_cluster_each_key_is_where_its_slot_is() throws Exception {
        try (InteropLocks locks = inCluster(LockLayout.plain())) {
            for (String name : new String[] {"a", "b", "c", "d"}) {
                InteropLock lock = locks.lock(name);
                InteropLease lease = lock.acquire();
                assertThat(masterOf(name).command("GET", name)).isEqualTo(lease.id());
                assertThat(lease.release()).isEqualTo(ReleaseOutcome.RELEASED);
                masterOf(name).command("SET", name, "theirs", "PX", "500");
                assertThat(lock.tryAcquire()).isEmpty();
                lock.acquire(Duration.ofSeconds(20)).close();
            }
        }
    }

    @Test
    void in_a_cluster_two_keys_need_a_hash_tag_and_signals_come() throws Exception {
        try (InteropLocks locks = inCluster(LockLayout.pythonRedisLock())) {
            assertThatThrownBy(() -> locks.lock("job"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("hash tag")
                    .hasMessageContaining("'{job}'");
            assertThatThrownBy(() -> locks.lock("{}job")).isInstanceOf(IllegalArgumentException.class);

            RedisProcess master = masterOf("lock:{job}");
            master.command("SET", "lock:{job}", "python");
            CompletableFuture<InteropLease> waiting = locks.lock("{job}").acquireAsync(InteropOptions.defaults());
            assertThat(Polling.until(
                            PATIENCE,
                            () -> String.valueOf(master.command("INFO", "clients"))
                                    .contains("blocked_clients:1\r")))
                    .isTrue();
            long began = System.nanoTime();
            master.command("DEL", "lock:{job}");
            master.command("LPUSH", "lock-signal:{job}", "1");
            InteropLease lease = get(waiting);
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(3));
            assertThat(master.command("GET", "lock:{job}")).isEqualTo(lease.id());
            lease.close();
            assertThat(master.command("EXISTS", "lock:{job}")).isEqualTo(0L);
        }
    }

    @Test
    void a_node_of_a_cluster_is_refused_and_so_is_a_replica() {
        RedisProcess node = cluster.deployment().masters().get(0);
        assertThatThrownBy(() -> RedisMortise.interop(node.uri(), LockLayout.shedLock("default")))
                .isInstanceOf(LockUnavailableException.class)
                .hasMessageContaining("Cluster");
        RedisProcess replica = sentinels.deployment().replicas().get(0);
        assertThatThrownBy(() -> RedisMortise.interop(replica.uri(), LockLayout.plain()))
                .isInstanceOf(LockUnavailableException.class)
                .hasMessageContaining("replica");
    }

    @Test
    void behind_sentinels_a_wait_for_signals_goes_on_after_a_failover() throws Exception {
        try (InteropLocks locks = behindSentinels(LockLayout.pythonRedisLock())) {
            RedisProcess old = sentinels.deployment().master();
            old.command("SET", "lock:job", "python");
            CompletableFuture<InteropLease> waiting = locks.lock("job").acquireAsync(InteropOptions.defaults());
            assertThat(Polling.until(
                            PATIENCE,
                            () -> String.valueOf(old.command("INFO", "clients")).contains("blocked_clients:1\r")))
                    .isTrue();
            sentinels.deployment().failover();
            sentinels.deployment().awaitFailoverFrom(old);
            RedisProcess now = sentinels.deployment().master();
            assertThat(waiting).isNotDone();
            now.command("DEL", "lock:job");
            now.command("LPUSH", "lock-signal:job", "1");
            InteropLease lease = get(waiting);
            assertThat(lease.isValid()).isTrue();
            assertThat(lease.release()).isEqualTo(ReleaseOutcome.RELEASED);
        }
    }
}
