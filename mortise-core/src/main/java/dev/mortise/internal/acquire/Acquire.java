package dev.mortise.internal.acquire;

import dev.mortise.LockException;
import dev.mortise.Renewal;
import dev.mortise.internal.acquire.Next.Step;
import dev.mortise.internal.lease.Hold;
import dev.mortise.internal.lease.HoldFacts;
import dev.mortise.internal.lease.LeaseHandle;
import dev.mortise.internal.lease.LeaseTerms;
import dev.mortise.internal.queue.LocalWaiter;
import dev.mortise.internal.queue.WaiterQueue;
import dev.mortise.internal.runtime.Work;
import dev.mortise.internal.store.AcquireReply;
import dev.mortise.internal.store.Failure;
import dev.mortise.internal.store.Glance;
import dev.mortise.internal.store.Late;
import dev.mortise.internal.store.StoreException;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One acquire: from the local queue to the server, to a lease or away. Thread-safe; nothing here blocks. */
public class Acquire extends ServerTalk implements LocalWaiter, Work {
    /*
     * Overview.
     *
     * The local queue decides which acquire asks the server: see LocalQueue. How that goes on is decided by ServerWait, and
     * the requests are sent by ServerTalk. Here are the two ends: in the queue, and as a lease or a reason why not.
     *
     * Order that must not change. An acquire enters the register of waits after its queue is known and before its first
     * request, so that a message which overtakes the reply finds it. It leaves the register only after the client knows
     * the lease. Otherwise a second message about the same grant would look like one for no acquire.
     *
     * A grant whose lease cannot be made, for whatever error, goes on to the next waiter here, or is withdrawn.
     */

    private static final Logger log = LoggerFactory.getLogger(Acquire.class);

    private final LeaseTerms terms;
    private final WaiterQueue.Entrance entrance;
    private final CompletableFuture<AcquireResult> result = new CompletableFuture<>();

    /** Set once, by the local queue, before it decides anything. */
    private volatile @Nullable WaiterQueue queue;

    /** Its place in the local queue. Set at most once, when it comes in. */
    private volatile long placeHere;

    /** Whether an event has said that it waits. */
    private volatile boolean toldQueued;

    /** An acquire under that lease id, which no other has. */
    public Acquire(AcquireContext context, AcquireSpec spec, String leaseId, WaiterQueue.Entrance entrance) {
        super(context, spec, leaseId);
        this.terms = spec.terms();
        this.entrance = entrance;
    }

    /**
     * Takes the request back, from whichever side of its grant. Completes when it is gone there, or after one command
     * time-out.
     *
     * @param late whether a request may still arrive at the server, asked again when that matters
     * @param mayBeKnown whether the server may know of it; if not, nothing is repeated
     */
    protected CompletableFuture<?> withdraw(Supplier<Late> late, boolean mayBeKnown) {
        return new Withdrawal(context, terms, leaseId, late, mayBeKnown).start();
    }

    /** Makes the lease of its grant, known to the client from there on. */
    protected LeaseHandle lease(Grant grant) {
        return context.leases().granted(terms, grant.hold(), grant.token(), grant.claimOnly());
    }

    /** Why it was refused for good: any reply but granted, queued, busy and quiet. */
    protected LockException refused(AcquireReply reply) {
        return AcquireFailures.refused(terms, reply);
    }

    /** Completes once, never exceptionally, on any thread. */
    @Override
    public CompletableFuture<AcquireResult> result() {
        return result;
    }

    /** The local queue does not wait for an acquire that did not get there. */
    @Override
    public void start() {
        try {
            entrance.enter(this);
            if (spec.queues() && (tellIfQueuedHere() || spec.maxWaitNanos() < context.commandTimeoutNanos())) {
                armDeadline();
            }
        } catch (RuntimeException | Error e) {
            giveUp();
            throw e;
        }
    }

    /** Told under the guard, so that it comes before what happens next. Answers whether it waits for more than an answer. */
    private boolean tellIfQueuedHere() {
        return guard.read(() -> {
            boolean isHere = wait.state() == WaitState.LOCAL;
            if (isHere) {
                toldQueued = true;
                AcquireEvents.queued(context.events(), terms, Math.max(1, placeHere));
            }
            // Also one that asks by now, and has waited behind a holder: its first answer arms nothing.
            return isHere || wait.state() == WaitState.WAITING;
        });
    }

    @Override
    public void close() {
        leave(LeaveReason.CLOSED);
    }

    @Override
    public void abandon() {
        leave(LeaveReason.CLOSED);
        left(LeaveReason.CLOSED, null, 0, failure(LeaveReason.CLOSED, null));
    }

    /** Completes the result at once: the caller has waited long enough for what would have ended this. */
    public void giveUp() {
        WaiterQueue at = queue;
        boolean isAnswered = guard.read(wait::isAnswered)
                || at != null && at.tidings(this, began()).isAnswered();
        LeaveReason why = isAnswered ? LeaveReason.TIMEOUT : LeaveReason.UNAVAILABLE;
        LockException failure = failure(why, null);
        if (at != null) {
            leave(why, null, failure);
            at.left(this, ticket(), null);
            left(why, null, 0, failure);
        }
        // Granted, and the thread that was to deliver it did not: the lease is released if that happens yet.
        long waited = context.time().nanos() - began();
        WaitPlace none = new WaitPlace(leaseId, 0, false);
        result.complete(new AcquireResult.Left(why, waited, spec.lateNanos(waited), none, null, failure));
    }

    @Override
    public LeaseTerms terms() {
        return terms;
    }

    @Override
    public boolean isPatient() {
        return spec.queues();
    }

    @Override
    public void standsAt(WaiterQueue at) {
        queue = at;
        context.waits().enter(this);
    }

    @Override
    public void queuesAt(long place) {
        placeHere = place;
    }

    @Override
    public boolean handTo(Hold hold, long token) {
        boolean isHere = guard.read(() -> {
            boolean here = wait.handedTo();
            timed(Step.NOTHING);
            return here;
        });
        if (!isHere) {
            return false;
        }
        boolean toppedUp = hold.lifetimeNanos() < lifetimeNanos() || terms.renewal() == Renewal.OFF;
        Grant grant = new Grant(hold, token, toppedUp && lifetimeNanos() > 0, true);
        LeaseHandle lease;
        try {
            lease = leaseOf(grant);
        } catch (RuntimeException | Error e) {
            notMade(e, false);
            return false;
        }
        deliver(lease, grant);
        return true;
    }

    @Override
    public void refuseFull(long waiting) {
        decide(() -> timed(wait.leave(LeaveReason.REFUSED, null, AcquireFailures.queueFull(terms.lock(), waiting))));
    }

    @Override
    public void heard() {
        timeIsUp();
    }

    @Override
    void follow(Next next) {
        if (next instanceof Next.Granted granted) {
            deliver(granted.facts(), granted.claimOnly());
        } else if (next instanceof Next.Queued queued) {
            queued(queued);
        } else if (next instanceof Next.Unanswered unanswered) {
            queue().unanswered(this, unanswered.reason(), unanswered.outlasts());
        } else if (next instanceof Next.Leave leave) {
            LockException known = leave.failure();
            LockException told = known != null ? known : failure(leave.why(), leave.cause());
            depart(leave.why(), told, leave.withdraw());
        } else if (next instanceof Next.Refused refused) {
            refused(refused);
        } else if (next == Step.COPY) {
            queue().queued(this);
            ask(false);
        } else if (next == Step.CONSULT_QUEUE) {
            WaiterQueue.Tidings known = queue().tidings(this, began());
            decide(() -> timed(wait.consulted(
                    known.isAnswered(), known.failure(), context.time().nanos())));
        }
    }

    private void queued(Next.Queued queued) {
        queue().queued(this);
        if (queued.then() == Step.NOTHING) {
            leave(LeaveReason.TIMEOUT);
            return;
        }
        if (queued.isFirst() && !toldQueued) {
            toldQueued = true;
            armDeadline();
            AcquireEvents.queued(context.events(), terms, queued.reply().place());
        }
        if (queued.reply().noExpiry()) {
            context.orphans().look(terms.lock(), queued.reply().place());
        }
        if (queued.then() == Step.COPY) {
            ask(false);
        }
    }

    private void refused(Next.Refused refused) {
        AcquireReply reply = refused.reply();
        boolean isHeld = reply instanceof AcquireReply.Busy || reply instanceof AcquireReply.Quiet;
        if (reply instanceof AcquireReply.Busy busy && busy.noExpiry()) {
            context.orphans().look(terms.lock());
        }
        LockException told = isHeld ? null : AcquireFailures.orWhyNot(terms.lock(), () -> refused(reply));
        if (refused.leaves()) {
            depart(isHeld ? LeaveReason.TIMEOUT : LeaveReason.REFUSED, told, refused.withdraw());
        }
    }

    private void deliver(HoldFacts granted, boolean claimOnly) {
        context.contact().answered();
        Hold hold = null;
        Grant grant;
        LeaseHandle lease;
        try {
            hold = queue().granted(this, granted);
            grant = new Grant(hold, granted.token(), claimOnly, granted.releaseHint() > 1);
            lease = leaseOf(grant);
        } catch (RuntimeException | Error e) {
            boolean withdraw = true;
            try {
                withdraw = hold == null || !queue().notTaken(hold);
            } finally {
                notMade(e, withdraw);
            }
            return;
        }
        deliver(lease, grant);
    }

    private LeaseHandle leaseOf(Grant grant) {
        context.floors().raise(terms.lock(), grant.token());
        return lease(grant);
    }

    /** The caller gets the lease. If the result is complete already, the caller has gone, and the lease is released. */
    private void deliver(LeaseHandle lease, Grant grant) {
        try {
            long waited = context.time().nanos() - began();
            AcquireEvents.acquired(context.events(), terms, grant.token(), waited, grant.queued());
        } catch (RuntimeException | Error e) {
            log.warn("No event tells that lock '{}' was acquired", terms.lock(), e);
        }
        if (!result.complete(new AcquireResult.Granted(lease))) {
            lease.startRelease();
        }
        context.waits().leave(this);
    }

    /**
     * The lease of a grant could not be made.
     *
     * @param withdraw whether the grant goes back to the server from here; else its queue has taken care of it
     */
    private void notMade(Throwable thrown, boolean withdraw) {
        StoreException why = Failure.of(thrown);
        guard.change(() -> wait.notMade(withdraw, why));
        try {
            depart(LeaveReason.UNAVAILABLE, failure(LeaveReason.UNAVAILABLE, why), withdraw);
        } finally {
            // Also when the caller waits no more, so that its result is there already.
            context.waits().leave(this);
        }
        log.warn("A grant of lock '{}' was given back, as its lease could not be made", terms.lock(), thrown);
    }

    private void depart(LeaveReason why, @Nullable LockException failure, boolean withdraw) {
        new Departure(this, why, failure, withdraw).start();
    }

    /** Tells the caller, unless it has a result already. */
    void left(LeaveReason why, @Nullable Glance lock, long here, @Nullable LockException failure) {
        if (!guard.read(() -> !result.isDone() && wait.hasLeft())) {
            return;
        }
        long waited = 0;
        try {
            waited = context.time().nanos() - began();
            AcquireFailures.tell(context.contact(), why, failure);
            AcquireEvents.notAcquired(context.events(), terms, waited, why);
        } catch (RuntimeException | Error e) {
            log.warn("No event tells that lock '{}' was not acquired", terms.lock(), e);
        }
        result.complete(new AcquireResult.Left(why, waited, spec.lateNanos(waited), place(here), lock, failure));
        context.waits().leave(this);
    }

    /** Where it waits now. */
    public WaitPlace place() {
        return place(queue().place(this));
    }

    private @Nullable LockException failure(LeaveReason why, @Nullable StoreException cause) {
        return AcquireFailures.of(why, context.store(), terms.lock(), cause);
    }

    /** The acquire that stands in the server's queue for this one: one ahead of it in the local queue, or itself. */
    public Acquire standIn() {
        return queue().aheadAtServer(this) instanceof Acquire ahead ? ahead : this;
    }

    WaiterQueue queue() {
        return Objects.requireNonNull(queue, "an acquire that has not begun");
    }
}
