package dev.mortise.tests.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mortise.LeaseLoss.Cause;
import dev.mortise.LockTimeoutException;
import dev.mortise.LockUnavailableException;
import dev.mortise.ReleaseOutcome;
import dev.mortise.Renewal;
import dev.mortise.internal.script.Script;
import dev.mortise.interop.InteropLease;
import dev.mortise.interop.InteropLock;
import dev.mortise.interop.InteropLocks;
import dev.mortise.interop.InteropOptions;
import dev.mortise.interop.LockLayout;
import dev.mortise.redis.RedisMortise;
import dev.mortise.testkit.proxy.Close;
import dev.mortise.testkit.proxy.Fault;
import dev.mortise.testkit.proxy.FaultProxy;
import dev.mortise.testkit.proxy.Request;
import dev.mortise.testkit.resp.RespClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** One string for a lock, with a time to live: as redlock, redis-py, ShedLock, Spring Integration and others have it. */
@SuppressWarnings("try") // what is held is held for its time
final class PlainInteropTest extends OnInterop {
    private static final InteropOptions SHORT =
            InteropOptions.defaults().lease(Duration.ofMillis(300)).renewal(Renewal.OFF);

    @ParameterizedTest
    @MethodSource("plainOnes")
    void each_side_excludes_the_other(LockLayout layout) throws Exception {
        InteropLock lock = locks(layout).lock("job");

        InteropLease lease = had(lock.tryAcquire());
        assertThat(redis("TYPE", lock.key())).isEqualTo("string");
        assertThat(at(lock.key())).endsWith(lease.id());
        assertThat(left(lock.key())).isBetween(1L, LEASE.toMillis());
        assertThat(takes(lock.key(), "theirs", 60_000)).isFalse();
        assertThat(lease.release()).isEqualTo(ReleaseOutcome.RELEASED);
        assertThat(exists(lock.key())).isFalse();

        assertThat(takes(lock.key(), "theirs", 60_000)).isTrue();
        assertThat(lock.tryAcquire()).isEmpty();
        assertThat(lock.tryAcquire(Duration.ofMillis(50))).isEmpty();
        assertThat(lock.isLocked()).isTrue();
        assertThat(lock.heldBy()).contains("theirs");
        assertThat(at(lock.key())).isEqualTo("theirs");
        assertThat(gives(lock.key(), "theirs")).isTrue();
        assertThat(lock.heldBy()).isEmpty();
        had(lock.tryAcquire()).close();
    }

    @Test
    void keys_and_values_are_those_of_each_library() throws Exception {
        assertThat(LockLayout.redlock().key("r")).isEqualTo("r");
        assertThat(LockLayout.springIntegration("reg").key("r")).isEqualTo("reg:r");
        assertThat(LockLayout.shedLock("prod").key("r")).isEqualTo("job-lock:prod:r");
        assertThat(LockLayout.shedLock("mine", "prod").key("r")).isEqualTo("mine:prod:r");
        assertThat(LockLayout.pythonRedisLock().key("r")).isEqualTo("lock:r");

        String uuid = "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}";
        try (InteropLease one = locks(LockLayout.redisPy()).lock("a").acquire();
                InteropLease two = locks(LockLayout.aioredlock()).lock("b").acquire();
                InteropLease three =
                        locks(LockLayout.shedLock("prod")).lock("c").acquire()) {
            assertThat(at("a")).matches("[0-9a-f]{32}");
            assertThat(at("b")).matches(uuid);
            assertThat(at("job-lock:prod:c")).matches("ADDED:\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z@[^:]+:" + uuid);
        }
    }

    @Test
    void two_clients_of_one_process_exclude_each_other_and_ids_are_never_used_again() throws Exception {
        InteropLock one = locks(LockLayout.plain()).lock("job");
        InteropLock other = locks(LockLayout.plain()).lock("job");
        InteropLease first = one.acquire();
        assertThat(other.tryAcquire()).isEmpty();
        String id = first.id();
        first.close();
        try (InteropLease second = one.acquire()) {
            assertThat(second.id()).isNotEqualTo(id);
        }
    }

    @Test
    void a_holder_that_died_is_outlived_by_its_time_to_live_only() throws Exception {
        InteropLock lock = locks(LockLayout.plain()).lock("job");
        takes("job", "dead", 400);
        long began = System.nanoTime();
        try (InteropLease lease = lock.acquire(Duration.ofSeconds(20))) {
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(5));
            assertThat(at("job")).isEqualTo(lease.id());
        }
    }

    @Test
    void a_waiter_gets_the_lock_soon_after_the_other_side_gives_it_back() throws Exception {
        InteropLocks locks = locks(LockLayout.plain());
        // Without a time to live, as redis-py has it by default.
        redis("SET", "job", "theirs");
        CompletableFuture<InteropLease> waiting = waiting(locks, "job");
        Thread.sleep(300);
        assertThat(waiting).isNotDone();
        gives("job", "theirs");
        long began = System.nanoTime();
        get(waiting).close();
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(2));
    }

    @Test
    void waiters_of_one_client_get_it_one_after_the_other_and_few_questions_are_asked() throws Exception {
        InteropLocks locks = locks(LockLayout.plain());
        InteropLease held = locks.lock("job").acquire();
        int many = 20;
        List<CompletableFuture<InteropLease>> waiters = new ArrayList<>();
        for (int i = 0; i < many; i++) {
            waiters.add(waiting(locks, "job"));
        }
        redis("CONFIG", "RESETSTAT");
        Thread.sleep(1000);
        assertThat(calls("evalsha")).as("asked in a second by %s waiters", many).isLessThan(20);
        held.close();
        for (int i = 0; i < many; i++) {
            InteropLease next =
                    (InteropLease) get(CompletableFuture.anyOf(waiters.toArray(CompletableFuture<?>[]::new)));
            assertThat(waiters.stream().filter(CompletableFuture::isDone)).hasSize(1);
            waiters.removeIf(CompletableFuture::isDone);
            assertThat(at("job")).isEqualTo(next.id());
            next.close();
        }
        assertThat(exists("job")).isFalse();
    }

    private long calls(String command) {
        return info("commandstats")
                .lines()
                .filter(line -> line.startsWith("cmdstat_" + command + ":calls="))
                .map(line -> line.replaceAll(".*calls=(\\d+),.*", "$1"))
                .mapToLong(Long::parseLong)
                .sum();
    }

    @Test
    void a_wait_in_vain_says_so_and_leaves_what_the_other_has() throws Exception {
        InteropLock lock = locks(LockLayout.plain()).lock("job");
        takes("job", "theirs", 60_000);
        assertThatThrownBy(() -> lock.acquire(Duration.ofMillis(100)))
                .isInstanceOf(LockTimeoutException.class)
                .hasMessageContaining("'job'");
        assertThat(at("job")).isEqualTo("theirs");
    }

    @Test
    void a_lease_is_renewed_and_extended() throws Exception {
        InteropLock lock = locks(LockLayout.plain()).lock("job");
        try (InteropLease lease = lock.acquire(InteropOptions.defaults().lease(Duration.ofMillis(1600)))) {
            Thread.sleep(2500);
            assertThat(lease.isValid()).isTrue();
            assertThat(at("job")).isEqualTo(lease.id());
            lease.extend(Duration.ofMinutes(1));
            assertThat(left("job")).isGreaterThan(30_000);
            lease.extend(Duration.ofSeconds(2));
            assertThat(left("job")).isLessThan(2_001);
            assertThat(lease.ensure(Duration.ofSeconds(1))).isSameAs(lease);
        }
    }

    @Test
    void what_another_has_taken_meanwhile_is_lost_and_stays() throws Exception {
        InteropLock lock = locks(LockLayout.plain()).lock("job");
        InteropLease lease = lock.acquire(SHORT);
        until("it is over", () -> !lease.isValid());
        until("it has expired", () -> !exists("job"));
        takes("job", "theirs", 60_000);
        assertThat(lease.release()).isEqualTo(ReleaseOutcome.LOST);
        assertThat(at("job")).isEqualTo("theirs");
    }

    @Test
    void a_lock_taken_away_under_its_renewal_is_told_as_lost() throws Exception {
        InteropLock lock = locks(LockLayout.plain()).lock("job");
        InteropLease lease = lock.acquire(InteropOptions.defaults().lease(Duration.ofMillis(1600)));
        redis("SET", "job", "theirs", "PX", "60000");
        assertThat(get(lease.lost().toCompletableFuture()).cause()).isEqualTo(Cause.GONE);
        assertThat(lease.isValid()).isFalse();
        assertThat(lease.release()).isEqualTo(ReleaseOutcome.LOST);
        assertThat(at("job")).isEqualTo("theirs");
    }

    @Test
    void something_else_at_the_key_is_left_alone_and_said() {
        InteropLock lock = locks(LockLayout.plain()).lock("job");
        redis("HSET", "job", "field", "value");
        assertThatThrownBy(lock::tryAcquire)
                .isInstanceOf(LockUnavailableException.class)
                .hasMessageContaining("foreign data");
        assertThatThrownBy(() -> lock.acquire(Duration.ofSeconds(5))).isInstanceOf(LockUnavailableException.class);
        assertThatThrownBy(lock::heldBy).isInstanceOf(LockUnavailableException.class);
        assertThat(redis("HGET", "job", "field")).isEqualTo("value");
    }

    @Test
    void a_lock_is_kept_for_a_while_after_its_lease() throws Exception {
        InteropLock lock = locks(LockLayout.shedLock("default")).lock("job");
        InteropLease lease = lock.acquire();
        assertThat(lease.releaseAfter(Duration.ofSeconds(1))).isEqualTo(ReleaseOutcome.RELEASED);
        assertThat(left(lock.key())).isBetween(1L, 1000L);
        assertThat(lock.tryAcquire()).isEmpty();
        had(lock.tryAcquire(Duration.ofSeconds(10))).close();
    }

    @Test
    void a_release_is_told_to_those_who_wait_by_a_registry_of_spring() throws Exception {
        InteropLock lock = locks(LockLayout.springIntegration("reg")).lock("job");
        RespClient registry = closing(RespClient.connect(server().host(), server().port(), PATIENCE));
        registry.command("PSUBSCRIBE", "reg-channel:*");
        lock.acquire().close();
        assertThat(String.valueOf(registry.read()))
                .contains("reg-channel:reg:job")
                .contains("reg:job");
    }

    @Test
    void an_answer_to_an_acquire_that_was_lost_leaves_nothing_behind() throws Exception {
        FaultProxy proxy = proxy();
        InteropLocks patient = closing(RedisMortise.interop(LockLayout.plain())
                .uri(proxy.uri())
                .commandTimeout(Duration.ofSeconds(5))
                .build());
        patient.lock("job").acquire().close();
        Fault lost = proxy.dropNextReply(Request.argument(Script.INTEROP_ACQUIRE.sha()), Close.FIN);
        // There is time to ask again.
        InteropLease lease = had(patient.lock("job").tryAcquire());
        assertThat(lost.hits()).isEqualTo(1);
        assertThat(at("job")).isEqualTo(lease.id());
        lease.close();

        InteropLock lock = locks(LockLayout.plain(), proxy.uri()).lock("job");
        proxy.dropNextReply(Request.argument(Script.INTEROP_ACQUIRE.sha()));
        assertThatThrownBy(lock::tryAcquire).isInstanceOf(LockUnavailableException.class);
        proxy.closeAll(Close.RST);
        until("it was taken back", () -> !exists("job"));
    }

    @Test
    void a_wait_goes_on_after_an_answer_that_was_lost() throws Exception {
        FaultProxy proxy = proxy();
        InteropLocks locks = locks(LockLayout.plain(), proxy.uri());
        takes("job", "theirs", 60_000);
        CompletableFuture<InteropLease> waiting = waiting(locks, "job");
        Fault lost = proxy.dropNextReply(Request.argument(Script.INTEROP_ACQUIRE.sha()), Close.RST);
        assertThat(lost.awaitHit(PATIENCE)).isTrue();
        gives("job", "theirs");
        InteropLease lease = get(waiting);
        assertThat(at("job")).isEqualTo(lease.id());
        assertThat(lease.release()).isEqualTo(ReleaseOutcome.RELEASED);
    }

    @Test
    void a_release_without_an_answer_is_not_known_and_is_repeated() throws Exception {
        FaultProxy proxy = proxy();
        InteropLock lock = locks(LockLayout.plain(), proxy.uri()).lock("job");
        InteropLease lease = lock.acquire();
        Fault never = proxy.swallowRequests(Request.argument(Script.INTEROP_RELEASE.sha()));
        Fault never2 = proxy.swallowRequests(Request.command("EVAL"));
        assertThat(lease.release()).isEqualTo(ReleaseOutcome.UNKNOWN);
        never.disarm();
        never2.disarm();
        proxy.closeAll(Close.RST);
        until("it is released", () -> !exists("job"));
    }

    @Test
    void an_interrupt_and_a_cancel_take_back_what_was_asked_for() throws Exception {
        InteropLocks locks = locks(LockLayout.plain());
        takes("job", "theirs", 60_000);
        Thread[] waiter = new Thread[1];
        CompletableFuture<Optional<InteropLease>> interrupted = inThread(() -> {
            waiter[0] = Thread.currentThread();
            return locks.lock("job").tryAcquire(Duration.ofMinutes(1));
        });
        until("it waits", () -> waiter[0] != null && waiter[0].getState() == Thread.State.TIMED_WAITING);
        CompletableFuture<InteropLease> cancelled = waiting(locks, "job");
        waiter[0].interrupt();
        assertThat(failure(interrupted)).isInstanceOf(InterruptedException.class);
        cancelled.cancel(true);
        gives("job", "theirs");
        Thread.sleep(600);
        assertThat(exists("job")).isFalse();
    }

    @Test
    void a_closed_client_has_given_everything_back() throws Exception {
        InteropLocks locks = locks(LockLayout.plain());
        InteropLease lease = locks.lock("job").acquire();
        assertThat(locks.leases()).hasSize(1);
        CompletableFuture<InteropLease> waiting = waiting(locks, "job");
        locks.close();
        assertThat(get(lease.lost().toCompletableFuture()).cause()).isEqualTo(Cause.CLIENT_CLOSED);
        assertThat(failure(waiting)).isInstanceOf(LockUnavailableException.class);
        assertThat(exists("job")).isFalse();
        assertThatThrownBy(() -> locks.lock("job")).isInstanceOf(IllegalStateException.class);
    }
}
