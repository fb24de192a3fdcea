package dev.mortise.tests.durability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mortise.AcquireOptions;
import dev.mortise.DistributedLock;
import dev.mortise.DistributedReadWriteLock;
import dev.mortise.Durability;
import dev.mortise.Lease;
import dev.mortise.LockUnavailableException;
import dev.mortise.Mortise;
import dev.mortise.internal.script.Script;
import dev.mortise.redis.RedisMortise;
import dev.mortise.testkit.Persistence;
import dev.mortise.testkit.RedisProcess;
import dev.mortise.testkit.junit.RedisExtension;
import dev.mortise.testkit.proxy.Close;
import dev.mortise.testkit.proxy.Fault;
import dev.mortise.testkit.proxy.FaultProxy;
import dev.mortise.testkit.proxy.Request;
import dev.mortise.testkit.resp.RespClient;
import dev.mortise.tests.OnRedis;
import dev.mortise.tests.Stats;
import dev.mortise.tests.StoppedTime;
import io.lettuce.core.RedisClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A lease that was to be copied stands on the replicas when its holder has it, or there is none. */
final class DurabilityTest extends OnRedis {
    @RegisterExtension
    static final RedisExtension redis = RedisExtension.of(RedisProcess.builder().config("repl-diskless-sync-delay 0"));

    /** With a command time-out of 2 s: a replica may say what it has only once a second. */
    private static final Duration LEASE = Duration.ofSeconds(12);

    private static final AcquireOptions ONE = AcquireOptions.defaults().durability(Durability.replicas(1));
    private static final AcquireOptions TWO = AcquireOptions.defaults().durability(Durability.replicas(2));
    private static final int MOST_CONNECTIONS = 8;

    @Override
    protected RedisProcess server() {
        return redis.server();
    }

    @Test
    void whoever_has_the_lease_finds_it_on_the_replicas() throws Exception {
        List<RedisProcess> replicas = replicas(2);
        DistributedLock lock = client(server().uri(), LEASE).lock("a");
        for (int i = 0; i < 50; i++) {
            try (Lease lease = lock.acquire(TWO)) {
                for (RedisProcess replica : replicas) {
                    assertThat(onRecord(replica, "a", lease)).isTrue();
                }
            }
        }
    }

    @Test
    void a_copied_cycle_costs_one_script_and_one_wait_more() throws Exception {
        replicas(1);
        loadScripts();
        DistributedLock lock = client(new StoppedTime("copied"), LEASE, null).lock("a");
        lock.acquire(ONE).close();
        untilAlive(1);
        try (RespClient reader = server().connect()) {
            Stats before = Stats.of(reader);
            for (int i = 0; i < 100; i++) {
                lock.acquire(ONE).close();
            }
            Stats cost = Stats.of(reader).since(before);
            assertThat(cost.count("evalsha")).isEqualTo(300);
            assertThat(cost.count("wait")).isEqualTo(100);
        }
    }

    @Test
    void a_frozen_replica_is_an_error_within_the_bound_and_leaves_the_lock_to_others() throws Exception {
        RedisProcess replica = replicas(1).get(0);
        Mortise client = client(server().uri(), LEASE);
        Mortise other = client(server().uri(), LEASE);
        DistributedLock lock = client.lock("a");
        lock.acquire(ONE).close();
        replica.pause();
        for (Duration wait : List.of(Duration.ZERO, Duration.ofMillis(50), Duration.ofSeconds(3))) {
            // It ends while the replica is frozen, as nobody thaws it before.
            CompletableFuture<Optional<Lease>> once = inThread(() -> lock.tryAcquire(ONE.maxWait(wait)));
            assertThat(failure(once))
                    .isInstanceOf(LockUnavailableException.class)
                    .hasMessageContaining("granted, but copied to 0 of 1 replicas")
                    .hasMessageContaining("given back");
            assertThat(lock.isLocked()).isFalse();
        }
        assertThat(failure(inThread(() -> lock.acquire(ONE)))).isInstanceOf(LockUnavailableException.class);
        other.lock("a").tryAcquire().orElseThrow().close();
        replica.resume();
        lock.acquire(ONE).close();
    }

    @Test
    void as_many_as_are_wanted_must_have_it_and_no_more() throws Exception {
        List<RedisProcess> replicas = replicas(2);
        DistributedLock lock = client(server().uri(), LEASE).lock("a");
        lock.acquire(TWO).close();
        replicas.get(0).pause();
        try (Lease lease = lock.acquire(ONE)) {
            assertThat(onRecord(replicas.get(1), "a", lease)).isTrue();
        }
        assertThat(failure(inThread(() -> lock.acquire(TWO)))).hasMessageContaining("copied to 1 of 2 replicas");
    }

    @Test
    void a_grant_of_which_the_reply_was_lost_claims_no_copies_when_it_is_repeated() throws Exception {
        RedisProcess replica = replicas(1).get(0);
        for (Close how : Close.values()) {
            FaultProxy proxy = closing(FaultProxy.to(server()));
            DistributedLock lock = client(proxy.uri(), LEASE).lock("a" + how);
            lock.acquire(ONE).close();
            replica.pause();
            Fault fault = proxy.dropNextReply(second(Script.ACQUIRE), how);
            CompletableFuture<Lease> acquiring = inThread(() -> lock.acquire(ONE));
            assertThat(fault.awaitHit(PATIENCE)).isTrue();
            assertThat(failure(acquiring)).isInstanceOf(LockUnavailableException.class);
            assertThat(lock.isLocked()).isFalse();
            replica.resume();
            Fault again = proxy.dropNextReply(second(Script.ACQUIRE), how);
            try (Lease lease = get(inThread(() -> lock.acquire(ONE)))) {
                assertThat(again.hits()).isEqualTo(1);
                assertThat(onRecord(replica, "a" + how, lease)).isTrue();
            }
        }
    }

    /** As the driver repeats commands after a reconnect, unless it is told not to. */
    @Test
    void a_driver_that_sends_the_wait_again_on_a_new_connection_makes_nobody_believe_it() throws Exception {
        RedisProcess replica = replicas(1).get(0);
        FaultProxy proxy = closing(FaultProxy.to(server()));
        RedisClient shared = RedisClient.create(proxy.uri());
        closing(() -> shared.shutdown(0, 1, TimeUnit.SECONDS));
        Mortise client = closing(RedisMortise.builder()
                .client(shared)
                .lease(Duration.ofSeconds(60))
                .commandTimeout(Duration.ofSeconds(8))
                .build());
        DistributedLock lock = client.lock("a");
        lock.acquire(ONE).close();
        replica.pause();
        CompletableFuture<Lease> acquiring = inThread(() -> lock.acquire(ONE));
        until("it waits for copies", () -> blocked() == 1);
        proxy.closeAll(Close.FIN);
        assertThat(failure(acquiring)).isInstanceOf(LockUnavailableException.class);
        replica.resume();
        until("it works again", () -> works(lock));
    }

    @Test
    void copied_waiters_take_turns_and_each_is_copied() throws Exception {
        RedisProcess replica = replicas(1).get(0);
        Mortise first = client(server().uri(), LEASE);
        Mortise second = client(server().uri(), LEASE);
        Lease held = first.lock("a").acquire(ONE);
        CompletableFuture<Lease> next = inThread(() -> second.lock("a").acquire(ONE));
        untilWaiting(first.lock("a"), 1);
        CompletableFuture<Lease> last = inThread(() -> first.lock("a").acquire(ONE));
        untilWaiting(first.lock("a"), 2);
        held.release();
        Lease second1 = get(next);
        assertThat(onRecord(replica, "a", second1)).isTrue();
        assertThat(last).isNotDone();
        replica.pause();
        second1.release();
        assertThat(failure(last)).hasMessageContaining("0 of 1 replicas");
        replica.resume();
        until("free", () -> !first.lock("a").isLocked());
    }

    @Test
    void a_grant_that_was_not_copied_goes_to_the_next_who_waits() throws Exception {
        RedisProcess replica = replicas(1).get(0);
        Mortise first = client(server().uri(), LEASE);
        Lease held = first.lock("a").acquire();
        CompletableFuture<Lease> next =
                inThread(() -> client(server().uri(), LEASE).lock("a").acquire(ONE));
        untilWaiting(first.lock("a"), 1);
        CompletableFuture<Lease> last =
                inThread(() -> client(server().uri(), LEASE).lock("a").acquire());
        untilWaiting(first.lock("a"), 2);
        replica.pause();
        held.release();
        assertThat(failure(next)).isInstanceOf(LockUnavailableException.class);
        get(last).release();
    }

    @Test
    void many_threads_at_once_exclude_each_other_on_few_connections_and_leave_none() throws Exception {
        replicas(1);
        int before = connections();
        Mortise client = client(server().uri(), Duration.ofSeconds(30));
        AtomicInteger inside = new AtomicInteger();
        List<CompletableFuture<Boolean>> threads = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            String own = "own" + i;
            threads.add(inThread(() -> {
                for (int round = 0; round < 5; round++) {
                    client.lock(own).acquire(ONE).close();
                    try (Lease shared = client.lock("shared").acquire(ONE)) {
                        assertThat(inside.incrementAndGet()).isEqualTo(1);
                        assertThat(shared.isValid()).isTrue();
                        inside.decrementAndGet();
                    }
                }
                return true;
            }));
        }
        threads.forEach(thread -> assertThat(get(thread)).isTrue());
        assertThat(connections() - before).isBetween(3, 2 + MOST_CONNECTIONS);
        client.close();
        until("no connection is left", () -> connections() == before);
        until("no record is left", () -> lockKeys().isEmpty());
    }

    @Test
    void more_waits_for_copies_than_connections_end_within_the_bound_and_leave_nothing() throws Exception {
        RedisProcess replica = replicas(1).get(0);
        int before = connections();
        Mortise client = client(server().uri(), LEASE);
        replica.pause();
        List<CompletableFuture<Lease>> threads = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            String own = "own" + i;
            threads.add(inThread(() -> client.lock(own).acquire(ONE)));
        }
        threads.forEach(thread -> assertThat(failure(thread)).isInstanceOf(LockUnavailableException.class));
        until("all are given back", () -> locked(client, 40) == 0);
        assertThat(connections() - before).isLessThanOrEqualTo(2 + 2 * MOST_CONNECTIONS);
        client.close();
        until("no connection is left", () -> connections() == before);
    }

    @Test
    void a_client_that_closes_while_copies_are_waited_for_ends_that() throws Exception {
        RedisProcess replica = replicas(1).get(0);
        int before = connections();
        Mortise client = closing(RedisMortise.builder()
                .uri(server().uri())
                .lease(Duration.ofMinutes(6))
                .commandTimeout(Duration.ofMinutes(1))
                .build());
        replica.pause();
        CompletableFuture<Lease> acquiring = inThread(() -> client.lock("a").acquire(ONE));
        until("it waits for copies", () -> blocked() == 1);
        client.close();
        assertThat(failure(acquiring))
                .isInstanceOf(LockUnavailableException.class)
                .hasMessageContaining("closed");
        until("no connection is left", () -> connections() == before);
        assertThat(client().lock("a").isLocked()).isFalse();
    }

    @Test
    void an_interrupt_while_copies_are_waited_for_gives_the_lock_back_first() throws Exception {
        RedisProcess replica = replicas(1).get(0);
        DistributedLock lock = client(server().uri(), Duration.ofMinutes(1)).lock("a");
        replica.pause();
        CompletableFuture<Boolean> freed = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                lock.acquire(ONE).close();
            } catch (InterruptedException e) {
                freed.complete(!lock.isLocked());
            }
        });
        thread.start();
        until("it waits for copies", () -> blocked() == 1);
        thread.interrupt();
        assertThat(get(freed)).isTrue();
    }

    @Test
    void readers_writers_permits_and_several_locks_are_copied_alike() throws Exception {
        RedisProcess replica = replicas(1).get(0);
        Mortise client = client(server().uri(), LEASE);
        DistributedReadWriteLock lock = client.readWriteLock("rw");
        Lease read = lock.readLock().acquire(ONE);
        assertThat(onRecord(replica, "rw", read)).isTrue();
        Lease write = lock.upgrade(read, ONE);
        assertThat(write.isValid()).isTrue();
        write.release();
        try (Lease permits = client.semaphore("s", 3).acquire(2, ONE);
                Lease all = client.allOf("x", "y").acquire(ONE)) {
            assertThat(onRecord(replica, "s", permits)).isTrue();
            assertThat(replica.command("EXISTS", "mortise:{x}", "mortise:{y}")).isEqualTo(2L);
            assertThat(all.isValid()).isTrue();
        }
        Lease reading = lock.readLock().acquire();
        replica.pause();
        assertThatThrownBy(() -> lock.upgrade(reading, ONE)).isInstanceOf(LockUnavailableException.class);
        assertThat(reading.isValid()).isTrue();
        lock.readLock().tryAcquire().orElseThrow().close();
        reading.release();
    }

    @Test
    void what_the_server_cannot_do_is_named_with_its_version() throws Exception {
        Map<String, String> info = server().info("server");
        String version = String.valueOf(info.get("redis_version"));
        boolean hasWaitAof = !version.matches("7\\.0\\..*");
        RedisProcess persistent = closing(
                RedisProcess.builder().persistence(Persistence.AOF_ALWAYS).start());
        AcquireOptions toFile = AcquireOptions.noWait().durability(Durability.aof(1, 0));
        DistributedLock lock = client(persistent.uri(), LEASE).lock("a");
        if (hasWaitAof) {
            lock.acquire(toFile).close();
            assertThat(failure(inThread(
                            () -> client(server().uri(), LEASE).lock("a").acquire(toFile))))
                    .isInstanceOf(LockUnavailableException.class)
                    .hasMessageContaining("appendonly");
        } else {
            assertThat(failure(inThread(() -> lock.tryAcquire(toFile))))
                    .isInstanceOf(LockUnavailableException.class)
                    .hasMessageContaining("WAITAOF")
                    .hasMessageContaining("7.2")
                    .hasMessageContaining("Redis " + version);
        }
        assertThat(lock.isLocked()).isFalse();
    }

    @Test
    void the_default_of_a_client_is_copied_too() throws Exception {
        RedisProcess replica = replicas(1).get(0);
        DistributedLock lock =
                closing(builder().durability(Durability.replicas(1)).build()).lock("a");
        Lease lease = lock.tryAcquire().orElseThrow();
        assertThat(onRecord(replica, "a", lease)).isTrue();
        lease.release();
    }

    private List<RedisProcess> replicas(int count) {
        List<RedisProcess> replicas = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            replicas.add(closing(RedisProcess.builder()
                    .config("replicaof 127.0.0.1 " + server().port())
                    .start()));
        }
        try (RespClient writer = server().connect()) {
            until("the replicas follow", () -> {
                writer.command("SET", "probe", "");
                return Long.valueOf(count).equals(writer.command("WAIT", String.valueOf(count), "100"));
            });
            writer.command("DEL", "probe");
        }
        return replicas;
    }

    private static boolean onRecord(RedisProcess on, String lock, Lease lease) {
        return Long.valueOf(1).equals(on.command("HEXISTS", "mortise:{" + lock + "}", "h:" + lease.id()));
    }

    /** The second run of it from now on: the first one asks, the second is copied. */
    private static Predicate<Request> second(Script script) {
        AtomicInteger seen = new AtomicInteger();
        return request -> request.command().equals("EVALSHA")
                && request.arguments().contains(script.sha())
                && seen.incrementAndGet() == 2;
    }

    private boolean works(DistributedLock lock) {
        try {
            return lock.tryAcquire(ONE.maxWait(Duration.ZERO))
                    .map(Lease::release)
                    .isPresent();
        } catch (LockUnavailableException notYet) {
            return false;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private long locked(Mortise client, int count) {
        long locked = 0;
        for (int i = 0; i < count; i++) {
            locked += client.lock("own" + i).isLocked() ? 1 : 0;
        }
        return locked;
    }

    private int connections() {
        return Integer.parseInt(server().info("clients").get("connected_clients"));
    }

    private int blocked() {
        return Integer.parseInt(server().info("clients").get("blocked_clients"));
    }
}
