package dev.mortise.tests.counts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.AcquireOptions;
import dev.mortise.DistributedLock;
import dev.mortise.Lease;
import dev.mortise.LockUnavailableException;
import dev.mortise.Mortise;
import dev.mortise.ReleaseOutcome;
import dev.mortise.internal.script.Script;
import dev.mortise.testkit.RedisProcess;
import dev.mortise.testkit.junit.RedisExtension;
import dev.mortise.testkit.proxy.Close;
import dev.mortise.testkit.proxy.Fault;
import dev.mortise.testkit.proxy.FaultProxy;
import dev.mortise.testkit.proxy.Request;
import dev.mortise.testkit.resp.RespClient;
import dev.mortise.tests.OnRedis;
import dev.mortise.tests.Stats;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Several locks as one on a real server: what it costs, and what a fault of its one request leads to. */
final class AllOfCountsTest extends OnRedis {
    @RegisterExtension
    static final RedisExtension redis = RedisExtension.create();

    private static final String[] FIVE = {"five-a", "five-b", "five-c", "five-d", "five-e"};

    @Override
    protected RedisProcess server() {
        return redis.server();
    }

    @BeforeEach
    void warm() {
        loadScripts();
    }

    @Test
    void five_locks_nobody_uses_are_one_request() throws Exception {
        DistributedLock all = client().allOf(FIVE);
        all.acquire().close();
        int cycles = 50;
        long acquires = 0;
        long releases = 0;
        try (RespClient reader = server().connect()) {
            for (int i = 0; i < cycles; i++) {
                Stats before = Stats.of(reader);
                Lease lease = all.acquire();
                Stats between = Stats.of(reader);
                lease.close();
                acquires += between.since(before).count("evalsha");
                releases += Stats.of(reader).since(between).count("evalsha");
            }
        }
        assertThat(acquires).isEqualTo(cycles);
        assertThat(releases).isEqualTo(5L * cycles);
        assertThat(lockKeys()).isEmpty();
    }

    /** What happens to the one request. */
    enum Trouble {
        LOST_REPLY,
        DUPLICATE,
        LATE_DUPLICATE,
        FIN_BEFORE_REPLY,
        RST_BEFORE_REPLY,
        FIN_BEFORE_EXECUTION,
        RST_BEFORE_EXECUTION,
        SWALLOWED;

        Fault order(FaultProxy proxy, Predicate<Request> operation) {
            return switch (this) {
                case LOST_REPLY -> proxy.dropNextReply(operation);
                case DUPLICATE -> proxy.duplicateNextRequest(operation);
                case LATE_DUPLICATE -> proxy.replayNextRequest(operation, Duration.ofMillis(400));
                case FIN_BEFORE_REPLY -> proxy.dropNextReply(operation, Close.FIN);
                case RST_BEFORE_REPLY -> proxy.dropNextReply(operation, Close.RST);
                case FIN_BEFORE_EXECUTION -> proxy.closeAfterNextRequest(operation, Close.FIN);
                case RST_BEFORE_EXECUTION -> proxy.closeAfterNextRequest(operation, Close.RST);
                case SWALLOWED -> proxy.swallowRequests(operation);
            };
        }
    }

    @ParameterizedTest
    @EnumSource(Trouble.class)
    void whatever_happens_to_the_request_nothing_is_held_by_nobody(Trouble trouble) throws Exception {
        FaultProxy proxy = closing(FaultProxy.to(server()));
        Mortise troubled = client(proxy.uri(), Duration.ofMillis(1500));
        Mortise observer = client();
        Fault fault = trouble.order(proxy, Request.argument(Script.ACQUIRE_ALL.sha()));
        CompletableFuture<Lease> acquiring =
                inThread(() -> troubled.allOf("y", "x", "z").acquire(AcquireOptions.waitUpTo(Duration.ofSeconds(60))));
        assertThat(fault.awaitHit(PATIENCE)).isTrue();
        proxy.heal();
        until("answered", acquiring::isDone);
        long token = 0;
        if (acquiring.isCompletedExceptionally()) {
            assertThat(failure(acquiring)).isInstanceOf(LockUnavailableException.class);
        } else {
            Lease lease = get(acquiring);
            token = lease.fencingToken();
            for (String name : List.of("x", "y", "z")) {
                boolean validBefore = lease.isValid();
                Optional<Lease> other = observer.lock(name).tryAcquire();
                assertThat(validBefore && lease.isValid() && other.isPresent()).isFalse();
                other.ifPresent(Lease::release);
            }
            assertThat(lease.release()).isIn(ReleaseOutcome.RELEASED, ReleaseOutcome.UNKNOWN);
        }
        try (Lease next = observer.allOf("x", "y", "z").acquire(PATIENCE)) {
            assertThat(next.fencingToken()).isGreaterThan(token);
        }
        until("nothing is left", () -> lockKeys().isEmpty());
    }
}
