package dev.mortise.internal.gate;

import dev.mortise.ReleaseOutcome;
import dev.mortise.internal.gate.Budget.Verdict;
import dev.mortise.internal.gate.Hold.Fit;
import dev.mortise.internal.lease.Failure;
import dev.mortise.internal.lease.HeldLease;
import dev.mortise.internal.lease.Tenure;
import dev.mortise.internal.store.Reserved;
import dev.mortise.internal.store.StoreException;
import dev.mortise.internal.waiting.Knocker;
import dev.mortise.internal.waiting.Passage;
import dev.mortise.internal.waiting.ServerGrant;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The acquires of one client for one lock: decides which of them ask the server, and passes a grant on from one to the next
 * without asking it. Thread-safe.
 */
final class Gate implements Passage {
    /*
     * Overview. An acquire that comes here is in one of four places:
     *
     *   asking   it talks to the server itself, and may stand in the queue there. As a rule that is one at a time.
     *   queued   it waits here, first come first served, and nothing was sent for it.
     *   visiting it asks the server once and does not wait; it counts only so that the gate stays.
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
     * the next then. So a writer is overtaken by the readers of one turn at most for each that stands before it. Otherwise a
     * reader joins only while nobody waits, here or, as far as is known, elsewhere.
     *
     * Whatever is decided under the guard is done after it, in steps; what is done may come back here at once. A hold that
     * was replaced, or given away, only counts down. A lease that ends while its hold is given away finds its new home.
     *
     * Who queues here is not alone with it: the first who queues behind an uncontended hold makes the gate ask the server
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
    private final Backing backing;
    private final Executor executor;
    private final PassingLimits limits;
    private final int maxWaiters;
    private final Runnable onIdle;
    private final ReentrantLock guard = new ReentrantLock();

    // Guarded by guard.
    private final Map<Knocker, Long> queue = new LinkedHashMap<>();
    private final Set<Knocker> askers = new HashSet<>(2);
    private final Set<Knocker> visitors = new HashSet<>(2);

    /** Those of the askers that the server has put into its queue. */
    private final Set<Knocker> standing = new HashSet<>(2);

    /** Those whose time is over, and who want to know why. */
    private final Set<Knocker> curious = new HashSet<>(0);

    private @Nullable Hold current;

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
    Gate(Backing backing, Executor executor, PassingLimits limits, int maxWaiters, Runnable onIdle) {
        this.backing = backing;
        this.executor = executor;
        this.limits = limits;
        this.maxWaiters = maxWaiters;
        this.onIdle = onIdle;
    }

    /** False when this gate is closed: another one has taken its place, or can. */
    boolean enter(Knocker knocker) {
        Steps steps = new Steps();
        guard.lock();
        try {
            if (closed) {
                return false;
            }
            knocker.standsAt(this);
            admit(knocker, steps);
        } finally {
            guard.unlock();
        }
        steps.run(executor);
        return true;
    }

    @Override
    public Tenure granted(Knocker knocker, ServerGrant grant) {
        Steps steps = new Steps();
        Hold hold;
        guard.lock();
        try {
            goes(knocker);
            long now = backing.nanos();
            Budget budget = new Budget(limits, now, grant.waiting());
            hold = new Hold(this, grant::tenure, knocker.isShared(), budget);
            current = hold;
            reached(steps);
            if (hold.shared) {
                joinReaders(hold, now, steps);
            }
            if (!queue.isEmpty()) {
                askWhoWaits(hold, now, steps);
            }
        } finally {
            guard.unlock();
        }
        steps.run(executor);
        return hold.tenure;
    }

    @Override
    public void queued(Knocker knocker) {
        Steps steps = new Steps();
        guard.lock();
        try {
            if (askers.contains(knocker)) {
                standing.add(knocker);
            }
            reached(steps);
        } finally {
            guard.unlock();
        }
        steps.run(executor);
    }

    @Override
    public void unanswered(Knocker knocker, StoreException reason, boolean outlasts) {
        Steps steps = new Steps();
        guard.lock();
        try {
            failed(reason, steps);
            if (outlasts && askers.contains(knocker)) {
                unreachable = true;
                newcomersAsk(null, steps);
            }
        } finally {
            guard.unlock();
        }
        steps.run(executor);
    }

    @Override
    public void left(Knocker knocker, long ticket, @Nullable StoreException reason) {
        Steps steps = new Steps();
        guard.lock();
        try {
            boolean asked = goes(knocker);
            if (reason != null) {
                failed(reason, steps);
                if (asked) {
                    newcomersAsk(reason, steps);
                }
            }
            nextAsks(ticket, steps);
            closeIfIdle();
        } finally {
            guard.unlock();
        }
        steps.run(executor);
    }

    @Override
    public Tidings tidings(Knocker knocker, long since) {
        guard.lock();
        try {
            Hold hold = current;
            boolean stands = !standing.isEmpty() && !unreachable;
            Long known = knownUntil;
            if (stands || hold != null && isHeld(hold, backing.nanos()) || known != null && known >= since) {
                return new Tidings(true, null);
            }
            StoreException reason = failure != null && failedAt >= since ? failure : null;
            if (reason == null) {
                curious.add(knocker);
            }
            return new Tidings(false, reason);
        } finally {
            guard.unlock();
        }
    }

    @Override
    public long place(Knocker knocker) {
        guard.lock();
        try {
            long place = askers.size();
            for (Knocker other : queue.keySet()) {
                place++;
                if (other == knocker) {
                    return place;
                }
            }
            return 0;
        } finally {
            guard.unlock();
        }
    }

    /** The client closes: a hold that nobody stands on goes back. Completes when it has. */
    CompletableFuture<?> close() {
        CompletableFuture<Object> done = new CompletableFuture<>();
        Steps steps = new Steps();
        guard.lock();
        try {
            Hold hold = current;
            if (hold != null && hold.active == 0) {
                hold.halted = false;
                drop(hold);
                steps.add(() -> cleanUp(hold).whenComplete((any, failure) -> done.complete("")));
            } else {
                done.complete("");
            }
            closeIfIdle();
        } finally {
            guard.unlock();
        }
        steps.run(executor);
        return done;
    }

    /** Those that wait here and nowhere else, in order. */
    List<Knocker> queued() {
        guard.lock();
        try {
            return List.copyOf(queue.keySet());
        } finally {
            guard.unlock();
        }
    }

    /** The server says that others wait for the lock. */
    void contended() {
        Hold hold;
        guard.lock();
        try {
            hold = current;
        } finally {
            guard.unlock();
        }
        if (hold != null) {
            contended(hold);
        }
    }

    void contended(Hold hold) {
        guard.lock();
        try {
            hold.budget.contended(backing.nanos());
        } finally {
            guard.unlock();
        }
    }

    void released(Hold hold, HeldLease lease) {
        if (lease.tenure() != hold.tenure) {
            lease.tenure().home().released(lease);
            return;
        }
        Steps steps = new Steps();
        guard.lock();
        try {
            if (lease.tenure() != hold.tenure) {
                steps.add(() -> lease.tenure().home().released(lease));
            } else {
                hold.active--;
                if (hold.active > 0) {
                    steps.add(() -> lease.outcome().complete(ReleaseOutcome.RELEASED));
                } else {
                    goOn(hold, lease, steps);
                }
            }
            closeIfIdle();
        } finally {
            guard.unlock();
        }
        steps.run(executor);
    }

    CompletableFuture<?> ended(Hold hold, HeldLease lease) {
        if (lease.tenure() != hold.tenure) {
            return lease.tenure().home().ended(lease);
        }
        CompletableFuture<Object> done = new CompletableFuture<>();
        Steps steps = new Steps();
        guard.lock();
        try {
            if (lease.tenure() != hold.tenure) {
                steps.add(() -> lease.tenure().home().ended(lease).whenComplete((any, failure) -> done.complete("")));
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
        } finally {
            guard.unlock();
        }
        steps.run(executor);
        return done;
    }

    CompletableFuture<@Nullable Tenure> alone(Hold hold, HeldLease lease) {
        if (lease.tenure() != hold.tenure) {
            return lease.tenure().home().alone(lease);
        }
        Steps steps = new Steps();
        CompletableFuture<@Nullable Tenure> own = new CompletableFuture<>();
        guard.lock();
        try {
            if (lease.tenure() != hold.tenure) {
                steps.add(() -> pipe(lease.tenure().home().alone(lease), own));
            } else if (!lease.isLive()) {
                own.complete(null);
            } else if (hold.active == 1 && lease.terms().permits() == hold.tenure.permits()) {
                drop(hold);
                Tenure moved = hold.tenure.movedTo(backing.direct());
                lease.moveTo(moved);
                steps.add(() -> backing.moved(lease, hold.tenure));
                steps.add(() -> own.complete(moved));
                nextAsks(0, steps);
            } else {
                hold.splitting++;
                steps.add(() -> backing.split(hold.tenure, lease)
                        .whenComplete((share, failure) -> split(hold, lease, share, failure, own)));
            }
            closeIfIdle();
        } finally {
            guard.unlock();
        }
        steps.run(executor);
        return own;
    }

    /** The lease has a share of its own on the server, if both still live. */
    private void split(
            Hold hold,
            HeldLease lease,
            @Nullable Tenure share,
            @Nullable Throwable failure,
            CompletableFuture<@Nullable Tenure> own) {
        Steps steps = new Steps();
        guard.lock();
        try {
            hold.splitting--;
            if (failure != null) {
                steps.add(() -> own.completeExceptionally(failure));
            } else if (share == null) {
                steps.add(() -> own.complete(null));
            } else if (!lease.isLive() || lease.tenure() != hold.tenure) {
                // It has ended, or somebody else has taken it out already.
                steps.add(() -> backing.cleanUp(share));
                steps.add(() -> own.complete(lease.isLive() ? lease.tenure() : null));
            } else {
                lease.moveTo(share);
                steps.add(() -> backing.moved(lease, hold.tenure));
                steps.add(() -> own.complete(share));
                hold.active--;
                if (hold.active == 0) {
                    goOn(hold, null, steps);
                }
            }
            closeIfIdle();
        } finally {
            guard.unlock();
        }
        steps.run(executor);
    }

    private void admit(Knocker knocker, Steps steps) {
        long now = backing.nanos();
        Hold hold = current;
        if (hold != null && knocker.isShared() && isJoinable(hold, now) && hold.fit(knocker, now) == Fit.YES) {
            join(hold, knocker, steps);
            askWhoWaits(hold, now, steps);
            return;
        }
        if (!knocker.isPatient()) {
            visitors.add(knocker);
            steps.add(() -> knocker.ask(0, false, null));
            return;
        }
        boolean held = hold != null && isHeld(hold, now);
        if (!held && (unreachable || askers.isEmpty() && queue.isEmpty())) {
            askers.add(knocker);
            steps.add(() -> knocker.ask(0, false, null));
            return;
        }
        long waiting = (long) queue.size() + askers.size();
        if (waiting >= maxWaiters) {
            steps.add(() -> knocker.refuseFull(waiting));
            return;
        }
        queue.put(knocker, held ? answers - 1 : answers);
        knocker.queuesAt(waiting + 1);
        if (hold != null) {
            askWhoWaits(hold, now, steps);
        }
        nextAsks(0, steps);
    }

    private boolean isJoinable(Hold hold, long now) {
        return hold.shared
                && hold.active > 0
                && queue.isEmpty()
                && askers.isEmpty()
                && hold.splitting == 0
                && !hold.budget.isContended()
                && mayJoin(hold, now);
    }

    /** When it is not known whether others wait, one may join for each time that the server is asked. */
    private static boolean mayJoin(Hold hold, long now) {
        Verdict verdict = hold.budget.verdict(now);
        return verdict == Verdict.PASS || verdict == Verdict.ASK && !hold.asking;
    }

    private static boolean isHeld(Hold hold, long now) {
        return hold.tenure.isExclusive() && (hold.halted || hold.isValid(now));
    }

    /** Nobody stands on the hold any more. */
    private void goOn(Hold hold, @Nullable HeldLease last, Steps steps) {
        goOn(hold, last, false, steps);
    }

    /** @param renewed whether it was renewed just now */
    private void goOn(Hold hold, @Nullable HeldLease last, boolean renewed, Steps steps) {
        long now = backing.nanos();
        Knocker next = first();
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
            ask(hold, next.worthNanos(), steps);
        }
        if (last != null) {
            steps.add(() -> last.outcome().complete(ReleaseOutcome.RELEASED));
        }
    }

    /** How the first in the queue fits on a hold that nobody stands on. */
    private static Fit fit(Hold hold, Knocker next, long now) {
        Verdict verdict = hold.budget.verdict(now);
        boolean writerOnShared = !next.isShared() && !hold.tenure.isExclusive();
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
    private void joinReaders(Hold hold, long now, Steps steps) {
        Iterator<Knocker> waiting = queue.keySet().iterator();
        while (waiting.hasNext()) {
            Knocker next = waiting.next();
            if (next.isShared() && hold.fit(next, now) == Fit.YES) {
                waiting.remove();
                join(hold, next, steps);
            }
        }
    }

    /** Gives a part of the hold to somebody who has left the queue. */
    private void join(Hold hold, Knocker knocker, Steps steps) {
        hold.active++;
        hold.budget.passed();
        long token = hold.nextToken();
        steps.add(() -> {
            if (!knocker.pass(hold.tenure, token)) {
                notTaken(hold, steps);
            }
        });
    }

    /** Whoever should have got it has left meanwhile. Goes on in the same steps: many may have left at once. */
    private void notTaken(Hold hold, Steps steps) {
        guard.lock();
        try {
            hold.active--;
            if (hold.active == 0) {
                goOn(hold, null, steps);
            }
            closeIfIdle();
        } finally {
            guard.unlock();
        }
        steps.run(executor);
    }

    private void askWhoWaits(Hold hold, long now, Steps steps) {
        if (hold.budget.wantsToKnow(now)) {
            ask(hold, hold.tenure.worthNanos(), steps);
        }
    }

    private void ask(Hold hold, long leaseNanos, Steps steps) {
        if (hold.asking) {
            return;
        }
        hold.asking = true;
        long tokens = hold.tokensToReserve();
        steps.add(() -> {
            long base = backing.nanos();
            Failure.or(() -> backing.reserve(hold.tenure, leaseNanos, tokens))
                    .exceptionally(failure -> Optional.empty())
                    .thenAccept(reply -> answered(hold, base, leaseNanos, tokens, reply));
        });
    }

    /** @param reply empty when the hold is gone there, or nothing was answered */
    private void answered(Hold hold, long base, long leaseNanos, long tokens, Optional<Reserved> reply) {
        Steps steps = new Steps();
        guard.lock();
        try {
            hold.asking = false;
            boolean wasHalted = hold.halted;
            hold.halted = false;
            if (reply.isPresent()) {
                hold.tenure.confirm(base, leaseNanos, false);
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
        } finally {
            guard.unlock();
        }
        steps.run(executor);
    }

    private void nextAsks(long ticket, Steps steps) {
        Hold hold = current;
        if (!askers.isEmpty() || hold != null && isHeld(hold, backing.nanos())) {
            return;
        }
        Knocker next = first();
        if (next != null) {
            asks(next, ticket, null, steps);
        }
    }

    /** Those who do not outlast an outage. */
    private void newcomersAsk(@Nullable StoreException reason, Steps steps) {
        for (Map.Entry<Knocker, Long> waiting : List.copyOf(queue.entrySet())) {
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
            List.copyOf(curious).forEach(knocker -> steps.add(knocker::heard));
            curious.clear();
        }
    }

    private void asks(Knocker next, long ticket, @Nullable StoreException reason, Steps steps) {
        Long joined = queue.remove(next);
        boolean outlasts = joined != null && joined < answers;
        askers.add(next);
        steps.add(() -> next.ask(ticket, outlasts, reason));
    }

    /** Whether it was one that asks, and waits. */
    private boolean goes(Knocker knocker) {
        if (!knocker.isPatient()) {
            visitors.remove(knocker);
            return false;
        }
        queue.remove(knocker);
        curious.remove(knocker);
        standing.remove(knocker);
        boolean asked = askers.remove(knocker);
        unreachable &= !askers.isEmpty();
        return asked;
    }

    private @Nullable Knocker first() {
        Iterator<Knocker> waiting = queue.keySet().iterator();
        return waiting.hasNext() ? waiting.next() : null;
    }

    private void drop(Hold hold) {
        if (current == hold) {
            current = null;
            if (hold.tenure.isExclusive()) {
                knownUntil = Math.min(backing.nanos(), hold.tenure.validUntil());
            }
        }
    }

    private void giveBack(Hold hold, @Nullable HeldLease last) {
        if (last == null) {
            cleanUp(hold);
        } else {
            backing.release(last);
            backing.forget(hold.tenure);
        }
    }

    private CompletableFuture<?> cleanUp(Hold hold) {
        CompletableFuture<?> gone = backing.cleanUp(hold.tenure);
        backing.forget(hold.tenure);
        return gone;
    }

    private void closeIfIdle() {
        if (!closed && current == null && visitors.isEmpty() && queue.isEmpty() && askers.isEmpty()) {
            closed = true;
            onIdle.run();
        }
    }

    private static void pipe(CompletableFuture<@Nullable Tenure> from, CompletableFuture<@Nullable Tenure> to) {
        from.whenComplete((tenure, failure) -> {
            if (failure == null) {
                to.complete(tenure);
            } else {
                to.completeExceptionally(failure);
            }
        });
    }
}
