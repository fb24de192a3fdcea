package dev.mortise.tests.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mortise.AcquireOptions;
import dev.mortise.DistributedLock;
import dev.mortise.DistributedReadWriteLock;
import dev.mortise.Lease;
import dev.mortise.LeaseLoss;
import dev.mortise.LockUnavailableException;
import dev.mortise.Mortise;
import dev.mortise.QuorumMortise;
import dev.mortise.ReleaseOutcome;
import dev.mortise.redis.RedisMortise;
import dev.mortise.testkit.IndependentMasters;
import dev.mortise.testkit.RedisProcess;
import dev.mortise.testkit.junit.RedisExtension;
import dev.mortise.tests.OnRedis;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A script that fails inside, for another reason than that the record is damaged: nothing is known by that. */
final class ScriptErrorsTest extends OnRedis {
    private static final Duration LEASE = Duration.ofSeconds(6);

    @RegisterExtension
    static final RedisExtension redis = RedisExtension.create();

    @Override
    protected RedisProcess server() {
        return redis.server();
    }

    @AfterEach
    void nobodyIsRestricted() {
        server().command("ACL", "DELUSER", "app");
        server().command("FLUSHALL");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-hset", "-@write", "-pexpire", "-hmget"})
    void a_right_that_is_missing_for_a_moment_costs_no_lease(String taken) throws Exception {
        Mortise client = asApp(server());
        List<Lease> held = leases(client);
        long failed = failures();
        server().command("ACL", "SETUSER", "app", taken);
        until("renewals of all were refused", () -> failures() >= failed + 2);
        assertThat(held).allMatch(Lease::isValid);
        server().command("ACL", "SETUSER", "app", "+@all");
        held.forEach(lease -> lease.ensure(LEASE.dividedBy(2)));
        assertThat(held).allMatch(Lease::isValid);
        held.forEach(Lease::close);
        assertThat(lockKeys()).isEmpty();
    }

    @Test
    void a_lease_whose_renewals_fail_until_its_end_is_lost_for_that_reason_and_never_freed_before() {
        Mortise client = asApp(server());
        Lease held = client.lock("held").tryAcquire().orElseThrow();
        server().command("ACL", "SETUSER", "app", "-hset");
        LeaseLoss loss = get(held.lost().toCompletableFuture());
        assertThat(loss.cause()).isEqualTo(LeaseLoss.Cause.UNREACHABLE);
        assertThat(loss.detail()).contains("can't run this command").doesNotContain("user_script");
    }

    @Test
    void an_extension_that_fails_inside_says_so_and_loses_nothing() {
        Mortise client = asApp(server());
        Lease held = client.lock("held").tryAcquire().orElseThrow();
        server().command("ACL", "SETUSER", "app", "-hset");
        assertThatThrownBy(() -> held.extend(LEASE.multipliedBy(2)))
                .isInstanceOf(LockUnavailableException.class)
                .hasMessageContaining("can't run this command");
        assertThat(held.isValid()).isTrue();
    }

    @Test
    void a_wait_outlasts_it() {
        Mortise client = asApp(server());
        Lease other =
                client().lock("wanted").acquireAsync(AcquireOptions.defaults()).join();
        CompletableFuture<Lease> waiting = client.lock("wanted").acquireAsync(AcquireOptions.defaults());
        untilWaiting(client().lock("wanted"), 1);
        long failed = failures();
        server().command("ACL", "SETUSER", "app", "-hset");
        until("its poll failed", () -> failures() > failed);
        server().command("ACL", "SETUSER", "app", "+@all");
        other.release();
        assertThat(get(waiting).isValid()).isTrue();
    }

    @Test
    void an_acquire_that_was_half_done_leaves_nothing() {
        Mortise client = asApp(server());
        server().command("ACL", "SETUSER", "app", "-pexpire");
        assertThatThrownBy(() -> client.lock("half").tryAcquire())
                .isInstanceOf(LockUnavailableException.class)
                .hasMessageContaining("can't run this command");
        server().command("ACL", "SETUSER", "app", "+@all");
        until("it is free", () -> client().lock("half").tryAcquire().isPresent());
    }

    @ParameterizedTest
    @ValueSource(strings = {"-hdel", "-hset", "-@write"})
    void a_release_that_fails_in_the_middle_lets_one_in_and_no_more(String taken) {
        Lease held = asApp(server()).lock("passed").tryAcquire().orElseThrow();
        DistributedLock here = client().lock("passed");
        CompletableFuture<Lease> first = here.acquireAsync(AcquireOptions.defaults());
        untilWaiting(here, 1);
        CompletableFuture<Lease> second = client().lock("passed").acquireAsync(AcquireOptions.defaults());
        untilWaiting(here, 2);
        long failed = failures();
        server().command("ACL", "SETUSER", "app", taken);
        held.releaseAsync();
        until("it was refused", () -> failures() > failed);
        server().command("ACL", "SETUSER", "app", "+@all");
        Lease next = get(first);
        assertThat(here.inspect().holders()).hasSize(1);
        until(
                "it was released again",
                () -> !held.isValid() && here.inspect().waiters().size() == 1);
        assertThat(second).isNotDone();
        assertThat(next.release()).isEqualTo(ReleaseOutcome.RELEASED);
        assertThat(get(second).isValid()).isTrue();
    }

    @Test
    void what_is_damaged_is_lost_alone() {
        Mortise client = asApp(server());
        Lease damaged = client.lock("damaged").tryAcquire().orElseThrow();
        Lease counted = client.lock("counted").tryAcquire().orElseThrow();
        Lease foreign = client.lock("foreign").tryAcquire().orElseThrow();
        Lease whole = client.lock("whole").tryAcquire().orElseThrow();
        server().command("HSET", "mortise:{damaged}", "v", "nonsense");
        server().command("HSET", "mortise:{counted}", "v", "1:m:1 many 5 0 1 1 0 0 0");
        server().command("SET", "mortise:{foreign}", "a string");
        for (Lease lost : List.of(damaged, counted, foreign)) {
            assertThat(get(lost.lost().toCompletableFuture()).cause()).isEqualTo(LeaseLoss.Cause.GONE);
        }
        assertThat(whole.isValid()).isTrue();
        server().command("FLUSHALL");
    }

    @Test
    void nodes_of_a_quorum_likewise() throws Exception {
        try (IndependentMasters masters = IndependentMasters.start(3)) {
            masters.nodes().forEach(node -> node.command("ACL", "SETUSER", "app", "on", ">p", "~*", "&*", "+@all"));
            String[] uris = masters.nodes().stream().map(ScriptErrorsTest::uri).toArray(String[]::new);
            try (QuorumMortise client = quorum(uris)) {
                Lease held = client.lock("held").tryAcquire().orElseThrow();
                Lease lost = client.lock("lost").tryAcquire().orElseThrow();
                masters.nodes().forEach(node -> node.command("ACL", "SETUSER", "app", "-hset"));
                assertThatThrownBy(() -> held.ensure(LEASE)).isInstanceOf(LockUnavailableException.class);
                assertThat(held.isValid()).isTrue();
                held.close();
                LeaseLoss loss = get(lost.lost().toCompletableFuture());
                assertThat(loss.cause()).isEqualTo(LeaseLoss.Cause.UNREACHABLE);
                assertThat(loss.detail()).contains("can't run this command");
            }
        }
    }

    private static QuorumMortise quorum(String... uris) {
        var builder = RedisMortise.quorumBuilder().lease(LEASE).nodeTimeout(Duration.ofMillis(250));
        for (String uri : uris) {
            builder.node(uri);
        }
        return builder.build();
    }

    /** Of all kinds, with an end and without. */
    private static List<Lease> leases(Mortise client) throws InterruptedException {
        AcquireOptions endless = AcquireOptions.noWait().untilReleased();
        DistributedReadWriteLock shared = client.readWriteLock("shared");
        List<Lease> held = new ArrayList<>();
        held.add(client.lock("mutex").tryAcquire().orElseThrow());
        held.add(shared.readLock().tryAcquire().orElseThrow());
        held.add(client.readWriteLock("written").writeLock().tryAcquire().orElseThrow());
        held.add(client.semaphore("permits", 5).tryAcquire(2).orElseThrow());
        held.add(client.allOf("one", "other").tryAcquire().orElseThrow());
        held.add(client.lock("endless").tryAcquire(endless).orElseThrow());
        return held;
    }

    private Mortise asApp(RedisProcess server) {
        server.command("ACL", "SETUSER", "app", "on", ">p", "~*", "&*", "+@all");
        return closing(RedisMortise.builder()
                .uri(uri(server))
                .lease(LEASE)
                .commandTimeout(Duration.ofSeconds(1))
                .build());
    }

    private static String uri(RedisProcess server) {
        return "redis://app:p@" + server.host() + ":" + server.port();
    }

    /** How many denials the server has counted. */
    private long failures() {
        Object log = server().command("ACL", "LOG");
        return log instanceof List<?> entries
                ? entries.stream()
                        .mapToLong(entry -> entry instanceof List<?> fields ? (Long) fields.get(1) : 0)
                        .sum()
                : 0;
    }
}
