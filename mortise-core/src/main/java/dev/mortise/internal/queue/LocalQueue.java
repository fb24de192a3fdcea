package dev.mortise.internal.queue;

import dev.mortise.ReleaseOutcome;
import dev.mortise.internal.lease.Hold;
import dev.mortise.internal.lease.HoldFacts;
import dev.mortise.internal.lease.LeaseState;
import dev.mortise.internal.queue.HandOffBudget.Verdict;
import dev.mortise.internal.queue.SharedHold.Fit;
import dev.mortise.internal.runtime.Guarded;
import dev.mortise.internal.runtime.Steps;
import dev.mortise.internal.store.Failure;
import dev.mortise.internal.store.Reserved;
import dev.mortise.internal.store.StoreException;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The acquires of one client for one lock: decides which of them ask the server, and passes a grant on from one to the next
 * without asking it. Thread-safe.
 */
final class LocalQueue implements Passage {
    /*
     * Overview. An acquire that comes here is in one of four places:
     *
     *   asking   it talks to the server itself, and may stand in the queue there. As a rule that is one at a time.
     *   queued   it waits here, first come first served, and nothing was sent for it.
     *   visiting it asks the server once and does not wait; it counts only so that the queue stays.
     *   gone     it has a lease, or has left.
     *
     * And the lock is, seen from here:
     *
     *   away     no hold.                     Who comes asks, if nobody does; else it queues.
     *   held     exclusively, by one lease, or by readers that share a hold which is exclusive on the server.
     *                                         Who comes queues; readers join readers.
     *   shared   a reader's hold on the server. Readers join; a writer asks at once, so that it has its place there.
     *   halted   held, by nobody here: the next one waits until the hold is renewed or has tokens again.
     *
     * A release passes the hold to the first in the queue if that one fits on it, and the budget allows it; else the hold
     * goes back to the server, and the first in the queue asks, behind those of other clients that wait there. So passing
     * overtakes them by no more than the budget.
     *
     * When it is a reader's turn, all readers in the queue get the hold together, also those behind a writer; that writer is
     * the next then. A waiting writer is overtaken by at most one group of readers for each waiter that is ahead of it.
     * Otherwise a reader joins only while there are no waiters, here or, as far as is known, elsewhere.
     *
     * Whatever is decided under the guard is done after it, in steps; what is done may come back here at once. A hold that
     * is no longer current is not handed on; only its count of leases still goes down. A lease that ends while its hold is
     * given away goes to its new hold.
     *
     * Who queues here is not alone with it: the first who queues behind an uncontended hold makes the queue ask the server
     * whether others wait; the answer promises a message when one comes. A lost message costs a second: then the budget
     * counts again until the server has answered. An outage stops the passing likewise.
     *
     * Whoever waits here outlasts an outage if it waits behind a holder, or the server has answered somebody since it came.
     * The others are to know soon that the server cannot be reached: when a request of one that waits fails, they ask, and
     * so does who comes until the server has answered again.
     *
     * Whoever runs out of time here is told whether the lock was to be had at all: it was not if the server has answered
     * somebody since that one came, or the lock was held here, or somebody here stands in the queue there and asks now and
     * then without a failure. If there was a failure instead, that is the answer. If there was nothing yet, the first of
     * both is waited for.
     */
    private static final Logger log = LoggerFactory.getLogger(LocalQueue.class);

    private final HoldActions backing;
    private final HandOffLimits limits;
    private final int maxWaiters;
    private final Runnable onIdle;
    private final Guarded guard;

    // Guarded by guard.
    private final Map<LocalWaiter, Long> queue = new LinkedHashMap<>();
    private final Set<LocalWaiter> askers = new HashSet<>(2);
    private final Set<LocalWaiter> visitors = new HashSet<>(2);

    /** Those of the askers that the server has put into its queue. */
    private final Set<LocalWaiter> standing = new HashSet<>(2);

    /** Those whose time is over, and who want to know why. */
    private final Set<LocalWaiter> curious = new HashSet<>(0);

    private @Nullable SharedHold current;

    /** How often the server has granted something here, or put somebody into its queue. */
    private long answers;

    /** Whether the last request of one that waits failed. */
    private boolean unreachable;

    /** Until when it is known who holds the lock: somebody was answered then, or held it here. */
    private @Nullable Long knownUntil;

    /** Of the last request that failed, and when. */
    private @Nullable StoreException failure;

    private long failedAt;

    /** Once true stays true: nobody comes in any more. */
    private boolean closed;

    /**
     * @param executor runs what is to be done outside the guard: at once, unless a test wants to see all orders
     * @param onIdle called once, under the guard: nobody is here and nobody can come in any more
     */
    LocalQueue(HoldActions backing, Executor executor, HandOffLimits limits, int maxWaiters, Runnable onIdle) {
        this.backing = backing;
        this.guard = new Guarded(executor);
        this.limits = limits;
        this.maxWaiters = maxWaiters;
        this.onIdle = onIdle;
    }

    /** False when this queue is closed: another one has taken its place, or can. */
    boolean enter(LocalWaiter waiter) {
        try (Steps steps = guard.decide()) {
            if (closed) {
                return false;
            }
            waiter.standsAt(this);
            admit(waiter, steps);
        }
        return true;
    }

    @Override
    public Hold granted(LocalWaiter waiter, HoldFacts grant) {
        SharedHold hold = null;
        try (Steps steps = guard.decide()) {
            goes(waiter);
            long now = backing.nanos();
            HandOffBudget budget = new HandOffBudget(limits, now, grant.waiting());
            hold = new SharedHold(this, grant, waiter.isShared(), budget);
            current = hold;
            reached(steps);
            if (hold.shared) {
                joinReaders(hold, now, steps);
            }
            if (!queue.isEmpty()) {
                askWhoWaits(hold, now, steps);
            }
        } catch (RuntimeException | Error e) {
            if (hold == null) {
                throw e;
            }
            // Others may stand on it by now, so it must not be withdrawn because of what went wrong for one of them.
            log.warn("Lock '{}' was granted, but not all of this client could be told", hold.lock(), e);
        }
        return hold;
    }

    @Override
    public boolean notTaken(Hold hold) {
        try (Steps steps = guard.decide()) {
            lessActive((SharedHold) hold, steps);
        }
        return true;
    }

    @Override
    public void queued(LocalWaiter waiter) {
        try (Steps steps = guard.decide()) {
            if (askers.contains(waiter)) {
                standing.add(waiter);
            }
            reached(steps);
        }
    }

    @Override
    public void unanswered(LocalWaiter waiter, StoreException reason, boolean outlasts) {
        try (Steps steps = guard.decide()) {
            failed(reason, steps);
            if (outlasts && askers.contains(waiter)) {
                unreachable = true;
                newcomersAsk(null, steps);
            }
        }
    }

    @Override
    public void left(LocalWaiter waiter, long ticket, @Nullable StoreException reason) {
        try (Steps steps = guard.decide()) {
            boolean asked = goes(waiter);
            if (reason != null) {
                failed(reason, steps);
                if (asked) {
                    newcomersAsk(reason, steps);
                }
            }
            nextAsks(ticket, steps);
            closeIfIdle();
        }
    }

    @Override
    public Tidings tidings(LocalWaiter waiter, long since) {
        return guard.read(() -> {
            SharedHold hold = current;
            boolean stands = !standing.isEmpty() && !unreachable;
            Long known = knownUntil;
            if (stands || hold != null && isHeld(hold, backing.nanos()) || known != null && known >= since) {
                return new Tidings(true, null);
            }
            StoreException reason = failure != null && failedAt >= since ? failure : null;
            if (reason == null) {
                curious.add(waiter);
            }
            return new Tidings(false, reason);
        });
    }

    @Override
    public long place(LocalWaiter waiter) {
        return guard.read(() -> {
            long place = askers.size();
            for (LocalWaiter other : queue.keySet()) {
                place++;
                if (other == waiter) {
                    return place;
                }
            }
            return 0L;
        });
    }

    /** The client closes: a hold that nobody stands on goes back. Completes when it has. */
    CompletableFuture<?> close() {
        CompletableFuture<Object> done = new CompletableFuture<>();
        try (Steps steps = guard.decide()) {
            SharedHold hold = current;
            if (hold != null && hold.active == 0) {
                hold.halted = false;
                drop(hold);
                steps.add(() -> cleanUp(hold).whenComplete((any, failure) -> done.complete("")));
            } else {
                done.complete("");
            }
            closeIfIdle();
        }
        return done;
    }

    /** Those that wait here and nowhere else, in order. */
    List<LocalWaiter> queued() {
        return guard.read(() -> List.copyOf(queue.keySet()));
    }

    /** The server says that others wait for the lock. */
    void contended() {
        guard.change(() -> {
            if (current != null) {
                current.budget.contended(backing.nanos());
            }
        });
    }

    void contended(SharedHold hold) {
        guard.change(() -> hold.budget.contended(backing.nanos()));
    }

    void released(SharedHold hold, LeaseState lease) {
        try (Steps steps = guard.decide()) {
            if (lease.hold() != hold) {
                steps.add(() -> lease.hold().released(lease));
            } else {
                hold.active--;
                if (hold.active > 0) {
                    steps.add(() -> lease.outcome().complete(ReleaseOutcome.RELEASED));
                } else {
                    goOn(hold, lease, steps);
                }
            }
            closeIfIdle();
        }
    }

    CompletableFuture<?> ended(SharedHold hold, LeaseState lease) {
        CompletableFuture<Object> done = new CompletableFuture<>();
        try (Steps steps = guard.decide()) {
            if (lease.hold() != hold) {
                steps.add(() -> lease.hold().ended(lease).whenComplete((any, failure) -> done.complete("")));
            } else {
                hold.active--;
                if (hold.active > 0) {
                    done.complete("");
                } else {
                    drop(hold);
                    steps.add(() -> cleanUp(hold).whenComplete((any, failure) -> done.complete("")));
                    nextAsks(0, steps);
                }
            }
            closeIfIdle();
        }
        return done;
    }

    CompletableFuture<@Nullable Hold> takeOut(SharedHold hold, LeaseState lease) {
        CompletableFuture<@Nullable Hold> own = new CompletableFuture<>();
        try (Steps steps = guard.decide()) {
            if (lease.hold() != hold) {
                steps.add(() -> pipe(lease.hold().takeOut(lease), own));
            } else if (!lease.isLive()) {
                own.complete(null);
            } else if (hold.active == 1 && lease.terms().permits() == hold.permits()) {
                drop(hold);
                Hold moved = backing.sole(hold);
                lease.moveTo(moved);
                steps.add(() -> backing.moved(lease, hold));
                steps.add(() -> own.complete(moved));
                nextAsks(0, steps);
            } else {
                hold.splitting++;
                steps.add(() -> backing.split(hold, lease)
                        .whenComplete((share, failure) -> split(hold, lease, share, failure, own)));
            }
            closeIfIdle();
        }
        return own;
    }

    /** The lease has a share of its own on the server, if both still live. */
    private void split(
            SharedHold hold,
            LeaseState lease,
            @Nullable Hold share,
            @Nullable Throwable failure,
            CompletableFuture<@Nullable Hold> own) {
        try (Steps steps = guard.decide()) {
            hold.splitting--;
            if (failure != null) {
                steps.add(() -> own.completeExceptionally(failure));
            } else if (share == null) {
                steps.add(() -> own.complete(null));
            } else if (!lease.isLive() || lease.hold() != hold) {
                // It has ended, or somebody else has taken it out already.
                steps.add(() -> backing.cleanUp(share));
                steps.add(() -> own.complete(lease.isLive() ? lease.hold() : null));
            } else {
                lease.moveTo(share);
                steps.add(() -> backing.moved(lease, hold));
                steps.add(() -> own.complete(share));
                hold.active--;
                if (hold.active == 0) {
                    goOn(hold, null, steps);
                }
            }
            closeIfIdle();
        }
    }

    private void admit(LocalWaiter waiter, Steps steps) {
        long now = backing.nanos();
        SharedHold hold = current;
        if (hold != null && waiter.isShared() && isJoinable(hold, now) && hold.fit(waiter, now) == Fit.YES) {
            join(hold, waiter, steps);
            askWhoWaits(hold, now, steps);
            return;
        }
        if (!waiter.isPatient()) {
            visitors.add(waiter);
            steps.add(() -> waiter.lead(0, false, null));
            return;
        }
        boolean held = hold != null && isHeld(hold, now);
        if (!held && (unreachable || askers.isEmpty() && queue.isEmpty())) {
            askers.add(waiter);
            steps.add(() -> waiter.lead(0, false, null));
            return;
        }
        long waiting = (long) queue.size() + askers.size();
        if (waiting >= maxWaiters) {
            steps.add(() -> waiter.refuseFull(waiting));
            return;
        }
        queue.put(waiter, held ? answers - 1 : answers);
        waiter.queuesAt(waiting + 1);
        if (hold != null) {
            askWhoWaits(hold, now, steps);
        }
        nextAsks(0, steps);
    }

    private boolean isJoinable(SharedHold hold, long now) {
        return hold.shared
                && hold.active > 0
                && queue.isEmpty()
                && askers.isEmpty()
                && hold.splitting == 0
                && !hold.budget.isContended()
                && mayJoin(hold, now);
    }

    /** When it is not known whether others wait, one may join for each time that the server is asked. */
    private static boolean mayJoin(SharedHold hold, long now) {
        Verdict verdict = hold.budget.verdict(now);
        return verdict == Verdict.PASS || verdict == Verdict.ASK && !hold.asking;
    }

    private static boolean isHeld(SharedHold hold, long now) {
        return hold.isExclusive() && (hold.halted || hold.isValid(now));
    }

    /** Nobody stands on the hold any more. */
    private void goOn(SharedHold hold, @Nullable LeaseState last, Steps steps) {
        goOn(hold, last, false, steps);
    }

    /** @param renewed whether it was renewed just now */
    private void goOn(SharedHold hold, @Nullable LeaseState last, boolean renewed, Steps steps) {
        long now = backing.nanos();
        LocalWaiter next = first();
        Fit fit = next == null || hold != current || !askers.isEmpty() ? Fit.NO : fit(hold, next, now);
        if (fit == Fit.RENEWED && renewed) {
            // Answers take too long for a lease this short: what is left of it is enough, or it goes over the server.
            fit = hold.canBePassed(now) ? Fit.YES : Fit.NO;
        }
        if (next == null || fit == Fit.NO) {
            drop(hold);
            steps.add(() -> giveBack(hold, last));
            nextAsks(0, steps);
            return;
        }
        if (fit == Fit.YES) {
            queue.remove(next);
            hold.shared = next.isShared();
            join(hold, next, steps);
            if (hold.shared) {
                joinReaders(hold, now, steps);
            }
            if (!queue.isEmpty()) {
                askWhoWaits(hold, now, steps);
            }
        } else {
            hold.halted = true;
            ask(hold, next.lifetimeNanos(), steps);
        }
        if (last != null) {
            steps.add(() -> last.outcome().complete(ReleaseOutcome.RELEASED));
        }
    }

    /** How the first in the queue fits on a hold that nobody stands on. */
    private static Fit fit(SharedHold hold, LocalWaiter next, long now) {
        Verdict verdict = hold.budget.verdict(now);
        boolean writerOnShared = !next.isShared() && !hold.isExclusive();
        if (verdict == Verdict.STOP || writerOnShared || hold.splitting > 0) {
            return Fit.NO;
        }
        Fit fit = hold.fit(next, now);
        return fit == Fit.YES && verdict == Verdict.ASK ? Fit.RENEWED : fit;
    }

    /**
     * All readers that queue at this moment, also those behind a writer: it is the next then, and whoever comes meanwhile
     * queues behind it (phase-fair: Brandenburg and Anderson 2010).
     */
    private void joinReaders(SharedHold hold, long now, Steps steps) {
        Iterator<LocalWaiter> waiting = queue.keySet().iterator();
        while (waiting.hasNext()) {
            LocalWaiter next = waiting.next();
            if (next.isShared() && hold.fit(next, now) == Fit.YES) {
                waiting.remove();
                join(hold, next, steps);
            }
        }
    }

    /** Gives a part of the hold to somebody who has left the queue. */
    private void join(SharedHold hold, LocalWaiter waiter, Steps steps) {
        hold.active++;
        hold.budget.passed();
        long token = hold.nextToken();
        steps.add(() -> {
            if (!waiter.handTo(hold, token)) {
                notTaken(hold, steps);
            }
        });
    }

    /** Whoever should have got it has left meanwhile. Goes on in the same steps: many may have left at once. */
    private void notTaken(SharedHold hold, Steps steps) {
        try (Steps same = guard.decide(steps)) {
            lessActive(hold, same);
        }
    }

    private void lessActive(SharedHold hold, Steps steps) {
        hold.active--;
        if (hold.active == 0) {
            goOn(hold, null, steps);
        }
        closeIfIdle();
    }

    private void askWhoWaits(SharedHold hold, long now, Steps steps) {
        if (hold.budget.wantsToKnow(now)) {
            ask(hold, hold.lifetimeNanos(), steps);
        }
    }

    private void ask(SharedHold hold, long leaseNanos, Steps steps) {
        if (hold.asking) {
            return;
        }
        hold.asking = true;
        long tokens = hold.tokensToReserve();
        steps.add(() -> {
            long base = backing.nanos();
            Failure.or(() -> backing.reserve(hold, leaseNanos, tokens))
                    .exceptionally(failure -> Optional.empty())
                    .thenAccept(reply -> answered(hold, base, leaseNanos, tokens, reply));
        });
    }

    /** @param reply empty when the hold is gone there, or nothing was answered */
    private void answered(SharedHold hold, long base, long leaseNanos, long tokens, Optional<Reserved> reply) {
        try (Steps steps = guard.decide()) {
            hold.asking = false;
            boolean wasHalted = hold.halted;
            hold.halted = false;
            if (reply.isPresent()) {
                hold.confirm(base, leaseNanos, false);
                hold.reserved(reply.get(), tokens);
                hold.budget.answered(base, backing.nanos(), reply.get().waiting());
                if (wasHalted) {
                    goOn(hold, null, true, steps);
                }
            } else if (wasHalted) {
                drop(hold);
                steps.add(() -> giveBack(hold, null));
                nextAsks(0, steps);
            }
            closeIfIdle();
        }
    }

    private void nextAsks(long ticket, Steps steps) {
        SharedHold hold = current;
        if (!askers.isEmpty() || hold != null && isHeld(hold, backing.nanos())) {
            return;
        }
        LocalWaiter next = first();
        if (next != null) {
            asks(next, ticket, null, steps);
        }
    }

    /** Those who do not outlast an outage. */
    private void newcomersAsk(@Nullable StoreException reason, Steps steps) {
        for (Map.Entry<LocalWaiter, Long> waiting : List.copyOf(queue.entrySet())) {
            if (waiting.getValue() >= answers) {
                asks(waiting.getKey(), 0, reason, steps);
            }
        }
    }

    private void reached(Steps steps) {
        answers++;
        unreachable = false;
        knownUntil = backing.nanos();
        tellTheCurious(steps);
    }

    private void failed(StoreException reason, Steps steps) {
        failure = reason;
        failedAt = backing.nanos();
        tellTheCurious(steps);
    }

    private void tellTheCurious(Steps steps) {
        if (!curious.isEmpty()) {
            List.copyOf(curious).forEach(waiter -> steps.add(waiter::heard));
            curious.clear();
        }
    }

    private void asks(LocalWaiter next, long ticket, @Nullable StoreException reason, Steps steps) {
        Long joined = queue.remove(next);
        boolean outlasts = joined != null && joined < answers;
        askers.add(next);
        steps.add(() -> next.lead(ticket, outlasts, reason));
    }

    /** Whether it was one that asks, and waits. */
    private boolean goes(LocalWaiter waiter) {
        if (!waiter.isPatient()) {
            visitors.remove(waiter);
            return false;
        }
        queue.remove(waiter);
        curious.remove(waiter);
        standing.remove(waiter);
        boolean asked = askers.remove(waiter);
        unreachable &= !askers.isEmpty();
        return asked;
    }

    private @Nullable LocalWaiter first() {
        Iterator<LocalWaiter> waiting = queue.keySet().iterator();
        return waiting.hasNext() ? waiting.next() : null;
    }

    private void drop(SharedHold hold) {
        if (current == hold) {
            current = null;
            if (hold.isExclusive()) {
                knownUntil = Math.min(backing.nanos(), hold.validUntil());
            }
        }
    }

    private void giveBack(SharedHold hold, @Nullable LeaseState last) {
        if (last == null) {
            cleanUp(hold);
        } else {
            backing.release(last);
            backing.forget(hold);
        }
    }

    private CompletableFuture<?> cleanUp(SharedHold hold) {
        CompletableFuture<?> gone = backing.cleanUp(hold);
        backing.forget(hold);
        return gone;
    }

    private void closeIfIdle() {
        if (!closed && current == null && visitors.isEmpty() && queue.isEmpty() && askers.isEmpty()) {
            closed = true;
            onIdle.run();
        }
    }

    private static void pipe(CompletableFuture<@Nullable Hold> from, CompletableFuture<@Nullable Hold> to) {
        from.whenComplete((hold, failure) -> {
            if (failure == null) {
                to.complete(hold);
            } else {
                to.completeExceptionally(failure);
            }
        });
    }
}
