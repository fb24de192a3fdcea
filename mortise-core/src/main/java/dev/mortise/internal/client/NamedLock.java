package dev.mortise.internal.client;

import dev.mortise.AcquireOptions;
import dev.mortise.Lease;
import dev.mortise.LockException;
import dev.mortise.LockInfo;
import dev.mortise.LockTimeoutException;
import dev.mortise.internal.acquire.Acquire;
import dev.mortise.internal.acquire.AcquireResult;
import dev.mortise.internal.client.ReentrantHolds.Side;
import dev.mortise.internal.lease.LeaseHandle;
import dev.mortise.internal.lease.LossAware;
import dev.mortise.internal.runtime.Await;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** A public lock over the engine: blocking and asynchronous forms of one acquire. Stateless. */
final class NamedLock extends ClientLock {
    private final String name;
    private final Permits use;

    NamedLock(ClientParts client, String name, Permits use) {
        super(client);
        this.name = name;
        this.use = use;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Lease acquire(AcquireOptions options) throws InterruptedException {
        Objects.requireNonNull(options, "options");
        throwIfInterrupted();
        long maxWaitNanos = AcquireSpecs.maxWaitNanos(options.maxWait());
        return granted(
                waitFor(begin(options, false, maxWaitNanos, true), maxWaitNanos).interruptibly());
    }

    @Override
    public Optional<Lease> tryAcquire() {
        return grantedIf(waitFor(begin(AcquireOptions.noWait(), false, 0, false), 0)
                        .uninterruptibly())
                .map(Function.identity());
    }

    @Override
    public Optional<Lease> tryAcquire(AcquireOptions options) throws InterruptedException {
        Objects.requireNonNull(options, "options");
        throwIfInterrupted();
        long maxWaitNanos = AcquireSpecs.maxWaitNanos(options.maxWait());
        return grantedIf(waitFor(begin(options, false, maxWaitNanos, false), maxWaitNanos)
                        .interruptibly())
                .map(Function.identity());
    }

    @Override
    public CompletableFuture<Lease> acquireAsync(AcquireOptions options) {
        Objects.requireNonNull(options, "options");
        Acquire acquire = begin(options, false, AcquireSpecs.maxWaitNanos(options.maxWait()), true);
        return AcquireFuture.of(acquire, client.time().outcomes(), outcome -> {
            if (outcome instanceof AcquireResult.Granted granted) {
                return CompletableFuture.completedFuture(granted.lease());
            }
            return explained((AcquireResult.Left) outcome).thenApply(failure -> {
                throw failure;
            });
        });
    }

    @Override
    public CompletableFuture<Optional<Lease>> tryAcquireAsync(AcquireOptions options) {
        Objects.requireNonNull(options, "options");
        Acquire acquire = begin(options, false, AcquireSpecs.maxWaitNanos(options.maxWait()), false);
        return AcquireFuture.of(
                acquire,
                client.time().outcomes(),
                outcome -> CompletableFuture.completedFuture(grantedIf(outcome).map(Function.identity())));
    }

    @Override
    public boolean isLocked() {
        client.requireOpen();
        return Unavailable.unless(name, client.store().isLocked(name));
    }

    @Override
    public LockInfo inspect() {
        client.requireOpen();
        return Unavailable.unless(name, client.reports().inspect(name));
    }

    @Override
    ReentrantHolds.Key key() {
        return new ReentrantHolds.Key(name, use.kind());
    }

    @Override
    Side side() {
        return use.equals(Permits.READER) ? Side.SHARED : Side.EXCLUSIVE;
    }

    @Override
    LossAware downgrade(LossAware hold) {
        return new Downgrade(client.changes(), (LeaseHandle) hold).run();
    }

    @Override
    LeaseHandle hold(AcquireOptions options) {
        return granted(waitFor(begin(options, true, Long.MAX_VALUE, true), Long.MAX_VALUE)
                .uninterruptibly());
    }

    @Override
    LeaseHandle holdInterruptibly(AcquireOptions options) throws InterruptedException {
        return granted(waitFor(begin(options, true, Long.MAX_VALUE, true), Long.MAX_VALUE)
                .interruptibly());
    }

    @Override
    Optional<LeaseHandle> tryHold(AcquireOptions options) {
        return grantedIf(waitFor(begin(options, true, 0, false), 0).uninterruptibly());
    }

    @Override
    Optional<LeaseHandle> tryHold(AcquireOptions options, long maxWaitNanos) throws InterruptedException {
        return grantedIf(
                waitFor(begin(options, true, maxWaitNanos, false), maxWaitNanos).interruptibly());
    }

    @Override
    public String toString() {
        return "DistributedLock[" + name + "]";
    }

    Permits use() {
        return use;
    }

    Acquire begin(AcquireOptions options, boolean threadBound, long maxWaitNanos, boolean explain) {
        return client.acquires().begin(name, use, options, threadBound, maxWaitNanos, explain);
    }

    private CallerWait<AcquireResult> waitFor(Acquire acquire, long maxWaitNanos) {
        return client.acquires().waitFor(new AwaitedAcquire(acquire, maxWaitNanos, false));
    }

    LeaseHandle granted(AcquireResult outcome) {
        if (outcome instanceof AcquireResult.Granted granted) {
            return granted.lease();
        }
        throw Await.result(explained((AcquireResult.Left) outcome));
    }

    Optional<LeaseHandle> grantedIf(AcquireResult outcome) {
        if (outcome instanceof AcquireResult.Granted granted) {
            return Optional.of(granted.lease());
        }
        LockException failure = ((AcquireResult.Left) outcome).failure();
        if (failure != null) {
            throw failure;
        }
        return Optional.empty();
    }

    CompletableFuture<LockException> explained(AcquireResult.Left left) {
        if (left.failure() != null) {
            return CompletableFuture.completedFuture(left.failure());
        }
        Duration waited = Duration.ofNanos(left.waitedNanos());
        int place = place(left);
        if (left.lock() == null) {
            return CompletableFuture.completedFuture(new LockTimeoutException(name, waited, place, null));
        }
        return client.reports()
                .describe(name, left.lock(), left.leaseId())
                .handle((info, unknown) -> new LockTimeoutException(name, waited, place, info));
    }

    private static int place(AcquireResult.Left left) {
        int place = 1;
        if (left.lock() != null) {
            for (var waiter : left.lock().waiters()) {
                if (waiter.leaseId().equals(left.leaseId())) {
                    return place;
                }
                place++;
            }
        }
        return (int) left.place();
    }

    private static void throwIfInterrupted() throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
    }
}
