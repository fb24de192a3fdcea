package dev.mortise.tests.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.AcquireOptions;
import dev.mortise.Lease;
import dev.mortise.LockProvider;
import dev.mortise.Mortise;
import dev.mortise.ReleaseOutcome;
import dev.mortise.admin.ForcedRelease;
import dev.mortise.redis.RedisMortise;
import dev.mortise.testkit.junit.RedisExtension;
import dev.mortise.testkit.memory.InMemoryMortise;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A hold is ended by its token just as its holder hands the lock to the next client: that one is never the one who loses it. */
final class ForceRacesTest {
    @RegisterExtension
    static final RedisExtension redis = RedisExtension.create();

    private static final int TURNS = 1000;

    private final Random random = new Random(1);
    private int forced;

    @Test
    void in_memory() throws Exception {
        InMemoryMortise server = InMemoryMortise.start();
        try (Mortise here = server.connect();
                Mortise there = server.connect();
                Mortise operator = server.connect()) {
            race(here, there, operator);
        }
    }

    @Test
    void on_a_server() throws Exception {
        try (Mortise here = RedisMortise.connect(redis.uri());
                Mortise there = RedisMortise.connect(redis.uri());
                Mortise operator = RedisMortise.connect(redis.uri())) {
            race(here, there, operator);
        }
    }

    private void race(LockProvider here, LockProvider there, Mortise operator) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(2);
        Phaser together = new Phaser(2);
        try {
            Lease holder = here.lock("a").acquire();
            for (int turn = 0; turn < TURNS; turn++) {
                LockProvider next = turn % 2 == 0 ? there : here;
                CompletableFuture<Lease> waiter = next.lock("a").acquireAsync(AcquireOptions.defaults());
                Lease before = holder;
                var release = CompletableFuture.supplyAsync(
                        () -> {
                            together.arriveAndAwaitAdvance();
                            // To end a hold takes some requests, a release one: it begins at any moment in between.
                            LockSupport.parkNanos(random.nextInt(1_500_000));
                            return before.release();
                        },
                        threads);
                var force = CompletableFuture.supplyAsync(
                        () -> {
                            together.arriveAndAwaitAdvance();
                            return operator.admin().forceRelease("a", before.fencingToken(), "a race");
                        },
                        threads);
                ReleaseOutcome released = release.get(30, TimeUnit.SECONDS);
                ForcedRelease ended = force.get(30, TimeUnit.SECONDS);
                holder = waiter.get(30, TimeUnit.SECONDS);
                // Its release may have been sent, and not answered, when the hold was ended: then either may be told.
                assertThat(released == ReleaseOutcome.LOST && !ended.isEnded()).isFalse();
                assertThat(holder.ensure(Duration.ofMillis(1)).isValid()).isTrue();
                assertThat(holder.lost().toCompletableFuture()).isNotDone();
                assertThat(holder.fencingToken()).isGreaterThan(before.fencingToken());
                forced += ended.isEnded() ? 1 : 0;
            }
            assertThat(holder.release()).isEqualTo(ReleaseOutcome.RELEASED);
            assertThat(forced).as("turns in which the hold was ended by force").isBetween(1, TURNS);
        } finally {
            threads.shutdownNow();
        }
    }
}
