package dev.mortise.internal.client;

import dev.mortise.AcquireOptions;
import dev.mortise.Lease;
import dev.mortise.LockTimeoutException;
import dev.mortise.WaitReport;
import dev.mortise.internal.acquire.Acquire;
import dev.mortise.internal.acquire.AcquireResult;
import dev.mortise.internal.interop.InteropStore;
import dev.mortise.interop.InteropLease;
import dev.mortise.interop.InteropLock;
import dev.mortise.interop.InteropOptions;
import dev.mortise.interop.LockLayout;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A public lock in keys of another library, over the engine. Stateless. */
final class InteropClientLock implements InteropLock {
    private final ClientParts client;
    private final InteropStore store;
    private final LockLayout layout;
    private final String name;
    private final String key;
    private final NamedLock lock;

    InteropClientLock(ClientParts client, InteropStore store, LockLayout layout, String name, String key) {
        this.client = client;
        this.store = store;
        this.layout = layout;
        this.name = name;
        this.key = key;
        this.lock = new NamedLock(client, name, Permits.MUTEX);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String key() {
        return key;
    }

    @Override
    public InteropLease acquire() throws InterruptedException {
        return acquire(InteropOptions.defaults());
    }

    @Override
    public InteropLease acquire(Duration maxWait) throws InterruptedException {
        return acquire(InteropOptions.waitUpTo(maxWait));
    }

    @Override
    public InteropLease acquire(InteropOptions options) throws InterruptedException {
        return shown(granted(options));
    }

    private Lease granted(InteropOptions options) throws InterruptedException {
        long began = client.time().nanos();
        return lock.tryAcquire(engine(options))
                .orElseThrow(() -> inVain(client.time().nanos() - began));
    }

    @Override
    public Optional<InteropLease> tryAcquire() {
        return lock.tryAcquire().map(this::shown);
    }

    @Override
    public Optional<InteropLease> tryAcquire(Duration maxWait) throws InterruptedException {
        return tryAcquire(InteropOptions.waitUpTo(maxWait));
    }

    @Override
    public Optional<InteropLease> tryAcquire(InteropOptions options) throws InterruptedException {
        return lock.tryAcquire(engine(options)).map(this::shown);
    }

    @Override
    public CompletableFuture<InteropLease> acquireAsync(InteropOptions options) {
        return begin(
                options,
                outcome -> lock.grantedIf(outcome)
                        .map(this::shown)
                        .orElseThrow(() -> inVain(((AcquireResult.Left) outcome).waitedNanos())));
    }

    @Override
    public CompletableFuture<Optional<InteropLease>> tryAcquireAsync(InteropOptions options) {
        return begin(options, outcome -> lock.grantedIf(outcome).map(this::shown));
    }

    private <T> CompletableFuture<T> begin(InteropOptions options, Function<AcquireResult, T> conversion) {
        AcquireOptions wanted = engine(options);
        Acquire acquire = lock.begin(wanted, Caller.GOES_ON, AcquireSpecs.maxWaitNanos(wanted.maxWait()), false);
        return AcquireFuture.of(
                acquire,
                client.time().outcomes(),
                outcome -> CompletableFuture.completedFuture(conversion.apply(outcome)));
    }

    @Override
    public <T extends @Nullable Object, X extends Throwable> T call(InteropOptions options, Body<T, X> body)
            throws X, InterruptedException {
        Objects.requireNonNull(body, "body");
        return LeaseCalls.call(granted(options), held -> body.apply(shown(held)));
    }

    @Override
    public boolean isLocked() {
        return lock.isLocked();
    }

    @Override
    public Optional<String> heldBy() {
        client.requireOpen();
        return Unavailable.unless(name, store.heldBy(name));
    }

    @Override
    public String toString() {
        return "InteropLock[" + name + ", " + layout + "]";
    }

    private InteropLease shown(Lease lease) {
        return new InteropClientLease(lease, key, store.id(lease.id()));
    }

    private LockTimeoutException inVain(long waitedNanos) {
        return new LockTimeoutException(name, Duration.ofNanos(waitedNanos), WaitReport.unknown(0));
    }

    /** As the engine takes it. */
    private static AcquireOptions engine(InteropOptions options) {
        Objects.requireNonNull(options, "options");
        AcquireOptions all = AcquireOptions.defaults()
                .maxWait(options.maxWait())
                .renewal(options.renewal())
                .onLoss(options.onLoss());
        AcquireOptions withLease = options.lease().map(all::lease).orElse(all);
        return options.maxHold().map(withLease::maxHold).orElse(withLease);
    }
}
