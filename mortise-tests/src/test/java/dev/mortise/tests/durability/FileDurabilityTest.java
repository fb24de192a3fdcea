package dev.mortise.tests.durability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.mortise.AcquireOptions;
import dev.mortise.DistributedLock;
import dev.mortise.Durability;
import dev.mortise.Lease;
import dev.mortise.LockUnavailableException;
import dev.mortise.Mortise;
import dev.mortise.testkit.RedisProcess;
import dev.mortise.testkit.junit.RedisExtension;
import dev.mortise.testkit.resp.RespClient;
import dev.mortise.tests.OnRedis;
import dev.mortise.tests.Stats;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Grants that were to be written to append-only files; for servers that have WAITAOF, as the embedded one has not. */
final class FileDurabilityTest extends OnRedis {
    /** Its file is forced to disk once per second, as is usual. */
    @RegisterExtension
    static final RedisExtension redis = RedisExtension.of(
            RedisProcess.builder().config("appendonly yes", "appendfsync everysec", "repl-diskless-sync-delay 0"));

    private static final Duration LEASE = Duration.ofSeconds(18);
    private static final AcquireOptions OWN_FILE = AcquireOptions.noWait().durability(Durability.aof(1, 0));
    private static final AcquireOptions FILE_OF_REPLICA =
            AcquireOptions.noWait().durability(Durability.aof(0, 1));
    private static final AcquireOptions BOTH = AcquireOptions.noWait().durability(Durability.aof(1, 1));

    @Override
    protected RedisProcess server() {
        return redis.server();
    }

    @BeforeEach
    void onlyWhereTheServerHasIt() {
        Object known = server().command("COMMAND", "INFO", "WAITAOF");
        assumeTrue(known instanceof List<?> list && list.get(0) != null, "the server has no WAITAOF");
    }

    @Test
    void the_masters_own_file_is_waited_for() throws Exception {
        DistributedLock lock = client(server().uri(), LEASE).lock("a");
        try (RespClient reader = server().connect()) {
            Stats before = Stats.of(reader);
            for (int i = 0; i < 3; i++) {
                lock.acquire(OWN_FILE).close();
            }
            assertThat(Stats.of(reader).since(before).count("waitaof")).isEqualTo(3);
        }
    }

    @Test
    void the_file_of_a_replica_is_waited_for() throws Exception {
        RedisProcess replica = replica("appendonly yes");
        DistributedLock lock = client(server().uri(), LEASE).lock("a");
        for (AcquireOptions options : List.of(FILE_OF_REPLICA, BOTH)) {
            try (Lease lease = lock.acquire(options)) {
                assertThat(replica.command("HEXISTS", "mortise:{a}", "h:" + lease.id()))
                        .isEqualTo(1L);
            }
        }
    }

    @Test
    void a_frozen_replica_is_an_error_and_leaves_the_lock_to_others() throws Exception {
        RedisProcess replica = replica("appendonly yes");
        Mortise client = client(server().uri(), LEASE);
        DistributedLock lock = client.lock("a");
        lock.acquire(BOTH).close();
        replica.pause();
        CompletableFuture<Lease> acquiring = inThread(() -> lock.acquire(BOTH));
        assertThat(failure(acquiring))
                .isInstanceOf(LockUnavailableException.class)
                .hasMessageContaining(
                        "granted, but written to the append-only files of 1 of 1 master and 0 of 1 replicas")
                .hasMessageContaining("given back");
        client(server().uri(), LEASE).lock("a").tryAcquire().orElseThrow().close();
        replica.resume();
        lock.acquire(BOTH).close();
    }

    @Test
    void a_replica_without_a_file_does_not_count() throws Exception {
        replica("appendonly no");
        DistributedLock lock = client(server().uri(), LEASE).lock("a");
        assertThat(failure(inThread(() -> lock.acquire(FILE_OF_REPLICA))))
                .isInstanceOf(LockUnavailableException.class)
                .hasMessageContaining("0 of 1 replicas");
        assertThat(lock.isLocked()).isFalse();
        lock.acquire(AcquireOptions.noWait().durability(Durability.replicas(1))).close();
    }

    private RedisProcess replica(String file) {
        RedisProcess replica = closing(RedisProcess.builder()
                .config("replicaof 127.0.0.1 " + server().port(), file)
                .start());
        try (RespClient writer = server().connect()) {
            until("the replica follows", () -> {
                writer.command("SET", "probe", "");
                return Long.valueOf(1).equals(writer.command("WAIT", "1", "100"));
            });
            writer.command("DEL", "probe");
        }
        return replica;
    }
}
