package dev.mortise.internal.queue;

import dev.mortise.internal.lease.Hold;
import dev.mortise.internal.lease.HoldFacts;
import dev.mortise.internal.lease.LeaseState;
import dev.mortise.internal.lease.SoleHold;
import dev.mortise.internal.runtime.Time;
import dev.mortise.internal.store.Late;
import dev.mortise.internal.store.Reserved;
import dev.mortise.internal.store.SingleAuthorityStore;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Does it by the store, and tells those that look after the leases. Thread-safe. */
final class StoreHoldActions implements HoldActions {
    /*
     * Overview. Of these, reserve and split ask the server; release and cleanUp do so by Releases, which repeats them. The
     * rest changes what this client has on record.
     *
     * A split has two requests. If the hold was granted as a writer's, it is made a reader's first, as a writer's leaves
     * nothing for a share. From that request on it counts as one that others may share, whatever is answered. Then the
     * share is split off, under a new lease id and with the token of its lease.
     *
     * If the second one gets no answer, the share may be there, or may still come. Its lease stays on the shared hold, and
     * the share is cleaned up as a request in doubt is: by a withdrawal, whose tombstone refuses it if it comes late.
     */
    private final SingleAuthorityStore store;
    private final Time time;
    private final SoleHold.Ways sole;
    private final Supplier<String> leaseIds;

    /** @param leaseIds makes a new one each time */
    StoreHoldActions(SingleAuthorityStore store, Time time, SoleHold.Ways sole, Supplier<String> leaseIds) {
        this.store = store;
        this.time = time;
        this.sole = sole;
        this.leaseIds = leaseIds;
    }

    @Override
    public long nanos() {
        return time.nanos();
    }

    @Override
    public void release(LeaseState lease) {
        sole.releases().release(lease);
    }

    @Override
    public CompletableFuture<?> cleanUp(Hold hold) {
        return sole.releases().cleanUp(hold);
    }

    @Override
    public CompletableFuture<Optional<Reserved>> reserve(Hold hold, long leaseNanos, long tokens) {
        hold.asked(leaseNanos);
        return store.reserve(hold.lock(), hold.id(), TimeUnit.NANOSECONDS.toMillis(leaseNanos), tokens);
    }

    @Override
    public void forget(Hold hold) {
        sole.registry().forget(hold);
    }

    @Override
    public Hold sole(Hold hold) {
        return sole.insteadOf(hold);
    }

    @Override
    public void moved(LeaseState lease, Hold from) {
        sole.registry().moved(lease, from);
    }

    @Override
    public CompletableFuture<@Nullable Hold> split(Hold hold, LeaseState lease) {
        long worth = hold.lifetimeNanos();
        long leaseMillis = TimeUnit.NANOSECONDS.toMillis(worth);
        return asReader(hold, leaseMillis, lease.token()).thenCompose(isReader -> {
            if (!isReader) {
                return CompletableFuture.completedFuture(null);
            }
            String id = leaseIds.get();
            long base = time.nanos();
            return store.split(hold.lock(), hold.id(), id, leaseMillis, lease.token())
                    .whenComplete((done, failure) -> {
                        if (failure != null) {
                            // It may be there, or come yet: a tombstone refuses it then.
                            sole.releases().cleanUp(share(hold, id, lease.token(), base, worth, Late.IN_DOUBT));
                        }
                    })
                    .thenApply(done -> done ? share(hold, id, lease.token(), base, worth, Late.NO) : null);
        });
    }

    /** Makes the hold a reader's. From the request on it counts as one that may be. */
    private CompletableFuture<Boolean> asReader(Hold hold, long leaseMillis, long token) {
        if (!hold.isWriters()) {
            return CompletableFuture.completedFuture(true);
        }
        hold.mayBeShared();
        return store.downgrade(hold.lock(), hold.id(), leaseMillis, token).thenApply(reader -> {
            hold.sharesFromNowOn();
            return reader.isPresent();
        });
    }

    /** The hold of a lease that was split off: one permit, and nothing known of the server's queue. */
    private Hold share(Hold of, String id, long token, long base, long lifetimeNanos, Late late) {
        return sole.of(new HoldFacts(of.lock(), id, of.shape(), 1, token, base, lifetimeNanos, 1, 0, () -> late));
    }
}
