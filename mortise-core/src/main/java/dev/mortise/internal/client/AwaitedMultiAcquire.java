package dev.mortise.internal.client;

import dev.mortise.internal.multi.MultiAcquire;
import dev.mortise.internal.multi.MultiLease;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The acquire of several locks. Each part keeps its own time; if that does not end it, the caller gives it all up later. */
record AwaitedMultiAcquire(MultiAcquire multiAcquire) implements CallerWait.Awaited<Optional<MultiLease>> {
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
