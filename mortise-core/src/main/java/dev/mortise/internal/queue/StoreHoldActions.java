package dev.mortise.internal.queue;

import dev.mortise.internal.lease.Hold;
import dev.mortise.internal.lease.Home;
import dev.mortise.internal.lease.Keeper;
import dev.mortise.internal.lease.LeaseState;
import dev.mortise.internal.lease.Releaser;
import dev.mortise.internal.runtime.Time;
import dev.mortise.internal.store.Late;
import dev.mortise.internal.store.LockStore;
import dev.mortise.internal.store.Reserved;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The real one. */
final class StoreHoldActions implements HoldActions {
    private final LockStore store;
    private final Time time;
    private final Keeper keeper;
    private final Releaser releaser;
    private final Home direct;
    private final Supplier<String> leaseIds;

    /** @param leaseIds makes a new one each time */
    StoreHoldActions(
            LockStore store, Time time, Keeper keeper, Releaser releaser, Home direct, Supplier<String> leaseIds) {
        this.store = store;
        this.time = time;
        this.keeper = keeper;
        this.releaser = releaser;
        this.direct = direct;
        this.leaseIds = leaseIds;
    }

    @Override
    public long nanos() {
        return time.nanos();
    }

    @Override
    public void release(LeaseState lease) {
        releaser.release(lease);
    }

    @Override
    public CompletableFuture<?> cleanUp(Hold tenure) {
        return releaser.cleanUp(tenure);
    }

    @Override
    public CompletableFuture<Optional<Reserved>> reserve(Hold tenure, long leaseNanos, long tokens) {
        tenure.asked(leaseNanos);
        return store.reserve(tenure.lock(), tenure.id(), TimeUnit.NANOSECONDS.toMillis(leaseNanos), tokens);
    }

    @Override
    public void forget(Hold tenure) {
        keeper.forget(tenure);
    }

    @Override
    public Home direct() {
        return direct;
    }

    @Override
    public void moved(LeaseState lease, Hold from) {
        keeper.moved(lease, from);
    }

    @Override
    public CompletableFuture<@Nullable Hold> split(Hold tenure, LeaseState lease) {
        long worth = tenure.worthNanos();
        long leaseMillis = TimeUnit.NANOSECONDS.toMillis(worth);
        return asReader(tenure, leaseMillis, lease.token()).thenCompose(isReader -> {
            if (!isReader) {
                return CompletableFuture.completedFuture(null);
            }
            String id = leaseIds.get();
            long base = time.nanos();
            return store.split(tenure.lock(), tenure.id(), id, leaseMillis, lease.token())
                    .whenComplete((done, failure) -> {
                        if (failure != null) {
                            // It may be there, or come yet: a tombstone refuses it then.
                            releaser.cleanUp(share(tenure, id, lease.token(), base, worth, Late.IN_DOUBT));
                        }
                    })
                    .thenApply(done -> done ? share(tenure, id, lease.token(), base, worth, Late.NO) : null);
        });
    }

    /** Makes the tenure a reader's. From the request on it counts as one that may be. */
    private CompletableFuture<Boolean> asReader(Hold tenure, long leaseMillis, long token) {
        if (!tenure.isWriters()) {
            return CompletableFuture.completedFuture(true);
        }
        tenure.mayShare();
        return store.downgrade(tenure.lock(), tenure.id(), leaseMillis, token).thenApply(reader -> {
            tenure.sharesFromNowOn();
            return reader.isPresent();
        });
    }

    private Hold share(Hold of, String id, long token, long base, long worthNanos, Late late) {
        return new Hold(of.lock(), id, of.shape(), 1, token, base, worthNanos, 1, () -> late, direct);
    }
}
