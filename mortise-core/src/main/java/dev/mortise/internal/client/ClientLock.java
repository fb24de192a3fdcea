package dev.mortise.internal.client;

import dev.mortise.AcquireOptions;
import dev.mortise.DistributedLock;
import dev.mortise.Lease;
import dev.mortise.LeaseFunction;
import dev.mortise.internal.client.ReentrantHolds.Side;
import dev.mortise.internal.lease.LossAware;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.Lock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A public lock of one client: the forms of an acquire that follow from the others, and what {@link ReentrantView} needs. The
 * waits of the options do not apply to the view, and its lease ends with the thread.
 */
abstract class ClientLock implements DistributedLock {
    final ClientParts client;

    ClientLock(ClientParts client) {
        this.client = client;
    }

    @Override
    public Lease acquire() throws InterruptedException {
        return acquire(AcquireOptions.defaults());
    }

    @Override
    public Lease acquire(Duration maxWait) throws InterruptedException {
        return acquire(AcquireOptions.waitUpTo(maxWait));
    }

    @Override
    public Optional<Lease> tryAcquire(Duration maxWait) throws InterruptedException {
        return tryAcquire(AcquireOptions.waitUpTo(maxWait));
    }

    @Override
    public <T extends @Nullable Object, X extends Throwable> T call(AcquireOptions options, LeaseFunction<T, X> body)
            throws X, InterruptedException {
        Objects.requireNonNull(body, "body");
        return LeaseCalls.call(acquire(options), body);
    }

    @Override
    public <T> CompletableFuture<T> callAsync(AcquireOptions options, Function<Lease, CompletionStage<T>> body) {
        Objects.requireNonNull(body, "body");
        return LeaseCalls.callAsync(acquireAsync(options), client.time().callbacks(), body);
    }

    @Override
    public Lock asLock() {
        return asLock(AcquireOptions.defaults());
    }

    @Override
    public Lock asLock(AcquireOptions options) {
        client.acquires().specs().check(Objects.requireNonNull(options, "options"));
        return new ReentrantView(this, client.holds(), options);
    }

    @Override
    public Optional<Lease> held() {
        ReentrantHolds.Hold hold = client.holds().current(key());
        return hold != null && hold.isEntered(side()) ? Optional.of(hold.lease()) : Optional.empty();
    }

    /** Tells it from every other lock of the client. */
    abstract ReentrantHolds.Key key();

    /** Which side of that lock this is. */
    Side side() {
        return Side.EXCLUSIVE;
    }

    /** The other side of it goes on with a lease of its own; for a lock that has two. */
    LossAware downgrade(LossAware hold) {
        throw new UnsupportedOperationException("a lock with one side");
    }

    /** Waits without limit, also while interrupted. */
    abstract LossAware hold(AcquireOptions options);

    /** Waits without limit. */
    abstract LossAware holdInterruptibly(AcquireOptions options) throws InterruptedException;

    /** Asks once. */
    abstract Optional<? extends LossAware> tryHold(AcquireOptions options);

    /** Waits up to that; 0 = asks once. */
    abstract Optional<? extends LossAware> tryHold(AcquireOptions options, long maxWaitNanos)
            throws InterruptedException;
}
