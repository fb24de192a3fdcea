package dev.mortise.tests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.DistributedReadWriteLock;
import dev.mortise.Lease;
import dev.mortise.testkit.RedisProcess;
import dev.mortise.testkit.junit.RedisExtension;
import dev.mortise.testkit.process.OtherJvm;
import dev.mortise.testkit.process.PendingGrant;
import dev.mortise.tests.OnRedis;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Readers in other processes. */
final class ReadWriteProcessesTest extends OnRedis {
    @RegisterExtension
    static final RedisExtension redis = RedisExtension.create();

    private static final Duration LEASE = Duration.ofMillis(2400);
    private static final Duration TIMEOUT = Duration.ofMillis(400);

    @Override
    protected RedisProcess server() {
        return redis.server();
    }

    @Test
    void a_reader_that_was_killed_lets_a_writer_in() throws Exception {
        DistributedReadWriteLock lock = client().readWriteLock("killed");
        try (OtherJvm reader = OtherJvm.start(server().uri(), TIMEOUT)) {
            long token = reader.read("killed", LEASE);
            CompletableFuture<Lease> writer = inThread(() -> lock.writeLock().acquire());
            untilWaiting(lock.writeLock(), 1);
            reader.kill();
            until("it is dead", () -> !reader.isAlive());
            Lease write = get(writer);
            assertThat(write.fencingToken()).isGreaterThan(token);
            write.close();
        }
        until("nothing is left", () -> lockKeys().isEmpty());
    }

    @Test
    void a_downgrade_wakes_a_reader_in_another_jvm() throws Exception {
        DistributedReadWriteLock lock = client().readWriteLock("shared");
        try (OtherJvm other = OtherJvm.start(server().uri())) {
            Lease write = lock.writeLock().acquire();
            PendingGrant there = other.beginRead("shared");
            untilWaiting(lock.readLock(), 1);
            assertThat(there.isGranted()).isFalse();
            Lease read = lock.downgrade(write);
            assertThat(there.awaitGranted(PATIENCE)).isGreaterThan(write.fencingToken());
            assertThat(read.isValid()).isTrue();
            assertThat(lock.writeLock().tryAcquire()).isEmpty();
            read.release();
            other.release("shared");
        }
        until("nothing is left", () -> lockKeys().isEmpty());
    }
}
