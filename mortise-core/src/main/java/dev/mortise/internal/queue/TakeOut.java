package dev.mortise.internal.queue;

import dev.mortise.internal.lease.Hold;
import dev.mortise.internal.lease.LeaseState;
import dev.mortise.internal.runtime.Steps;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Gives one lease of a shared hold a hold of its own, once: see {@link Hold#takeOut}. A lease that has the hold to itself leaves
 * with it. One that stands beside others gets a share, which the server splits off.
 */
final class TakeOut {
    /*
     * Overview. Three cases, decided under the guard. If the lease stands on another hold by now, that one is asked. If it
     * has this hold to itself, the queue drops the hold. The lease leaves at once, on a sole hold in its place. Otherwise a
     * share is asked for, and decided again with the answer: the lease may have ended meanwhile, and then the share goes
     * back.
     *
     * The lease moves under the guard, so that each end of it finds one hold: the one before or the one after. Only then
     * does the registry hear of it, in a step. If the server does not answer, the lease stays where it was, and the caller
     * gets the failure.
     */
    private final LocalQueue queue;
    private final SharedHold from;
    private final LeaseState lease;

    /** The hold that the lease has then; null when the lease, or what it stood on, is gone. */
    private final CompletableFuture<@Nullable Hold> own = new CompletableFuture<>();

    TakeOut(LocalQueue queue, SharedHold from, LeaseState lease) {
        this.queue = queue;
        this.from = from;
        this.lease = lease;
    }

    CompletableFuture<@Nullable Hold> start() {
        try (Steps then = queue.decide()) {
            if (lease.hold() != from) {
                then.add(() -> lease.hold().takeOut(lease).whenComplete(this::complete));
            } else if (!lease.isLive()) {
                own.complete(null);
            } else if (from.isOnlyLease(lease)) {
                queue.drop(from);
                moveTo(queue.actions().sole(from), then);
                queue.nextLeads(0, then);
            } else {
                from.splits();
                then.add(() -> queue.actions().split(from, lease).whenComplete(this::split));
            }
            queue.closeIfIdle();
        }
        return own;
    }

    /** The lease has a share of its own on the server, if the hold was still there. */
    private void split(@Nullable Hold share, @Nullable Throwable failure) {
        try (Steps then = queue.decide()) {
            boolean moves = lease.isLive() && lease.hold() == from;
            if (share == null) {
                then.add(() -> complete(null, failure));
            } else if (moves) {
                moveTo(share, then);
            } else {
                // The lease has ended, or another change has taken it out already.
                then.add(() -> queue.actions().cleanUp(share));
                then.add(() -> own.complete(lease.isLive() ? lease.hold() : null));
            }
            from.hasSplit(share != null && moves, then);
            queue.closeIfIdle();
        }
    }

    private void moveTo(Hold hold, Steps then) {
        lease.moveTo(hold);
        then.add(() -> queue.actions().moved(lease, from));
        then.add(() -> own.complete(hold));
    }

    /** As another future did. */
    private void complete(@Nullable Hold hold, @Nullable Throwable failure) {
        if (failure == null) {
            own.complete(hold);
        } else {
            own.completeExceptionally(failure);
        }
    }
}
