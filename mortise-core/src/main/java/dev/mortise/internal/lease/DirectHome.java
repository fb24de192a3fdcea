package dev.mortise.internal.lease;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Home of a lease that has its tenure for itself: it goes back to the server. */
public final class DirectHome implements Home {
    private final Keeper keeper;
    private final Releaser releaser;

    public DirectHome(Keeper keeper, Releaser releaser) {
        this.keeper = keeper;
        this.releaser = releaser;
    }

    @Override
    public void released(HeldLease lease) {
        releaser.release(lease);
        keeper.forget(lease.tenure());
    }

    @Override
    public CompletableFuture<?> ended(HeldLease lease) {
        CompletableFuture<?> gone = releaser.cleanUp(lease.tenure());
        keeper.forget(lease.tenure());
        return gone;
    }

    @Override
    public CompletableFuture<@Nullable Tenure> alone(HeldLease lease) {
        return CompletableFuture.completedFuture(lease.isLive() ? lease.tenure() : null);
    }

    @Override
    public void contended() {}

    @Override
    public boolean isAlone(HeldLease lease) {
        return true;
    }
}
