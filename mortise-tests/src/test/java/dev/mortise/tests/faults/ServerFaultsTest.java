package dev.mortise.tests.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mortise.AcquireOptions;
import dev.mortise.DistributedLock;
import dev.mortise.Lease;
import dev.mortise.LeaseLoss.Cause;
import dev.mortise.LockUnavailableException;
import dev.mortise.Mortise;
import dev.mortise.ReleaseOutcome;
import dev.mortise.WrongKindException;
import dev.mortise.redis.RedisMortise;
import dev.mortise.testkit.RedisProcess;
import dev.mortise.testkit.junit.RedisExtension;
import dev.mortise.tests.OnRedis;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server that is slow, full, strict, restarted in parts, or used by others. */
@SuppressWarnings("try") // what is held is held for its time
final class ServerFaultsTest extends OnRedis {
    @RegisterExtension
    static final RedisExtension redis = RedisExtension.create();

    private static final String KEY = "mortise:{foreign}";

    @Override
    protected RedisProcess server() {
        return redis.server();
    }

    @Test
    void a_server_that_forgets_its_scripts_is_told_them_again() throws Exception {
        Mortise client = client(server().uri(), Duration.ofSeconds(2));
        DistributedLock lock = client.lock("flush");
        for (int i = 0; i < 3; i++) {
            server().command("SCRIPT", "FLUSH");
            Lease lease = lock.acquire();
            server().command("SCRIPT", "FLUSH");
            lease.ensure(Duration.ofMillis(1500));
            CompletableFuture<Lease> waiter = inThread(() -> lock.acquire());
            untilWaiting(lock, 1);
            server().command("SCRIPT", "FLUSH");
            assertThat(lease.release()).isEqualTo(ReleaseOutcome.RELEASED);
            server().command("SCRIPT", "FLUSH");
            assertThat(client().adopt(get(waiter).detach()).release()).isEqualTo(ReleaseOutcome.RELEASED);
        }
        assertThat(lockKeys()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"normal", "pubsub"})
    void killed_connections_end_no_wait(String type) throws Exception {
        DistributedLock here = client().lock("kill");
        DistributedLock there = client().lock("kill");
        for (int i = 0; i < 5; i++) {
            Lease held = here.acquire();
            CompletableFuture<Lease> waiter = inThread(() -> there.acquire());
            untilWaiting(here, 1);
            server().command("CLIENT", "KILL", "TYPE", type);
            assertThat(held.release()).isIn(ReleaseOutcome.RELEASED, ReleaseOutcome.UNKNOWN);
            assertThat(get(waiter).fencingToken()).isGreaterThan(held.fencingToken());
            assertThat(get(waiter).release()).isIn(ReleaseOutcome.RELEASED, ReleaseOutcome.UNKNOWN);
        }
        until("nothing is left", () -> lockKeys().isEmpty());
    }

    @Test
    void a_paused_server_is_waited_for() throws Exception {
        DistributedLock lock = client().lock("pause");
        server().command("CLIENT", "PAUSE", "700", "ALL");
        long start = System.nanoTime();
        try (Lease lease = lock.acquire()) {
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(300));
            assertThat(lease.remaining()).isLessThan(Duration.ofMillis(29_500));
        }
    }

    @Test
    void a_server_that_sleeps_for_too_long_is_unavailable_and_leaves_no_ghost() throws Exception {
        DistributedLock lock = client().lock("sleep");
        lock.acquire().close();
        server().pause();
        assertThatThrownBy(lock::tryAcquire).isInstanceOf(LockUnavailableException.class);
        // It finds the request now.
        server().resume();
        until("nothing is left", () -> lockKeys().isEmpty());
        lock.acquire().close();
    }

    @Test
    void a_lease_ends_here_while_every_socket_hangs() throws Exception {
        Lease lease =
                client(server().uri(), Duration.ofMillis(1500)).lock("hang").acquire();
        server().pause();
        long start = System.nanoTime();
        assertThat(get(lease.lost().toCompletableFuture()).cause()).isIn(Cause.UNREACHABLE, Cause.EXPIRED);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
        assertThat(lease.isValid()).isFalse();
        assertThat(lease.release()).isEqualTo(ReleaseOutcome.LOST);
        server().resume();
        assertThat(lease.isValid()).isFalse();
        until("nothing is left", () -> lockKeys().isEmpty());
    }

    @Test
    void a_full_server_refuses_to_grant_and_still_releases_and_renews() throws Exception {
        Mortise client = client(server().uri(), Duration.ofSeconds(2));
        Mortise other = client(server().uri(), Duration.ofSeconds(2));
        Lease held = client.lock("oom").acquire();
        Lease kept = client.lock("kept").acquire();
        server().command("CONFIG", "SET", "maxmemory", "1mb");
        try {
            assertThatThrownBy(() -> client.lock("more").tryAcquire())
                    .isInstanceOf(LockUnavailableException.class)
                    .hasMessageContaining("OOM");
            assertThatThrownBy(() -> other.lock("oom").tryAcquire(Duration.ofSeconds(1)))
                    .isInstanceOf(LockUnavailableException.class);
            assertThat(held.release()).isEqualTo(ReleaseOutcome.RELEASED);
            kept.ensure(Duration.ofMillis(1500));
            assertThat(kept.release()).isEqualTo(ReleaseOutcome.RELEASED);
            until("nothing is left", () -> lockKeys().isEmpty());
        } finally {
            server().command("CONFIG", "SET", "maxmemory", "0");
        }
        client.lock("more").acquire().close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SET|KEY|x",
                "RPUSH|KEY|x",
                "SADD|KEY|x",
                "ZADD|KEY|1|x",
                "XADD|KEY|*|a|b",
                "HSET|KEY|a|b",
                "HSET|KEY|v|garbage",
                "HSET|KEY|v|1:m:1 1 0 5 0 1 0 0 0|h:someone|garbage",
                "HSET|KEY|v|1:m:1 0 5 0 0 1 1 1 0|q:1|garbage|w:someone|1"
            })
    void foreign_and_damaged_data_is_left_alone(String planted) {
        Mortise client = client(server().uri(), Duration.ofSeconds(2));
        server().command(planted.replace("KEY", KEY).split("\\|"));
        Object before = server().command("DUMP", KEY);
        DistributedLock lock = client.lock("foreign");
        assertThatThrownBy(lock::tryAcquire)
                .isInstanceOf(LockUnavailableException.class)
                .hasMessageContaining("foreign");
        assertThatThrownBy(() -> lock.acquire(Duration.ofSeconds(1))).isInstanceOf(LockUnavailableException.class);
        assertThatThrownBy(() -> client.admin().collect("foreign")).isInstanceOf(LockUnavailableException.class);
        assertThat(server().command("DUMP", KEY)).isEqualTo(before);
    }

    @Test
    void an_idle_record_of_another_format_is_refused() {
        server().command("HSET", KEY, "v", "2:m:1 0 0 0 0 1 0 0 0");
        assertThatThrownBy(() -> client().lock("foreign").tryAcquire()).isInstanceOf(WrongKindException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1:s:5", "1:rw:1000000000", "1:m:2", "2:m:1"})
    void another_kind_under_the_name_is_refused_by_name(String planted) {
        DistributedLock lock = client().lock("foreign");
        server().command("HSET", KEY, "v", planted + " 1 5 0 1 1 0 0 0", "h:someone", "1\t0\t0\t5\t0\t0\t\towner\t");
        Object before = server().command("DUMP", KEY);
        assertThatThrownBy(lock::tryAcquire)
                .isInstanceOf(WrongKindException.class)
                .hasMessageContainingAll("foreign", planted);
        assertThatThrownBy(() -> lock.acquire(Duration.ofSeconds(1))).isInstanceOf(WrongKindException.class);
        assertThat(server().command("DUMP", KEY)).isEqualTo(before);
    }

    @Test
    void a_user_with_the_documented_rights_can_do_everything() throws Exception {
        user(
                "~mortise:*",
                "&mortise:inbox:*",
                "-@all",
                "+evalsha",
                "+eval",
                "+subscribe",
                "+publish",
                "+time",
                "+info",
                "+hmget",
                "+hget",
                "+hgetall",
                "+hlen",
                "+hscan",
                "+hexists",
                "+hset",
                "+hdel",
                "+del",
                "+exists",
                "+pexpire",
                "+hello",
                "+client");
        try (Mortise one = limited();
                Mortise two = limited()) {
            Lease held = one.lock("acl").acquire();
            CompletableFuture<Lease> waiter = inThread(() -> two.lock("acl").acquire());
            untilWaiting(one.lock("acl"), 1);
            held.extend(Duration.ofSeconds(20));
            held.release();
            Lease next = one.adopt(get(waiter).detach());
            assertThat(two.lock("acl").tryAcquire(Duration.ofMillis(20))).isEmpty();
            assertThat(two.admin().collect("acl")).isZero();
            assertThat(two.admin().forceRelease("acl", "test")).isEqualTo(1);
            assertThat(get(next.lost().toCompletableFuture()).cause()).isEqualTo(Cause.FORCED);
        }
    }

    @Test
    void a_user_who_may_not_publish_any_more_hands_on_by_polls() throws Exception {
        user("~mortise:*", "&mortise:*", "+@all");
        try (Mortise limited = limited()) {
            server().command("ACL", "SETUSER", "limited", "-publish");
            DistributedLock lock = limited.lock("acl");
            Lease held = lock.acquire(AcquireOptions.defaults().lease(Duration.ofSeconds(7)));
            CompletableFuture<Lease> waiter = inThread(() -> lock.acquire());
            untilWaiting(lock, 1);
            assertThat(held.release()).isEqualTo(ReleaseOutcome.RELEASED);
            get(waiter).close();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "~mortise:* &mortise:* +@all -evalsha",
                "~other:* &mortise:* +@all",
                "~mortise:* &mortise:* +@all -hset",
                "~mortise:* &mortise:* +@all -subscribe",
                "~mortise:* &other:* +@all"
            })
    void a_user_who_lacks_a_right_is_told_so(String rights) {
        user(rights.split(" "));
        assertThatThrownBy(() -> {
                    try (Mortise limited = limited()) {
                        limited.lock("acl").tryAcquire().ifPresent(Lease::close);
                    }
                })
                .isInstanceOf(LockUnavailableException.class)
                .hasMessageContaining("right")
                .hasMessageNotContaining("secret");
        assertThat(lockKeys()).isEmpty();
    }

    @Test
    void a_wrong_password_is_told_and_not_shown() {
        server().command("ACL", "SETUSER", "limited", "reset", "on", ">secret");
        String wrong = server().uri().replace("redis://", "redis://limited:secret2@");
        assertThatThrownBy(() -> RedisMortise.connect(wrong))
                .isInstanceOf(LockUnavailableException.class)
                .hasMessageContaining("WRONGPASS")
                .hasMessageNotContaining("secret2");
    }

    private void user(String... rights) {
        server().command("ACL", "SETUSER", "limited", "reset");
        List<String> command = new ArrayList<>(List.of("ACL", "SETUSER", "limited", "on", ">secret"));
        command.addAll(List.of(rights));
        server().command(command.toArray(String[]::new));
    }

    private Mortise limited() {
        return RedisMortise.connect(server().uri().replace("redis://", "redis://limited:secret@"));
    }
}
