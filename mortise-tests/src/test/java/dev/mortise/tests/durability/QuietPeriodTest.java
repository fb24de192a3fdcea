package dev.mortise.tests.durability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mortise.AcquireOptions;
import dev.mortise.DistributedLock;
import dev.mortise.Lease;
import dev.mortise.LockUnavailableException;
import dev.mortise.Mortise;
import dev.mortise.ReleaseOutcome;
import dev.mortise.internal.script.Script;
import dev.mortise.testkit.Persistence;
import dev.mortise.testkit.RedisProcess;
import dev.mortise.testkit.junit.RedisExtension;
import dev.mortise.tests.OnRedis;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A server that may have forgotten leases grants nothing until all of them are over. */
@SuppressWarnings("try") // what is held is held for its time
final class QuietPeriodTest extends OnRedis {
    @RegisterExtension
    static final RedisExtension redis = RedisExtension.of(RedisProcess.builder().persistence(Persistence.AOF_ALWAYS));

    private static final Duration QUIET = Duration.ofSeconds(4);

    @Override
    protected RedisProcess server() {
        return redis.server();
    }

    private Mortise quiet() {
        return closing(builder()
                .lease(QUIET)
                .commandTimeout(Duration.ofMillis(500))
                .quietPeriod(QUIET)
                .build());
    }

    @Test
    void a_fresh_server_does_not_wait() {
        assertThat(quiet().lock("q").tryAcquire().map(Lease::release)).contains(ReleaseOutcome.RELEASED);
        assertThat(quiet().lock("q").tryAcquire().map(Lease::release)).contains(ReleaseOutcome.RELEASED);
        assertThat(keys()).hasSize(3).contains("mortise:meta");
    }

    @Test
    void after_a_loss_of_data_holders_keep_what_they_have_and_nothing_new_is_granted() throws Exception {
        Mortise here = quiet();
        Mortise there = quiet();
        Lease held = here.lock("q").acquire();
        long token = held.fencingToken();
        server().restartWithoutData();
        long start = System.nanoTime();
        CompletableFuture<Lease> other = inThread(() -> there.lock("other").acquire());
        CompletableFuture<Lease> same = inThread(() -> there.lock("q").acquire());
        until("taken up again", () -> installed(there.lock("q"), token));
        assertThat(held.isValid()).isTrue();
        assertThat(held.release()).isEqualTo(ReleaseOutcome.RELEASED);
        Lease first = get(other);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(QUIET.minusMillis(1500));
        first.close();
        Lease next = get(same);
        assertThat(next.fencingToken()).isGreaterThan(token);
        next.close();
    }

    @Test
    void nobody_is_granted_while_an_old_lease_is_valid() throws Exception {
        Mortise here = quiet();
        Mortise there = quiet();
        Lease held = here.lock("q").acquire();
        DistributedLock lock = there.lock("q");
        server().command("FLUSHALL");
        for (int i = 0; i < 20; i++) {
            assertThat(lock.tryAcquire()).isEmpty();
        }
        until("taken up again", () -> installed(lock, held.fencingToken()));
        long start = System.nanoTime();
        until(
                "the quiet period is over",
                () -> System.nanoTime() - start > QUIET.plusMillis(500).toNanos());
        assertThat(held.isValid()).isTrue();
        assertThat(lock.tryAcquire()).isEmpty();
        assertThat(held.release()).isEqualTo(ReleaseOutcome.RELEASED);
        try (Lease next = lock.acquire(PATIENCE)) {
            assertThat(next.fencingToken()).isGreaterThan(held.fencingToken());
        }
    }

    @Test
    void a_newcomer_that_meets_a_restarted_server_waits_too() throws Exception {
        Mortise before = quiet();
        Lease held = before.lock("q").acquire();
        server().restartWithData();
        Mortise newcomer = quiet();
        assertThat(newcomer.lock("free").tryAcquire()).isEmpty();
        long start = System.nanoTime();
        newcomer.lock("free").acquire(PATIENCE).close();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofSeconds(1));
        assertThat(held.isValid()).isTrue();
        held.close();
    }

    @Test
    void a_lease_longer_than_the_quiet_period_is_refused() throws Exception {
        DistributedLock lock = quiet().lock("q");
        assertThatThrownBy(() -> lock.acquire(AcquireOptions.defaults().lease(QUIET.plusMillis(1))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("quietPeriod");
        try (Lease lease = lock.acquire()) {
            assertThatThrownBy(() -> lease.extend(QUIET.plusMillis(1)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("quietPeriod");
        }
        assertThatThrownBy(() -> builder().quietPeriod(Duration.ofSeconds(1)).build())
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void whoever_comes_from_another_process_prolongs_the_quiet_period_while_it_lasts() {
        boot("former");
        long first = quietUntil();
        until("a moment later", () -> {
            boot("former");
            return quietUntil() > first;
        });
        long last = quietUntil();
        boot("");
        assertThat(quietUntil()).isEqualTo(last);
        server().command("HSET", "mortise:meta", "until", "1");
        boot("former");
        assertThat(quietUntil()).isEqualTo(1);
    }

    @Test
    void the_longest_quiet_period_that_was_told_counts_for_all() throws Exception {
        Lease held = quiet().lock("q").acquire();
        Mortise hasty = closing(builder()
                .lease(Duration.ofSeconds(1))
                .commandTimeout(Duration.ofMillis(100))
                .quietPeriod(Duration.ofSeconds(1))
                .build());
        hasty.lock("free").acquire(PATIENCE).close();
        server().restartWithData();
        until("it has met the new process", () -> isRefused(hasty));
        assertThat(quietUntil()).isGreaterThan(System.currentTimeMillis() + 1_500);
        held.close();
    }

    @Test
    void a_longer_quiet_period_that_is_told_later_prolongs_the_one_that_lasts() {
        boot("former", 1_000);
        long hasty = quietUntil();
        boot("", 60_000);
        assertThat(quietUntil()).isEqualTo(hasty + 59_000);
        boot("former", 1_000);
        assertThat(quietUntil()).isGreaterThanOrEqualTo(hasty + 59_000);
    }

    private static boolean isRefused(Mortise client) {
        try {
            return client.lock("free").tryAcquire().isEmpty();
        } catch (LockUnavailableException notYet) {
            return false;
        }
    }

    private void boot(String knownRun) {
        boot(knownRun, QUIET.toMillis());
    }

    private void boot(String knownRun, long quietMillis) {
        server().command("EVAL", Script.BOOT.source(), "1", "mortise:meta", knownRun, Long.toString(quietMillis));
    }

    private long quietUntil() {
        return Long.parseLong(String.valueOf(server().command("HGET", "mortise:meta", "until")));
    }

    private static boolean installed(DistributedLock lock, long token) {
        try {
            return lock.inspect().holders().stream().anyMatch(holder -> holder.fencingToken() == token);
        } catch (LockUnavailableException notYet) {
            return false;
        }
    }
}
