package dev.mortise.internal.client;

import dev.mortise.DeadlockException;
import dev.mortise.LeaseLoss.Cause;
import dev.mortise.LockException;
import dev.mortise.internal.acquire.Acquire;
import dev.mortise.internal.acquire.AcquireContext;
import dev.mortise.internal.acquire.AcquireSpec;
import dev.mortise.internal.acquire.Grant;
import dev.mortise.internal.lease.Hold;
import dev.mortise.internal.lease.LeaseChanges;
import dev.mortise.internal.lease.LeaseHandle;
import dev.mortise.internal.lease.LeaseState;
import dev.mortise.internal.queue.WaiterQueue;
import dev.mortise.internal.runtime.Time;
import dev.mortise.internal.store.AcquireReply;
import dev.mortise.internal.store.AcquireRequest;
import dev.mortise.internal.store.Late;
import dev.mortise.internal.store.Reserved;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** A reader asks to become the writer. Until it does, and if it does not, its lease stays as it is. */
final class UpgradeAcquire extends Acquire {
    /*
     * Overview. It differs from another acquire in five ways:
     *
     *   lease id    that of the reader, so a withdrawal would end the reader
     *   attempt     each has a number, in the place of the ticket. The server takes an attempt as over when it was given up, or
     *               followed by another: its late requests change nothing
     *   queue       the server has it stand first. Two that wait at once would wait for each other, so the second is refused
     *   leaving     gives the attempt up in place of withdrawing, and goes on with that until there is an answer
     *   end         with the reader, whose end the server takes for that of the wait
     */
    private final ChangeContext changes;
    private final Upgrades upgrades;
    private final LeaseHandle read;
    private final LeaseState former;

    /** What the read lease stands on, alone. */
    private final Hold own;

    /** Its number; the same in all its requests. */
    private final long attempt;

    /**
     * @param entrance lets it ask the server for itself
     * @param own what the read lease has for itself on the server
     * @param spec of the write lease
     */
    UpgradeAcquire(
            AcquireContext context,
            WaiterQueue.Entrance entrance,
            Upgrades upgrades,
            LeaseHandle read,
            Hold own,
            AcquireSpec spec) {
        super(context, spec, own.id(), entrance);
        this.changes = upgrades.context();
        this.upgrades = upgrades;
        this.read = read;
        this.former = read.lease();
        this.own = own;
        this.attempt = upgrades.next(former);
    }

    @Override
    protected CompletableFuture<AcquireReply> ask(AcquireRequest request) {
        own.asked(TimeUnit.MILLISECONDS.toNanos(request.leaseMillis()));
        return upgrades.ask(new AcquireRequest(
                request.lock(),
                request.leaseId(),
                request.shape(),
                request.permits(),
                request.leaseMillis(),
                request.queue(),
                request.floor(),
                request.tag(),
                request.maxWaiters(),
                attempt,
                request.copies()));
    }

    /**
     * It reads on, whether it was the writer by now or not. No client can be the writer while the server takes this one for
     * a reader that waits to be. So this is repeated for as long as the lease may live, here or wherever its ticket went.
     */
    @Override
    protected CompletableFuture<?> withdraw(Supplier<Late> late, boolean mayBeKnown) {
        return mayBeKnown
                ? changes.requests().askInBackground(givingUp(changes.time(), upgrades, former, own, attempt))
                : CompletableFuture.completedFuture(null);
    }

    /** Refers to nothing that would keep the lease reachable. */
    private static Supplier<CompletableFuture<Optional<Reserved>>> givingUp(
            Time time, Upgrades upgrades, LeaseState former, Hold own, long attempt) {
        return () -> {
            if (!former.isLive() && !former.isDetached()) {
                return CompletableFuture.completedFuture(Optional.empty());
            }
            long worth = TimeUnit.NANOSECONDS.toMillis(LeaseChanges.lifetimeNanos(former, time.nanos()));
            return upgrades.giveUp(own.lock(), own.id(), worth, attempt);
        };
    }

    @Override
    protected LeaseHandle lease(Grant grant) {
        grant.hold().succeeds(own);
        return changes.leases().upgraded(read, terms(), grant.hold(), grant.token(), grant.claimOnly());
    }

    @Override
    protected LockException refused(AcquireReply reply) {
        if (reply instanceof AcquireReply.Conflict other) {
            return new DeadlockException(
                    own.lock(),
                    "cannot be upgraded, as another reader waits for that",
                    List.of(reader(terms().owner()), reader(other.tag().owner())));
        }
        changes.registry().lose(former, Cause.GONE, "the server has it no more: expired there, or its data is gone");
        return read.gone();
    }

    /** One of the two readers that wait for each other. */
    private DeadlockException.Wait reader(String owner) {
        return new DeadlockException.Wait(
                owner, "", Optional.empty(), own.lock(), Optional.empty(), own.lock(), Optional.empty());
    }
}
