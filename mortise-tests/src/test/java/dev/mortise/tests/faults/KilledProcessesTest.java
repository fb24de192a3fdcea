package dev.mortise.tests.faults;

import static dev.mortise.testkit.contract.Kept.kept;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.AcquireOptions;
import dev.mortise.DistributedLock;
import dev.mortise.Lease;
import dev.mortise.LeaseTicket;
import dev.mortise.Mortise;
import dev.mortise.ReleaseOutcome;
import dev.mortise.Renewal;
import dev.mortise.internal.script.Script;
import dev.mortise.testkit.RedisProcess;
import dev.mortise.testkit.junit.RedisExtension;
import dev.mortise.testkit.process.OtherJvm;
import dev.mortise.testkit.process.PendingGrant;
import dev.mortise.testkit.proxy.FaultProxy;
import dev.mortise.testkit.proxy.Request;
import dev.mortise.testkit.resp.RespClient;
import dev.mortise.tests.OnRedis;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Other processes that are killed or frozen while they hold or wait. */
final class KilledProcessesTest extends OnRedis {
    @RegisterExtension
    static final RedisExtension redis = RedisExtension.create();

    private static final Duration LEASE = Duration.ofMillis(2400);
    private static final Duration TIMEOUT = Duration.ofMillis(400);

    @Override
    protected RedisProcess server() {
        return redis.server();
    }

    @Test
    void the_lock_of_a_killed_holder_is_had_at_the_end_of_its_lease() throws Exception {
        DistributedLock lock = client().lock("holder");
        try (OtherJvm holder = OtherJvm.start(server().uri(), TIMEOUT)) {
            long token = holder.acquire("holder", LEASE);
            CompletableFuture<long[]> waiter = inThread(() -> {
                Lease lease = lock.acquire();
                long now = System.nanoTime();
                lease.close();
                return new long[] {now, lease.fencingToken()};
            });
            untilWaiting(lock, 1);
            holder.kill();
            until("it is dead", () -> !holder.isAlive());
            long ends = System.nanoTime()
                    + lock.inspect().holders().get(0).expiresIn().orElseThrow().toNanos();
            long[] granted = get(waiter);
            System.out.printf(
                    "FIGURES | P11 | obtained after kill -9: %.1f ms past the end of the lease%n",
                    (granted[0] - ends) / 1e6);
            assertThat(granted[1]).isGreaterThan(token);
        }
        until("nothing is left", () -> lockKeys().isEmpty());
    }

    @Test
    void behind_killed_waiters_the_next_gets_the_lock_at_the_release_without_asking() throws Exception {
        loadScripts();
        DistributedLock here = client().lock("waiter");
        FaultProxy proxy = closing(FaultProxy.to(server()));
        Mortise there = client(proxy.uri(), Duration.ofSeconds(30));
        Lease held = here.acquire();
        try (OtherJvm dead = OtherJvm.start(server().uri())) {
            dead.beginAcquire("waiter", Duration.ofSeconds(30), Renewal.ON);
            untilWaiting(here, 1);
            CompletableFuture<Lease> next = inThread(() -> there.lock("waiter").acquire());
            untilWaiting(here, 2);
            dead.kill();
            until("the server knows", () -> inboxes() == 2);
            proxy.swallowRequests(Request.argument(Script.ACQUIRE.sha()));
            held.release();
            Lease granted = get(next);
            assertThat(granted.fencingToken()).isGreaterThan(held.fencingToken());
            assertThat(granted.release()).isEqualTo(ReleaseOutcome.RELEASED);
        }
    }

    @Test
    void behind_many_waiters_that_are_gone_the_next_gets_the_lock_at_the_release() throws Exception {
        DistributedLock here = client().lock("many");
        Lease held = here.acquire();
        try (FaultProxy proxy = FaultProxy.to(server())) {
            for (int gone = 1; gone <= 12; gone++) {
                kept(client(proxy.uri(), LEASE).lock("many").acquireAsync(AcquireOptions.defaults()));
                untilWaiting(here, gone);
            }
        }
        until("the server knows", () -> inboxes() == 1);
        CompletableFuture<Lease> next = inThread(() ->
                client(server().uri(), Duration.ofSeconds(30)).lock("many").acquire());
        untilWaiting(here, 13);
        held.release();
        assertThat(get(next).fencingToken()).isGreaterThan(held.fencingToken());
    }

    @Test
    @SuppressWarnings("try") // it dies on the way
    void where_somebody_hears_everything_the_dead_cost_one_claim() throws Exception {
        DistributedLock here = client().lock("heard");
        Lease held = here.acquire();
        try (RespClient listener = RespClient.connect(server().host(), server().port(), PATIENCE)) {
            listener.send("PSUBSCRIBE", "*");
            try (FaultProxy proxy = FaultProxy.to(server())) {
                for (int gone = 1; gone <= 6; gone++) {
                    kept(client(proxy.uri(), LEASE).lock("heard").acquireAsync(AcquireOptions.defaults()));
                    untilWaiting(here, gone);
                }
                // Each has asked again, so that the server knows when that was.
                until("they have asked", () -> !record("heard").contains("\t0\t0\t"));
            }
            CompletableFuture<Lease> next = inThread(() ->
                    client(server().uri(), Duration.ofSeconds(30)).lock("heard").acquire());
            untilWaiting(here, 7);
            held.release();
            assertThat(next.get(18, TimeUnit.SECONDS).isValid()).isTrue();
        }
    }

    private String record(String lock) {
        return String.valueOf(server().command("HGETALL", "mortise:{" + lock + "}"));
    }

    @Test
    void a_frozen_holder_knows_that_it_has_lost_before_it_can_believe_otherwise() throws Exception {
        DistributedLock lock = client().lock("frozen");
        try (OtherJvm holder = OtherJvm.start(server().uri(), TIMEOUT)) {
            long token = holder.acquire("frozen", LEASE);
            assertThat(holder.isValid("frozen")).isTrue();
            holder.pause();
            Lease next = lock.acquire(PATIENCE);
            holder.resume();
            assertThat(holder.isValid("frozen")).isFalse();
            assertThat(holder.release("frozen")).isEqualTo(ReleaseOutcome.LOST);
            assertThat(holder.fencingToken("frozen")).isEqualTo(token).isLessThan(next.fencingToken());
            assertThat(next.isValid()).isTrue();
            assertThat(lock.isLocked()).isTrue();
            assertThat(next.release()).isEqualTo(ReleaseOutcome.RELEASED);
        }
    }

    @Test
    void a_frozen_waiter_costs_the_others_its_claim_and_no_more() throws Exception {
        DistributedLock lock = client().lock("stopped");
        Lease held = lock.acquire();
        try (OtherJvm frozen = OtherJvm.start(server().uri())) {
            PendingGrant waiting = frozen.beginAcquire("stopped", Duration.ofSeconds(30), Renewal.ON);
            untilWaiting(lock, 1);
            // An answer that it had not read before would come too late, and the wait would end. Answers come in order.
            frozen.acquire("answered");
            frozen.pause();
            CompletableFuture<Lease> next = inThread(() -> lock.acquire());
            untilWaiting(lock, 2);
            held.release();
            Lease granted = get(next);
            granted.release();
            frozen.resume();
            assertThat(waiting.awaitGranted(PATIENCE)).isGreaterThan(granted.fencingToken());
        }
        until("nothing is left", () -> lockKeys().isEmpty());
    }

    @Test
    void a_lease_passes_between_processes_by_its_ticket() throws Exception {
        DistributedLock lock = client().lock("ticket");
        try (OtherJvm other = OtherJvm.start(server().uri());
                Mortise here = builder().build()) {
            long token = other.acquire("ticket");
            Lease adopted = here.adopt(LeaseTicket.decode(other.detach("ticket")));
            assertThat(adopted.fencingToken()).isEqualTo(token);
            other.kill();
            assertThat(other.isAlive()).isFalse();
            assertThat(lock.tryAcquire()).isEmpty();
            assertThat(adopted.release()).isEqualTo(ReleaseOutcome.RELEASED);
        }
    }

    private int inboxes() {
        return server().command("PUBSUB", "CHANNELS", "mortise:inbox:*") instanceof List<?> list ? list.size() : 0;
    }
}
