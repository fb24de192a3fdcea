package dev.mortise.internal.client;

import dev.mortise.internal.multi.MultiAcquire;
import dev.mortise.internal.multi.MultiLease;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The acquire of several locks. Each part keeps its own time; if that does not end it, the caller gives it all up later.
 *
 * @param maxWaitNanos {@link Long#MAX_VALUE} = no limit; 0 = it asks once, for all together and then for each
 */
record AwaitedMultiAcquire(MultiAcquire multiAcquire, long maxWaitNanos)
        implements CallerWait.Awaited<Optional<MultiLease>> {
    @Override
    public CompletableFuture<Optional<MultiLease>> result() {
        return multiAcquire.result();
    }

    @Override
    public long maxWaitNanos(long commandTimeoutNanos) {
        return maxWaitNanos == 0 ? 2 * commandTimeoutNanos : maxWaitNanos;
    }

    /** Each part has its own time. */
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
