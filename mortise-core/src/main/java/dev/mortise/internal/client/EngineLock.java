package dev.mortise.internal.client;

import dev.mortise.AcquireOptions;
import dev.mortise.Lease;
import dev.mortise.LockException;
import dev.mortise.LockInfo;
import dev.mortise.LockTimeoutException;
import dev.mortise.internal.client.ThreadHolds.Side;
import dev.mortise.internal.lease.Held;
import dev.mortise.internal.lease.LeaseHandle;
import dev.mortise.internal.time.Await;
import dev.mortise.internal.waiting.Acquisition;
import dev.mortise.internal.waiting.Outcome;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** A public lock over the engine: blocking and asynchronous forms of one acquire. Stateless. */
final class EngineLock extends ClientLock {
    private final String name;
    private final Use use;

    EngineLock(LockClient client, String name, Use use) {
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
        long maxWaitNanos = Wishes.maxWaitNanos(options.maxWait());
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
        long maxWaitNanos = Wishes.maxWaitNanos(options.maxWait());
        return grantedIf(waitFor(begin(options, false, maxWaitNanos, false), maxWaitNanos)
                        .interruptibly())
                .map(Function.identity());
    }

    @Override
    public CompletableFuture<Lease> acquireAsync(AcquireOptions options) {
        Objects.requireNonNull(options, "options");
        Acquisition acquisition = begin(options, false, Wishes.maxWaitNanos(options.maxWait()), true);
        return Pending.of(acquisition, client.time().outcomes(), outcome -> {
            if (outcome instanceof Outcome.Granted granted) {
                return CompletableFuture.completedFuture(granted.lease());
            }
            return explained((Outcome.Left) outcome).thenApply(failure -> {
                throw failure;
            });
        });
    }

    @Override
    public CompletableFuture<Optional<Lease>> tryAcquireAsync(AcquireOptions options) {
        Objects.requireNonNull(options, "options");
        Acquisition acquisition = begin(options, false, Wishes.maxWaitNanos(options.maxWait()), false);
        return Pending.of(
                acquisition,
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
    public ThreadHolds.Key key() {
        return new ThreadHolds.Key(name, use.kind());
    }

    @Override
    public Side side() {
        return use.equals(Use.READER) ? Side.SHARED : Side.EXCLUSIVE;
    }

    @Override
    public Held downgrade(Held hold) {
        return client.downgrade((LeaseHandle) hold);
    }

    @Override
    public LeaseHandle hold(AcquireOptions options) {
        return granted(waitFor(begin(options, true, Long.MAX_VALUE, true), Long.MAX_VALUE)
                .uninterruptibly());
    }

    @Override
    public LeaseHandle holdInterruptibly(AcquireOptions options) throws InterruptedException {
        return granted(waitFor(begin(options, true, Long.MAX_VALUE, true), Long.MAX_VALUE)
                .interruptibly());
    }

    @Override
    public Optional<LeaseHandle> tryHold(AcquireOptions options) {
        return grantedIf(waitFor(begin(options, true, 0, false), 0).uninterruptibly());
    }

    @Override
    public Optional<LeaseHandle> tryHold(AcquireOptions options, long maxWaitNanos) throws InterruptedException {
        return grantedIf(
                waitFor(begin(options, true, maxWaitNanos, false), maxWaitNanos).interruptibly());
    }

    @Override
    public String toString() {
        return "DistributedLock[" + name + "]";
    }

    Use use() {
        return use;
    }

    Acquisition begin(AcquireOptions options, boolean threadBound, long maxWaitNanos, boolean explain) {
        return client.begin(client.wish(name, use, options, threadBound, maxWaitNanos, explain));
    }

    private CallersWait<Outcome> waitFor(Acquisition acquisition, long maxWaitNanos) {
        return client.waitFor(acquisition, maxWaitNanos, false);
    }

    LeaseHandle granted(Outcome outcome) {
        if (outcome instanceof Outcome.Granted granted) {
            return granted.lease();
        }
        throw Await.result(explained((Outcome.Left) outcome));
    }

    Optional<LeaseHandle> grantedIf(Outcome outcome) {
        if (outcome instanceof Outcome.Granted granted) {
            return Optional.of(granted.lease());
        }
        LockException failure = ((Outcome.Left) outcome).failure();
        if (failure != null) {
            throw failure;
        }
        return Optional.empty();
    }

    CompletableFuture<LockException> explained(Outcome.Left left) {
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

    private static int place(Outcome.Left left) {
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
