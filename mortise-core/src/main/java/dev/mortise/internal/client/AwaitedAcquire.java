package dev.mortise.internal.client;

import dev.mortise.internal.acquire.Acquire;
import dev.mortise.internal.acquire.AcquireResult;
import dev.mortise.internal.acquire.LeaveReason;
import java.util.concurrent.CompletableFuture;

/**
 * The acquire of one lock.
 *
 * @param maxWaitNanos {@link Long#MAX_VALUE} = no limit; 0 = it asks once, and has the time of an answer
 * @param keepsGrant whether a grant that crosses with an interrupt is kept
 */
record AwaitedAcquire(Acquire acquire, long maxWaitNanos, boolean keepsGrant)
        implements CallerWait.Awaited<AcquireResult> {
    @Override
    public CompletableFuture<AcquireResult> result() {
        return acquire.result();
    }

    @Override
    public long maxWaitNanos(long commandTimeoutNanos) {
        return maxWaitNanos == 0 ? commandTimeoutNanos : maxWaitNanos;
    }

    /** One that asks once is ended by the time-out of its request, and needs no limit of its own. */
    @Override
    public void timeIsUp() {
        if (maxWaitNanos != 0) {
            acquire.timeIsUp();
        }
    }

    @Override
    public void leave() {
        acquire.leave(LeaveReason.CANCELLED);
    }

    @Override
    public void giveUp() {
        acquire.giveUp();
    }

    @Override
    public boolean keeps(AcquireResult outcome) {
        return keepsGrant && outcome instanceof AcquireResult.Granted;
    }

    @Override
    public CompletableFuture<?> giveBack(AcquireResult outcome) {
        return outcome instanceof AcquireResult.Granted granted
                ? granted.lease().startRelease()
                : CompletableFuture.completedFuture("");
    }
}
