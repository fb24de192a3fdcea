package dev.mortise.internal.client;

import dev.mortise.AcquireOptions;
import dev.mortise.Lease;
import dev.mortise.LockException;
import dev.mortise.LockInfo;
import dev.mortise.internal.acquire.Acquire;
import dev.mortise.internal.acquire.AcquireResult;
import dev.mortise.internal.client.ReentrantHolds.Side;
import dev.mortise.internal.lease.LeaseHandle;
import dev.mortise.internal.lease.LossAware;
import dev.mortise.internal.runtime.Await;
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
        return granted(waitFor(begin(options, Caller.WAITS, maxWaitNanos, true), maxWaitNanos)
                .interruptibly());
    }

    @Override
    public Optional<Lease> tryAcquire() {
        return grantedIf(waitFor(begin(AcquireOptions.noWait(), Caller.WAITS, 0, false), 0)
                        .uninterruptibly())
                .map(Function.identity());
    }

    @Override
    public Optional<Lease> tryAcquire(AcquireOptions options) throws InterruptedException {
        Objects.requireNonNull(options, "options");
        throwIfInterrupted();
        long maxWaitNanos = AcquireSpecs.maxWaitNanos(options.maxWait());
        return grantedIf(waitFor(begin(options, Caller.WAITS, maxWaitNanos, false), maxWaitNanos)
                        .interruptibly())
                .map(Function.identity());
    }

    @Override
    public CompletableFuture<Lease> acquireAsync(AcquireOptions options) {
        Objects.requireNonNull(options, "options");
        Acquire acquire = begin(options, Caller.GOES_ON, AcquireSpecs.maxWaitNanos(options.maxWait()), true);
        return AcquireFuture.of(acquire, client.time().outcomes(), outcome -> {
            if (outcome instanceof AcquireResult.Granted granted) {
                return CompletableFuture.completedFuture(granted.lease());
            }
            return FailedWait.explained(client.waitReports(), name, (AcquireResult.Left) outcome)
                    .thenApply(failure -> {
                        throw failure;
                    });
        });
    }

    @Override
    public CompletableFuture<Optional<Lease>> tryAcquireAsync(AcquireOptions options) {
        Objects.requireNonNull(options, "options");
        Acquire acquire = begin(options, Caller.GOES_ON, AcquireSpecs.maxWaitNanos(options.maxWait()), false);
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
        return granted(waitFor(begin(options, Caller.HOLDS, Long.MAX_VALUE, true), Long.MAX_VALUE)
                .uninterruptibly());
    }

    @Override
    LeaseHandle holdInterruptibly(AcquireOptions options) throws InterruptedException {
        return granted(waitFor(begin(options, Caller.HOLDS, Long.MAX_VALUE, true), Long.MAX_VALUE)
                .interruptibly());
    }

    @Override
    Optional<LeaseHandle> tryHold(AcquireOptions options) {
        return grantedIf(waitFor(begin(options, Caller.HOLDS, 0, false), 0).uninterruptibly());
    }

    @Override
    Optional<LeaseHandle> tryHold(AcquireOptions options, long maxWaitNanos) throws InterruptedException {
        return grantedIf(waitFor(begin(options, Caller.HOLDS, maxWaitNanos, false), maxWaitNanos)
                .interruptibly());
    }

    @Override
    public String toString() {
        return "DistributedLock[" + name + "]";
    }

    Permits use() {
        return use;
    }

    /**
     * Begins it on the calling thread, which is its owner.
     *
     * @param maxWaitNanos 0 = ask once, {@link Long#MAX_VALUE} = no limit
     * @param explain whether a wait in vain is to say who holds the lock, which costs a request
     */
    Acquire begin(AcquireOptions options, Caller caller, long maxWaitNanos, boolean explain) {
        return client.acquires().begin(name, use, options, caller, maxWaitNanos, explain);
    }

    private CallerWait<AcquireResult> waitFor(Acquire acquire, long maxWaitNanos) {
        return client.acquires().waitFor(new AwaitedAcquire(acquire, maxWaitNanos, false));
    }

    /** The lease, or the exception that says why not. May ask who the holders are, and so blocks for a moment. */
    LeaseHandle granted(AcquireResult outcome) {
        if (outcome instanceof AcquireResult.Granted granted) {
            return granted.lease();
        }
        throw Await.result(FailedWait.explained(client.waitReports(), name, (AcquireResult.Left) outcome));
    }

    /** The lease; empty after a wait in vain. A failure is thrown. */
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

    private static void throwIfInterrupted() throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
    }
}
