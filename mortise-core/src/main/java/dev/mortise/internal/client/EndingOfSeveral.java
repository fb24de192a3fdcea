package dev.mortise.internal.client;

import dev.mortise.internal.multi.MultiAcquire;
import dev.mortise.internal.multi.MultiLease;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** How the acquire of several locks ends. Each of them keeps the time of its part; all are given up a while later. */
record EndingOfSeveral(MultiAcquire multiAcquire) implements CallersWait.Ending<Optional<MultiLease>> {
    @Override
    public void timeIsUp() {}

    @Override
    public void leave() {
        multiAcquire.leave();
    }

    @Override
    public void giveUp() {
        multiAcquire.giveUp();
    }

    @Override
    public CompletableFuture<?> giveBack(Optional<MultiLease> outcome) {
        return outcome.isPresent() ? outcome.get().startRelease() : CompletableFuture.completedFuture("");
    }
}
