package dev.mortise.tests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.AcquireOptions;
import dev.mortise.DistributedLock;
import dev.mortise.Lease;
import dev.mortise.LeaseLostException;
import dev.mortise.LeaseTicket;
import dev.mortise.LockUnavailableException;
import dev.mortise.Mortise;
import dev.mortise.ReleaseOutcome;
import dev.mortise.Renewal;
import dev.mortise.internal.script.Script;
import dev.mortise.testkit.Persistence;
import dev.mortise.testkit.RedisProcess;
import dev.mortise.testkit.junit.RedisExtension;
import dev.mortise.testkit.proxy.Close;
import dev.mortise.testkit.proxy.Fault;
import dev.mortise.testkit.proxy.FaultProxy;
import dev.mortise.testkit.proxy.ProxyConnection;
import dev.mortise.testkit.proxy.Request;
import dev.mortise.tests.OnRedis;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Each operation meets each fault. Whatever happens: nobody else has the lock while a lease believes it is valid, tokens
 * increase, an outcome that is not known is not called known, and in the end nothing is left and the lock works.
 */
final class FaultMatrixTest extends OnRedis {
    @RegisterExtension
    static final RedisExtension redis = RedisExtension.of(RedisProcess.builder().persistence(Persistence.AOF_ALWAYS));

    private static final Duration LEASE = Duration.ofMillis(1500);
    private static final AcquireOptions UP_TO_A_MINUTE = AcquireOptions.waitUpTo(Duration.ofSeconds(60));

    @Override
    protected RedisProcess server() {
        return redis.server();
    }

    /** A fault, as it is ordered and, for a restart, carried out once it has hit. */
    enum Trouble {
        LOST_REPLY,
        DUPLICATE,
        LATE_DUPLICATE,
        FIN_BEFORE_REPLY,
        RST_BEFORE_REPLY,
        FIN_BEFORE_EXECUTION,
        RST_BEFORE_EXECUTION,
        SWALLOWED,
        RESTART_WITH_DATA,
        RESTART_WITHOUT_DATA;

        Fault order(FaultProxy proxy, Predicate<Request> operation) {
            return switch (this) {
                case LOST_REPLY, RESTART_WITH_DATA, RESTART_WITHOUT_DATA -> proxy.dropNextReply(operation);
                case DUPLICATE -> proxy.duplicateNextRequest(operation);
                case LATE_DUPLICATE -> proxy.replayNextRequest(operation, Duration.ofMillis(400));
                case FIN_BEFORE_REPLY -> proxy.dropNextReply(operation, Close.FIN);
                case RST_BEFORE_REPLY -> proxy.dropNextReply(operation, Close.RST);
                case FIN_BEFORE_EXECUTION -> proxy.closeAfterNextRequest(operation, Close.FIN);
                case RST_BEFORE_EXECUTION -> proxy.closeAfterNextRequest(operation, Close.RST);
                case SWALLOWED -> proxy.swallowRequests(operation);
            };
        }

        boolean isDataLost() {
            return this == RESTART_WITHOUT_DATA;
        }
    }

    @ParameterizedTest
    @EnumSource(Trouble.class)
    void acquire(Trouble trouble) throws Exception {
        Scene scene = new Scene("acquire", trouble);
        scene.order(Script.ACQUIRE);
        CompletableFuture<Lease> acquiring = inThread(() -> scene.lock.acquire(UP_TO_A_MINUTE));
        scene.happen();
        Lease lease = scene.leaseOrNone(acquiring);
        if (lease != null) {
            scene.holdsAlone(lease);
            scene.released(lease);
        }
        scene.end(lease);
    }

    @ParameterizedTest
    @EnumSource(Trouble.class)
    void poll(Trouble trouble) throws Exception {
        Scene scene = new Scene("poll", trouble);
        Lease held = scene.observer.acquire();
        CompletableFuture<Lease> acquiring = scene.queued(() -> inThread(() -> scene.lock.acquire(UP_TO_A_MINUTE)));
        scene.order(Script.ACQUIRE);
        scene.proxy.closeIf(ProxyConnection::isSubscriber, Close.FIN);
        scene.happen();
        held.release();
        Lease lease = get(acquiring);
        assertThat(lease.fencingToken()).isGreaterThan(held.fencingToken());
        scene.holdsAlone(lease);
        scene.released(lease);
        scene.end(lease);
    }

    @ParameterizedTest
    @EnumSource(Trouble.class)
    void release(Trouble trouble) throws Exception {
        Scene scene = new Scene("release", trouble);
        Lease lease = scene.lock.acquire(UP_TO_A_MINUTE);
        scene.order(Script.RELEASE);
        CompletableFuture<ReleaseOutcome> releasing = inThread(lease::release);
        scene.happen();
        ReleaseOutcome outcome = get(releasing);
        assertThat(outcome).isIn(ReleaseOutcome.RELEASED, ReleaseOutcome.UNKNOWN);
        assertThat(lease.isValid()).isFalse();
        assertThat(lease.release()).isEqualTo(outcome);
        scene.end(lease);
    }

    @ParameterizedTest
    @EnumSource(Trouble.class)
    void renew(Trouble trouble) throws Exception {
        Scene scene = new Scene("renew", trouble);
        Lease lease = scene.lock.acquire(UP_TO_A_MINUTE);
        scene.order(Script.RENEW);
        scene.happen();
        scene.holdsAlone(lease);
        if (trouble.isDataLost()) {
            get(lease.lost().toCompletableFuture());
        } else {
            long start = System.nanoTime();
            until("a lease later", () -> System.nanoTime() - start > LEASE.toNanos() || !lease.isValid());
        }
        scene.holdsAlone(lease);
        lease.release();
        scene.end(lease);
    }

    @ParameterizedTest
    @EnumSource(Trouble.class)
    void extend_to_less(Trouble trouble) throws Exception {
        Scene scene = new Scene("extend", trouble);
        Lease lease = scene.lock.acquire(AcquireOptions.defaults().lease(Duration.ofSeconds(20)));
        scene.order(Script.RENEW);
        CompletableFuture<Boolean> extending = inThread(() -> {
            lease.extend(LEASE);
            return true;
        });
        scene.happen();
        until("answered", extending::isDone);
        if (extending.isCompletedExceptionally()) {
            assertThat(failure(extending)).isInstanceOfAny(LockUnavailableException.class, LeaseLostException.class);
        }
        assertThat(lease.remaining()).isLessThanOrEqualTo(LEASE);
        scene.holdsAlone(lease);
        lease.release();
        scene.end(lease);
    }

    @ParameterizedTest
    @EnumSource(Trouble.class)
    void withdraw(Trouble trouble) throws Exception {
        Scene scene = new Scene("withdraw", trouble);
        Lease held = scene.observer.acquire();
        scene.order(Script.WITHDRAW);
        CompletableFuture<Optional<Lease>> waiting = inThread(() -> scene.lock.tryAcquire(Duration.ofMillis(300)));
        scene.happen();
        assertThat(get(waiting)).isEmpty();
        held.release();
        scene.end(held);
    }

    @ParameterizedTest
    @EnumSource(Trouble.class)
    void withdraw_of_what_was_granted(Trouble trouble) throws Exception {
        Scene scene = new Scene("granted", trouble);
        Lease held = scene.observer.acquire();
        CompletableFuture<Lease> waiting = scene.queued(() -> scene.lock.acquireAsync(AcquireOptions.defaults()));
        scene.proxy.dropMessages(true);
        held.release();
        scene.order(Script.WITHDRAW);
        if (!waiting.cancel(true)) {
            get(waiting).close();
        }
        // If it asked just then and was told of its grant, that is released, and there is nothing to withdraw.
        if (scene.hasHitBefore(() -> !scene.observer.isLocked())) {
            scene.happen();
        }
        scene.end(held);
    }

    @ParameterizedTest
    @EnumSource(Trouble.class)
    void adopt(Trouble trouble) throws Exception {
        Scene scene = new Scene("adopt", trouble);
        LeaseTicket ticket = scene.observer
                .acquire(AcquireOptions.defaults().lease(Duration.ofSeconds(3)).renewal(Renewal.OFF))
                .detach();
        scene.order(Script.ADOPT);
        CompletableFuture<Lease> adopting = inThread(() -> scene.troubled.adopt(ticket));
        scene.happen();
        Lease lease = scene.leaseOrNone(adopting);
        if (lease != null) {
            assertThat(lease.fencingToken()).isEqualTo(ticket.fencingToken());
            scene.holdsAlone(lease);
            scene.released(lease);
        }
        scene.end(lease);
    }

    /** One client behind a proxy, and one that looks on. */
    private final class Scene {
        private final Trouble trouble;
        private final String name;
        private final FaultProxy proxy = closing(FaultProxy.to(server()));
        private final Mortise troubled;
        private final DistributedLock lock;
        private final DistributedLock observer;
        private @Nullable Fault fault;

        Scene(String name, Trouble trouble) {
            loadScripts();
            this.name = name;
            this.trouble = trouble;
            this.troubled = client(proxy.uri(), LEASE);
            this.lock = troubled.lock(name);
            this.observer = client().lock(name);
        }

        void order(Script script) {
            fault = trouble.order(proxy, Request.argument(script.sha()));
        }

        boolean hasHitBefore(BooleanSupplier otherwise) {
            Fault ordered = Objects.requireNonNull(fault);
            until("either", () -> ordered.hits() > 0 || otherwise.getAsBoolean());
            return ordered.hits() > 0;
        }

        void happen() {
            Fault ordered = Objects.requireNonNull(fault);
            assertThat(ordered.awaitHit(PATIENCE)).as("the fault has hit").isTrue();
            switch (trouble) {
                case RESTART_WITH_DATA -> server().restartWithData();
                case RESTART_WITHOUT_DATA -> server().restartWithoutData();
                default -> {}
            }
            proxy.heal();
        }

        /** An acquire that stands in the queue. One whose first request gets no answer in time fails, and another one is begun. */
        CompletableFuture<Lease> queued(Supplier<CompletableFuture<Lease>> begin) {
            while (true) {
                CompletableFuture<Lease> acquiring = begin.get();
                until(
                        "it waits, or has failed",
                        () -> acquiring.isDone() || observer.inspect().waiters().size() == 1);
                if (!acquiring.isDone()) {
                    return acquiring;
                }
                assertThat(failure(acquiring)).isInstanceOf(LockUnavailableException.class);
            }
        }

        /** Either a lease, or an honest failure. */
        @Nullable
        Lease leaseOrNone(CompletableFuture<Lease> acquiring) {
            until("answered", acquiring::isDone);
            if (!acquiring.isCompletedExceptionally()) {
                return get(acquiring);
            }
            if (trouble.isDataLost()) {
                assertThat(failure(acquiring))
                        .isInstanceOfAny(LockUnavailableException.class, LeaseLostException.class);
            } else {
                assertThat(failure(acquiring)).isInstanceOf(LockUnavailableException.class);
            }
            return null;
        }

        /** While the lease is valid, before and after asking, nobody else gets the lock. */
        void holdsAlone(Lease lease) {
            for (int i = 0; i < 3; i++) {
                boolean validBefore = lease.isValid();
                Optional<Lease> other = observer.tryAcquire();
                boolean validAfter = lease.isValid();
                // A server that has lost its data has forgotten the lease; that is what quiet periods are for.
                if (validBefore && validAfter && !trouble.isDataLost()) {
                    assertThat(other).as("somebody else has it").isEmpty();
                }
                other.ifPresent(taken -> {
                    assertThat(taken.fencingToken()).isGreaterThan(lease.fencingToken());
                    taken.release();
                });
            }
        }

        void released(Lease lease) {
            assertThat(lease.release())
                    .isIn(
                            ReleaseOutcome.RELEASED,
                            ReleaseOutcome.UNKNOWN,
                            trouble.isDataLost() || trouble == Trouble.RESTART_WITH_DATA
                                    ? ReleaseOutcome.LOST
                                    : ReleaseOutcome.RELEASED);
        }

        void end(@Nullable Lease last) throws InterruptedException {
            try (Lease next = observer.acquire(PATIENCE)) {
                if (last != null) {
                    assertThat(next.fencingToken()).isGreaterThan(last.fencingToken());
                }
                assertThat(observer.tryAcquire()).isEmpty();
            }
            until("nothing is left of " + name, () -> lockKeys().isEmpty());
            proxy.closeAll(Close.FIN);
            until("it works again", () -> {
                try {
                    return lock.tryAcquire().map(Lease::release).isPresent();
                } catch (LockUnavailableException notYet) {
                    return false;
                }
            });
            until("nothing is left after that", () -> lockKeys().isEmpty());
        }
    }
}
