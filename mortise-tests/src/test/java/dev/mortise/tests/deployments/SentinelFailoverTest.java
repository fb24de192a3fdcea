package dev.mortise.tests.deployments;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.AcquireOptions;
import dev.mortise.DistributedLock;
import dev.mortise.DistributedReadWriteLock;
import dev.mortise.Lease;
import dev.mortise.Mortise;
import dev.mortise.ReleaseOutcome;
import dev.mortise.redis.RedisMortise;
import dev.mortise.testkit.RedisProcess;
import dev.mortise.testkit.SentinelDeployment;
import dev.mortise.testkit.junit.SentinelExtension;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The master changes while locks are held, waited for and released. */
@SuppressWarnings("try") // what is held is held for its time
final class SentinelFailoverTest extends OnNodes {
    @RegisterExtension
    static final SentinelExtension sentinels = SentinelExtension.create();

    /** Longer than a failover takes of which the election must be repeated, so that there is time to renew then. */
    private static final Duration LONG = Duration.ofSeconds(12);

    private static final Duration SHORT = Duration.ofSeconds(3);

    /** How a master is replaced. */
    enum Trouble {
        PLANNED,
        KILLED,
        FROZEN;

        /** The former master. */
        RedisProcess befalls(SentinelDeployment deployment) {
            RedisProcess old = deployment.master();
            // What was granted a moment ago is to be kept: Sentinel promises that only of what was copied.
            deployment.replicas().forEach(replica -> OnNodes.untilCopied(old, replica));
            switch (this) {
                case PLANNED -> deployment.failover();
                case KILLED -> old.kill();
                case FROZEN -> old.pause();
            }
            deployment.awaitFailoverFrom(old);
            return old;
        }
    }

    private Mortise client(Duration lease) {
        return closing(RedisMortise.builder()
                .uri(sentinels.uri())
                .lease(lease)
                .commandTimeout(TIMEOUT)
                .build());
    }

    @ParameterizedTest
    @EnumSource(Trouble.class)
    void a_lease_goes_on_under_its_token_and_waiters_come_after_it(Trouble trouble) throws Exception {
        Mortise here = client(LONG);
        Mortise there = client(LONG);
        Lease held = here.lock("f").acquire();
        CompletableFuture<Lease> waiting = inThread(() -> there.lock("f").acquire());
        untilWaiting(here.lock("f"), 1);
        RedisProcess old = trouble.befalls(sentinels.deployment());

        Mortise newcomer = client(LONG);
        CompletableFuture<Optional<Lease>> free = inThread(() -> grantedAfterQuiet(newcomer.lock("free")));
        untilHeldUnder(newcomer.lock("f"), held.fencingToken());
        if (trouble == Trouble.FROZEN) {
            old.resume();
        }
        assertThat(get(free)).isPresent();
        // Longer than the quiet period, so only renewals on the new master have kept it.
        assertThat(held.isValid()).isTrue();
        assertThat(waiting).isNotDone();
        assertThat(held.release()).isEqualTo(ReleaseOutcome.RELEASED);
        Lease next = get(waiting);
        assertThat(next.fencingToken()).isGreaterThan(held.fencingToken());
        assertThat(next.release()).isEqualTo(ReleaseOutcome.RELEASED);
        get(free).orElseThrow().close();
        untilNothingIsLeft();
    }

    @ParameterizedTest
    @EnumSource(Trouble.class)
    void nobody_has_the_lock_beside_a_lease_that_is_valid(Trouble trouble) throws Exception {
        Mortise here = client(SHORT);
        Mortise there = client(SHORT);
        Lease held = here.lock("f").acquire();
        CompletableFuture<Boolean> waiting = inThread(() -> isGrantedBeside(held, there));
        untilWaiting(here.lock("f"), 1);
        RedisProcess old = trouble.befalls(sentinels.deployment());
        if (trouble == Trouble.FROZEN) {
            old.resume();
        }
        Mortise newcomer = client(SHORT);
        CompletableFuture<Boolean> coming = inThread(() -> isGrantedBeside(held, newcomer));
        assertThat(get(inThread(() -> grantedAfterQuiet(newcomer.lock("free")))))
                .isPresent();
        held.release();
        assertThat(get(waiting)).as("valid beside one that waited").isFalse();
        assertThat(get(coming)).as("valid beside one that came later").isFalse();
        assertThat(held.isValid()).isFalse();
    }

    /** Waits for the lock; whether there was a moment at which its lease and the other were valid. */
    private static boolean isGrantedBeside(Lease held, Mortise other) throws InterruptedException {
        try (Lease next = other.lock("f").acquire(AcquireOptions.waitUpTo(PATIENCE))) {
            assertThat(next.fencingToken()).isGreaterThan(held.fencingToken());
            return held.isValid() && next.isValid() && held.isValid();
        }
    }

    @ParameterizedTest
    @EnumSource(Trouble.class)
    void permits_and_readers_are_kept(Trouble trouble) throws Exception {
        Mortise here = client(LONG);
        Mortise there = client(LONG);
        Lease two = here.semaphore("s", 3).acquire(2, AcquireOptions.defaults());
        DistributedReadWriteLock files = here.readWriteLock("rw");
        Lease reader = files.readLock().acquire();
        Lease other = there.readWriteLock("rw").readLock().acquire();
        Lease writer = there.readWriteLock("w").writeLock().acquire();
        trouble.befalls(sentinels.deployment());

        Mortise newcomer = client(LONG);
        get(inThread(() -> grantedAfterQuiet(newcomer.lock("free"))))
                .orElseThrow()
                .close();
        for (Lease lease : List.of(two, reader, other, writer)) {
            assertThat(lease.isValid()).isTrue();
        }
        assertThat(newcomer.semaphore("s", 3).tryAcquire(2)).isEmpty();
        newcomer.semaphore("s", 3).acquire(1, AcquireOptions.defaults()).close();
        assertThat(newcomer.readWriteLock("rw").writeLock().tryAcquire()).isEmpty();
        assertThat(newcomer.readWriteLock("w").readLock().tryAcquire()).isEmpty();
        newcomer.readWriteLock("rw").readLock().acquire().close();
        for (Lease lease : List.of(two, reader, other, writer)) {
            assertThat(lease.release()).isEqualTo(ReleaseOutcome.RELEASED);
        }
        newcomer.readWriteLock("rw").writeLock().acquire().close();
        untilNothingIsLeft();
    }

    @ParameterizedTest
    @EnumSource(
            value = Trouble.class,
            names = {"KILLED", "FROZEN"})
    void a_release_that_meets_a_dead_master_is_done_at_the_next(Trouble trouble) throws Exception {
        Mortise here = client(SHORT);
        Mortise there = client(SHORT);
        Lease held = here.lock("f").acquire();
        CompletableFuture<Lease> waiting = inThread(() -> there.lock("f").acquire());
        untilWaiting(here.lock("f"), 1);
        RedisProcess old = sentinels.deployment().master();
        if (trouble == Trouble.KILLED) {
            old.kill();
        } else {
            old.pause();
        }
        assertThat(held.release()).isEqualTo(ReleaseOutcome.UNKNOWN);
        sentinels.deployment().awaitFailoverFrom(old);
        if (trouble == Trouble.FROZEN) {
            old.resume();
        }
        Lease next = get(waiting);
        assertThat(next.fencingToken()).isGreaterThan(held.fencingToken());
        next.close();
        // If it was the former master that was told of both ends, as it went on, the next user ends them at the new
        // one.
        if (trouble == Trouble.KILLED) {
            sentinels.deployment().restart(old);
        }
        sentinels.deployment().whole();
        try (Lease last = there.lock("f").acquire(AcquireOptions.waitUpTo(PATIENCE))) {
            assertThat(last.fencingToken()).isGreaterThan(held.fencingToken());
        }
        untilNothingIsLeft();
    }

    @Test
    void a_grant_that_never_reached_the_replica_still_excludes_others() throws Exception {
        Mortise here = client(LONG);
        Mortise there = client(LONG);
        SentinelDeployment deployment = sentinels.deployment();
        RedisProcess old = deployment.master();
        RedisProcess replica = deployment.replicas().get(0);
        DistributedLock lock = here.lock("f");
        lock.acquire().close();
        replica.pause();
        // What it has not read yet would reach it when it goes on.
        old.command("CLIENT", "KILL", "TYPE", "replica");
        Lease held = lock.acquire();
        old.kill();
        replica.resume();
        deployment.awaitFailoverFrom(old);
        assertThat(replica.command("EXISTS", "mortise:{f}")).isIn(0L, 1L);
        assertThat(get(inThread(() -> grantedAfterQuiet(there.lock("free"))))).isPresent();
        assertThat(there.lock("f").tryAcquire()).isEmpty();
        assertThat(held.isValid()).isTrue();
        assertThat(held.release()).isEqualTo(ReleaseOutcome.RELEASED);
        Lease next = there.lock("f").acquire();
        assertThat(next.fencingToken()).isGreaterThan(held.fencingToken());
        next.close();
    }

    /** Gets the lock as soon as possible; empty when the master was quiet at that moment. */
    private Optional<Lease> grantedAfterQuiet(DistributedLock lock) throws InterruptedException {
        Lease lease = lock.acquire(AcquireOptions.waitUpTo(PATIENCE));
        RedisProcess master = sentinels.deployment().master();
        Object left = master.command(
                "EVAL",
                "local t = redis.call('TIME') return redis.call('HGET', KEYS[1], 'until') - t[1] * 1000 - t[2] / 1000",
                "1",
                "mortise:meta");
        return left instanceof Long millis && millis <= 0 ? Optional.of(lease) : Optional.empty();
    }

    private static void untilHeldUnder(DistributedLock lock, long token) {
        until("held under its token", () -> isHeldUnder(lock, token));
    }

    private static boolean isHeldUnder(DistributedLock lock, long token) {
        return answered(() -> lock.inspect().holders().stream().anyMatch(holder -> holder.fencingToken() == token));
    }

    private void untilNothingIsLeft() {
        RedisProcess master = sentinels.deployment().master();
        until("nothing is left", () -> master.command("KEYS", "*{*") instanceof List<?> keys && keys.isEmpty());
    }
}
