package dev.mortise.internal.client;

import dev.mortise.internal.acquire.Acquire;
import dev.mortise.internal.acquire.AcquireResult;
import dev.mortise.internal.acquire.LeaveReason;
import java.util.concurrent.CompletableFuture;

/**
 * The acquire of one lock.
 *
 * @param asksOnce whether it has no time of its own, but that of an answer
 * @param keepsGrant whether a grant that crosses with an interrupt is kept
 */
record AwaitedAcquire(Acquire acquire, boolean asksOnce, boolean keepsGrant)
        implements CallerWait.Awaited<AcquireResult> {
    @Override
    public void timeIsUp() {
        if (!asksOnce) {
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
