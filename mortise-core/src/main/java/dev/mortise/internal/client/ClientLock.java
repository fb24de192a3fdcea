package dev.mortise.internal.client;

import dev.mortise.AcquireOptions;
import dev.mortise.DistributedLock;
import dev.mortise.Lease;
import dev.mortise.LeaseFunction;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.Lock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A public lock of one client: those forms of an acquire that follow from the others. */
abstract class ClientLock implements DistributedLock, ReentrantTarget {
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
        return Calls.call(acquire(options), body);
    }

    @Override
    public <T> CompletableFuture<T> callAsync(AcquireOptions options, Function<Lease, CompletionStage<T>> body) {
        Objects.requireNonNull(body, "body");
        return Calls.callAsync(acquireAsync(options), client.time().callbacks(), body);
    }

    @Override
    public Lock asLock() {
        return asLock(AcquireOptions.defaults());
    }

    @Override
    public Lock asLock(AcquireOptions options) {
        client.check(Objects.requireNonNull(options, "options"));
        return new ReentrantView(this, client.holds(), options);
    }
}
