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
    public void released(LeaseState lease) {
        releaser.release(lease);
        keeper.forget(lease.tenure());
    }

    @Override
    public CompletableFuture<?> ended(LeaseState lease) {
        CompletableFuture<?> gone = releaser.cleanUp(lease.tenure());
        keeper.forget(lease.tenure());
        return gone;
    }

    @Override
    public CompletableFuture<@Nullable Hold> alone(LeaseState lease) {
        return CompletableFuture.completedFuture(lease.isLive() ? lease.tenure() : null);
    }

    @Override
    public void contended() {}

    @Override
    public boolean isAlone(LeaseState lease) {
        return true;
    }
}
