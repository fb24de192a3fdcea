package dev.mortise.internal.queue;

import dev.mortise.ReleaseOutcome;
import dev.mortise.internal.lease.Hold;
import dev.mortise.internal.lease.HoldFacts;
import dev.mortise.internal.lease.LeaseState;
import dev.mortise.internal.queue.HandOffBudget.Verdict;
import dev.mortise.internal.runtime.Steps;
import dev.mortise.internal.store.Failure;
import dev.mortise.internal.store.Reserved;
import java.util.Iterator;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A hold that its local queue hands from lease to lease, within a budget, and gives back to the server when it cannot be handed
 * on. Its fields are guarded by the queue.
 */
final class SharedHold extends Hold {
    /*
     * Overview. The queue makes one for each grant. While it is the current hold of the queue, it is handed on; afterwards its
     * count of leases only goes down, and with the last lease it goes back.
     *
     * When the last lease on it is released, it is handed to the first waiter, if the hold fits that waiter and the budget allows
     * it. Otherwise it goes back to the server, and the first waiter leads there, behind the waiters of other clients. So hand-offs
     * overtake those by no more than the budget.
     *
     * Readers. When it is a reader's turn, all readers that wait here get the hold together, also those behind a writer; that
     * writer is the next then. So a waiting writer is overtaken by at most one group of readers for each waiter that is ahead of
     * it. This is a phase-fair lock (Brandenburg and Anderson, 2010). Otherwise a reader joins only while there are no waiters,
     * here or, as far as is known, elsewhere.
     *
     * Reserving. A waiter here may not be the only one: the first that waits behind an uncontended hold makes the hold ask the
     * server whether others wait. The answer brings tokens, renews the hold, and promises a message when another client comes. If
     * that message is lost, this costs a second: then the budget counts again until the server has answered. So does an outage.
     *
     * A hold that must be renewed, or needs tokens, before the next waiter fits is halted: no lease stands on it, and the waiter
     * gets it with the answer. Until then the hold counts as held.
     *
     * Lease and hold. A lease may move to a hold of its own (TakeOut) while it ends. So each end asks, under the guard, whether the
     * lease still stands here, and otherwise goes to the hold where it stands. While one moves, the hold is not handed on.
     */
    private final LocalQueue queue;

    /** How often and how long it may still be handed on. Guarded by the queue. */
    private final HandOffBudget budget;

    /** Those for the leases that follow. Guarded by the queue. */
    private final TokenBlock tokens;

    /** Leases that stand on it, or are just being made. Guarded by the queue. */
    private int active = 1;

    /** How many leases are just leaving it for a share of their own. Guarded by the queue. */
    private int splitting;

    /** Whether the leases on it share it. Guarded by the queue. */
    private boolean shared;

    /** Whether the server is being asked for tokens, and who waits. Guarded by the queue. */
    private boolean reserving;

    /** Whether the next waiter waits for the answer to that. Guarded by the queue. */
    private boolean halted;

    SharedHold(LocalQueue queue, HoldFacts facts, boolean shared, HandOffBudget budget) {
        super(facts);
        this.queue = queue;
        this.budget = budget;
        this.shared = shared;
        this.tokens = new TokenBlock(facts.token());
    }

    @Override
    public void released(LeaseState lease) {
        try (Steps then = queue.decide()) {
            if (lease.hold() != this) {
                then.add(() -> lease.hold().released(lease));
            } else if (--active > 0) {
                then.add(() -> lease.answered().complete(ReleaseOutcome.RELEASED));
            } else {
                handOnOrGiveBack(lease, false, then);
            }
            queue.closeIfIdle();
        }
    }

    @Override
    public CompletableFuture<?> ended(LeaseState lease) {
        CompletableFuture<@Nullable Void> done = new CompletableFuture<>();
        try (Steps then = queue.decide()) {
            if (lease.hold() != this) {
                then.add(() -> lease.hold().ended(lease).whenComplete((any, failure) -> done.complete(null)));
            } else if (--active > 0) {
                done.complete(null);
            } else {
                end(done, then);
                queue.nextLeads(0, then);
            }
            queue.closeIfIdle();
        }
        return done;
    }

    @Override
    public CompletableFuture<@Nullable Hold> takeOut(LeaseState lease) {
        return new TakeOut(queue, this, lease).start();
    }

    @Override
    public void contended() {
        queue.change(this::othersWait);
    }

    @Override
    public boolean isSole(LeaseState lease) {
        return lease.terms().permits() == permits() && isExclusive();
    }

    // All that follows is called under the guard of the queue.

    /** It was granted, or handed on: other readers join, and the server is asked whether others wait, if there is a reason. */
    void begin(long now, Steps then) {
        if (shared) {
            joinReaders(now, then);
        }
        if (queue.line().hasWaiter()) {
            askWhoWaits(now, then);
        }
    }

    /** Whether no lease stands on it. */
    boolean isUnused() {
        return active == 0;
    }

    /** Whether this client has the lock and no other can have a part in it: valid, or halted. */
    boolean isHeldAlone(long now) {
        return isExclusive() && (halted || isValid(now));
    }

    /** Whether a reader that just comes gets a part of it. */
    boolean letsJoin(LocalWaiter reader, long now) {
        return shared
                && active > 0
                && queue.line().size() == 0
                && splitting == 0
                && !budget.isContended()
                && mayJoin(now)
                && fit(reader, now) == Fit.YES;
    }

    /** When it is not known whether others wait, one may join for each time that the server is asked. */
    private boolean mayJoin(long now) {
        Verdict verdict = budget.verdict(now);
        return verdict == Verdict.HAND_ON || verdict == Verdict.ASK && !reserving;
    }

    /** Gives a part of it to an acquire that does not wait in the line, or no longer. */
    void handTo(LocalWaiter waiter, Steps then) {
        active++;
        budget.handedOn();
        long token = tokens.take();
        then.add(() -> {
            if (!waiter.handTo(this, token)) {
                notTaken(then);
            }
        });
    }

    /** The waiter has left meanwhile. Goes on in the same steps: many may have left at once. */
    private void notTaken(Steps running) {
        try (Steps then = queue.decide(running)) {
            lessActive(then);
        }
    }

    /** A waiter that was to get it has left, or its lease could not be made. */
    void lessActive(Steps then) {
        if (--active == 0) {
            handOnOrGiveBack(null, false, then);
        }
        queue.closeIfIdle();
    }

    /**
     * No lease stands on it any more.
     *
     * @param last the lease that was released just now, if that is why
     * @param isRenewed whether it was renewed just now
     */
    private void handOnOrGiveBack(@Nullable LeaseState last, boolean isRenewed, Steps then) {
        long now = queue.actions().nanos();
        LocalWaiter next = queue.nextOn(this);
        Fit fit = next == null ? Fit.NO : fitNext(next, now);
        if (fit == Fit.RENEWED && isRenewed) {
            // Answers take too long for a lease this short: what is left of it is enough, or it goes back.
            fit = isValid(now) && !tokens.isEmpty() ? Fit.YES : Fit.NO;
        }
        if (next == null || fit == Fit.NO) {
            giveBack(last, then);
            return;
        }
        if (fit == Fit.YES) {
            queue.line().handedOn(next);
            shared = next.isShared();
            handTo(next, then);
            begin(now, then);
        } else {
            halted = true;
            reserve(next.lifetimeNanos(), then);
        }
        if (last != null) {
            then.add(() -> last.answered().complete(ReleaseOutcome.RELEASED));
        }
    }

    /** All readers that wait at this moment, also those behind a writer. A later one waits behind that writer. */
    private void joinReaders(long now, Steps then) {
        Iterator<LocalWaiter> inOrder = queue.line().inOrder();
        while (inOrder.hasNext()) {
            LocalWaiter next = inOrder.next();
            if (next.isShared() && fit(next, now) == Fit.YES) {
                inOrder.remove();
                handTo(next, then);
            }
        }
    }

    /** How it fits the first waiter, when no lease stands on it. */
    private Fit fitNext(LocalWaiter next, long now) {
        Verdict verdict = budget.verdict(now);
        boolean isWriterOnShared = !next.isShared() && !isExclusive();
        if (verdict == Verdict.STOP || isWriterOnShared || splitting > 0) {
            return Fit.NO;
        }
        Fit fit = fit(next, now);
        return fit == Fit.YES && verdict == Verdict.ASK ? Fit.RENEWED : fit;
    }

    private Fit fit(LocalWaiter waiter, long now) {
        return Fit.of(this, !tokens.isEmpty(), waiter, now);
    }

    /** Whether the server has it still, as far as is known here. */
    boolean isValid(long now) {
        return loss() == null && now < validUntil();
    }

    /** Other clients wait for the lock. */
    void othersWait() {
        budget.contended(queue.actions().nanos());
    }

    /** Asks the server whether other clients wait, unless that is known. */
    void askWhoWaits(long now, Steps then) {
        if (budget.wantsToKnow(now)) {
            reserve(lifetimeNanos(), then);
        }
    }

    private void reserve(long lifetimeNanos, Steps then) {
        if (reserving) {
            return;
        }
        reserving = true;
        long wanted = tokens.toReserve();
        then.add(() -> {
            long sentAtNanos = queue.actions().nanos();
            Failure.or(() -> queue.actions().reserve(this, lifetimeNanos, wanted))
                    .exceptionally(failure -> Optional.empty())
                    .thenAccept(reply -> reserved(reply, sentAtNanos, lifetimeNanos, wanted));
        });
    }

    /** @param reply empty when the server has the hold no more, or there was no answer */
    private void reserved(Optional<Reserved> reply, long sentAtNanos, long lifetimeNanos, long wanted) {
        try (Steps then = queue.decide()) {
            boolean wasHalted = halted;
            reserving = false;
            halted = false;
            if (reply.isPresent()) {
                confirm(sentAtNanos, lifetimeNanos, false);
                tokens.reserved(reply.get().token(), wanted);
                budget.answered(
                        sentAtNanos, queue.actions().nanos(), reply.get().waiting());
                if (wasHalted) {
                    handOnOrGiveBack(null, true, then);
                }
            } else if (wasHalted) {
                giveBack(null, then);
            }
            queue.closeIfIdle();
        }
    }

    /** It goes back to the server, with the last lease if that was released just now, and the next waiter leads. */
    private void giveBack(@Nullable LeaseState last, Steps then) {
        queue.drop(this);
        then.add(() -> {
            if (last == null) {
                cleanUp();
            } else {
                queue.actions().release(last);
                queue.actions().forget(this);
            }
        });
        queue.nextLeads(0, then);
    }

    /** It is handed on no more and goes back to the server. Completes when it has. */
    void end(CompletableFuture<@Nullable Void> done, Steps then) {
        halted = false;
        queue.drop(this);
        then.add(() -> cleanUp().whenComplete((any, failure) -> done.complete(null)));
    }

    private CompletableFuture<?> cleanUp() {
        CompletableFuture<?> gone = queue.actions().cleanUp(this);
        queue.actions().forget(this);
        return gone;
    }

    /** Whether this lease has all of it, so that it can leave as it is. */
    boolean isOnlyLease(LeaseState lease) {
        return active == 1 && lease.terms().permits() == permits();
    }

    /** A lease begins to leave it for a share of its own. */
    void splits() {
        splitting++;
    }

    /**
     * Such a lease has left, or stays.
     *
     * @param hasLeft whether it stands on its share now
     */
    void hasSplit(boolean hasLeft, Steps then) {
        splitting--;
        if (hasLeft && --active == 0) {
            handOnOrGiveBack(null, false, then);
        }
    }
}
