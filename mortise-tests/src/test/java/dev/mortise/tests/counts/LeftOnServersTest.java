package dev.mortise.tests.counts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.AcquireOptions;
import dev.mortise.DistributedLock;
import dev.mortise.Lease;
import dev.mortise.Mortise;
import dev.mortise.ReleaseOutcome;
import dev.mortise.internal.script.Script;
import dev.mortise.testkit.RedisProcess;
import dev.mortise.testkit.junit.RedisExtension;
import dev.mortise.testkit.proxy.Close;
import dev.mortise.testkit.proxy.Fault;
import dev.mortise.testkit.proxy.FaultProxy;
import dev.mortise.testkit.proxy.Request;
import dev.mortise.tests.OnRedis;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What a lock leaves on the server that nobody holds any more or waits for: nothing, but a tombstone where a request may come
 * yet.
 */
final class LeftOnServersTest extends OnRedis {
    @RegisterExtension
    static final RedisExtension redis = RedisExtension.create();

    private static final Duration LEASE = Duration.ofSeconds(30);
    private static final Predicate<Request> ACQUIRE = Request.argument(Script.ACQUIRE.sha());
    private static final Predicate<Request> WITHDRAW = Request.argument(Script.WITHDRAW.sha());
    private static final int CYCLES = 2_000;

    private final FaultProxy proxy = closing(FaultProxy.to(server()));

    @Override
    protected RedisProcess server() {
        return redis.server();
    }

    @BeforeEach
    void warm() {
        loadScripts();
    }

    @Test
    void a_lock_that_two_clients_hand_to_and_fro_leaves_nothing() {
        handToAndFro(notPassing().lock("a"), notPassing().lock("a"));
    }

    @Test
    void a_write_lock_that_two_clients_hand_to_and_fro_leaves_nothing() {
        handToAndFro(
                notPassing().readWriteLock("a").writeLock(),
                notPassing().readWriteLock("a").writeLock());
    }

    @Test
    void a_semaphore_that_two_clients_hand_to_and_fro_leaves_nothing() {
        CyclicBarrier start = new CyclicBarrier(2);
        List<CompletableFuture<Integer>> both = Stream.of(client(), client())
                .map(client -> cycles(() -> client.semaphore("a", 1).acquire(1, AcquireOptions.defaults()), start))
                .toList();
        assertThat(both).allMatch(done -> get(done) == CYCLES);
        assertThat(lockKeys()).isEmpty();
    }

    @Test
    void waits_that_end_while_nothing_goes_wrong_leave_nothing() throws Exception {
        Lease held = client().lock("a").acquire();
        Mortise client = client();
        for (int i = 0; i < 500; i++) {
            client.lock("a").acquireAsync(AcquireOptions.defaults()).cancel(true);
        }
        assertThat(client.lock("a").tryAcquire()).isEmpty();
        untilWaiting(client.lock("a"), 0);
        held.release();
        assertThat(lockKeys()).isEmpty();
    }

    @Test
    void an_acquire_that_was_repeated_over_another_connection_leaves_a_tombstone() throws Exception {
        Fault fault = proxy.dropNextReply(ACQUIRE, Close.RST);
        Lease lease = troubled().acquire();
        assertThat(fault.hits()).isEqualTo(1);
        assertThat(lease.release()).isEqualTo(ReleaseOutcome.RELEASED);
        somethingIsLeft();
        try (Lease next = troubled().acquire()) {
            assertThat(next.fencingToken()).isGreaterThan(lease.fencingToken());
        }
    }

    @Test
    void a_withdrawal_after_the_connection_broke_leaves_a_tombstone() throws Exception {
        Lease held = client().lock("a").acquire();
        DistributedLock lock = troubled();
        Fault fault = proxy.closeAfterNextRequest(ACQUIRE, Close.RST);
        CompletableFuture<Lease> waiter = lock.acquireAsync(AcquireOptions.defaults());
        assertThat(fault.awaitHit(PATIENCE)).isTrue();
        untilWaiting(client().lock("a"), 1);
        waiter.cancel(true);
        untilWaiting(client().lock("a"), 0);
        held.release();
        somethingIsLeft();
    }

    @Test
    void a_withdrawal_that_is_repeated_leaves_a_tombstone() throws Exception {
        Lease held = client().lock("a").acquire();
        CompletableFuture<Lease> waiter = troubled().acquireAsync(AcquireOptions.defaults());
        untilWaiting(client().lock("a"), 1);
        Fault fault = proxy.dropNextReply(WITHDRAW, Close.RST);
        waiter.cancel(true);
        assertThat(fault.awaitHit(PATIENCE)).isTrue();
        held.release();
        until("it is repeated", () -> !isNothingLeft());
    }

    @Test
    void an_acquire_that_the_former_master_did_not_answer_leaves_a_tombstone_at_the_next() {
        RedisProcess next = closing(RedisProcess.start());
        DistributedLock lock = troubled();
        Fault fault = proxy.dropNextReply(ACQUIRE, Close.RST);
        proxy.redirect(next);
        CompletableFuture<Lease> acquire = inThread(lock::acquire);
        assertThat(fault.awaitHit(PATIENCE)).isTrue();
        proxy.closeAll(Close.RST);
        assertThat(get(acquire).release()).isEqualTo(ReleaseOutcome.RELEASED);
        assertThat(next.command("EXISTS", "mortise:{a}")).isEqualTo(1L);
    }

    private void handToAndFro(DistributedLock one, DistributedLock other) {
        CyclicBarrier start = new CyclicBarrier(2);
        List<CompletableFuture<Integer>> both = List.of(cycles(one::acquire, start), cycles(other::acquire, start));
        assertThat(both).allMatch(done -> get(done) == CYCLES);
        assertThat(lockKeys()).isEmpty();
    }

    private static CompletableFuture<Integer> cycles(Acquire acquire, CyclicBarrier start) {
        return inThread(() -> {
            start.await();
            int done = 0;
            while (done < CYCLES) {
                try (Lease lease = acquire.lease()) {
                    done += lease.isValid() ? 1 : 0;
                }
            }
            return done;
        });
    }

    private void somethingIsLeft() {
        assertThat(isNothingLeft()).isFalse();
    }

    private boolean isNothingLeft() {
        return lockKeys().isEmpty();
    }

    private DistributedLock troubled() {
        return client(proxy.uri(), LEASE).lock("a");
    }

    private Mortise notPassing() {
        return closing(builder().localHandOff(0, Duration.ZERO).build());
    }

    private interface Acquire {
        Lease lease() throws InterruptedException;
    }
}
