package dev.mortise.internal.queue;

import dev.mortise.internal.lease.Hold;
import dev.mortise.internal.lease.HoldFacts;
import dev.mortise.internal.runtime.Guarded;
import dev.mortise.internal.runtime.Steps;
import dev.mortise.internal.store.StoreException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The acquires of one client for one lock: decides which of them asks the server, and which waits here to be handed the lock.
 * Thread-safe.
 */
final class LocalQueue implements WaiterQueue {
    /*
     * Overview. The technique is lock cohorting (Dice, Marathe and Shavit, PPoPP 2012 and TOPC 2015): a queue in each client, of
     * which one leader stands in the server's queue, and hand-offs inside the client, within a budget. SharedHold hands on; this
     * class decides who leads.
     *
     * An acquire is in one of four places, and WaitLine knows in which:
     *
     *   leading   it talks to the server itself, and may stand in the queue there. As a rule one acquire leads at a time.
     *   waiting   it waits here, first come first served, and nothing was sent for it.
     *   trying    it asks the server once and does not wait. It counts only so that the queue stays.
     *   gone      it has a lease, or has left.
     *
     * The lock, seen from here, is in one of three states:
     *
     *   away      there is no current hold. A new acquire leads if none does and none waits here; else it waits.
     *   held      by a writer of this client, or by its readers on a hold that is exclusive on the server. A new acquire waits;
     *             a reader may join the readers. A halted hold counts as held: see SharedHold.
     *   shared    by readers, on a reader's hold. A reader may join. A new acquire leads at once, if none does and none waits
     *             here, so that it has its place in the server's queue.
     *
     * The current hold is the one of the last grant, until it goes back to the server or leaves with its lease. When there is
     * none, the first waiter leads. It may take over the place in the server's queue of a leader that left, by its ticket.
     *
     * Outages. Each waiter has a mark: how often the server had answered when it came. A waiter outlasts an outage if the server
     * has answered since then, or if it came behind a holder here. The others are newcomers, and are to know soon that the server
     * cannot be reached: when a request of a leader fails, all newcomers lead, so each gets a failure of its own. Until the
     * server has answered again, every new acquire leads too.
     *
     * A waiter whose time is over is told whether the lock was free at all. It was not if the server has answered since
     * that waiter came, or the lock was held here. It was not either if a leader stands in the server's queue and the
     * server can be reached. If there was only a failure, the answer is that failure. If there was nothing yet, the waiter
     * is told of whichever comes first.
     *
     * Guard. The queue, its line, its contact with the server, and the fields of its holds have one guard. All that is decided
     * under it is done after it, in steps, and a step may come back here at once. Every decision after which the queue may be
     * idle ends with closeIfIdle. A closed queue lets no acquire in; the acquire makes another queue.
     */
    private static final Logger log = LoggerFactory.getLogger(LocalQueue.class);

    private final HoldActions actions;
    private final HandOffBudget.Limits limits;

    /** Most that stand here at a time, those that lead included. */
    private final int maxWaiters;

    private final Runnable onIdle;
    private final Guarded guard;

    /** Who stands here. Guarded by guard. */
    private final WaitLine line = new WaitLine();

    /** What is known from answers and failures. Guarded by guard. */
    private final ServerContact contact = new ServerContact();

    /** The hold of the last grant, while it is here; null = the lock is away. Guarded by guard. */
    private @Nullable SharedHold current;

    /** Once true stays true: no acquire comes in any more. Guarded by guard. */
    private boolean closed;

    /**
     * @param executor does the steps: at once, unless a test wants to see all orders
     * @param onIdle called once, under the guard: no acquire is here, and none can come in any more
     */
    LocalQueue(HoldActions actions, Executor executor, HandOffBudget.Limits limits, int maxWaiters, Runnable onIdle) {
        this.actions = actions;
        this.guard = new Guarded(executor);
        this.limits = limits;
        this.maxWaiters = maxWaiters;
        this.onIdle = onIdle;
    }

    /** False when this queue is closed: another one has taken its place, or can. */
    boolean enter(LocalWaiter waiter) {
        try (Steps then = guard.decide()) {
            if (closed) {
                return false;
            }
            waiter.standsAt(this);
            admit(waiter, then);
        }
        return true;
    }

    @Override
    public Hold granted(LocalWaiter waiter, HoldFacts grant) {
        SharedHold hold = null;
        try (Steps then = guard.decide()) {
            remove(waiter);
            long now = actions.nanos();
            HandOffBudget budget = new HandOffBudget(limits, now, grant.waiting());
            hold = new SharedHold(this, grant, waiter.isShared(), budget);
            current = hold;
            contact.answered(now, then);
            hold.begin(now, then);
        } catch (RuntimeException | Error e) {
            if (hold == null) {
                throw e;
            }
            // Other leases may stand on it by now, so it must not be withdrawn because of what went wrong for one of
            // them.
            log.warn("Lock '{}' was granted, but not all of this client could be told", hold.lock(), e);
        }
        return hold;
    }

    @Override
    public boolean notTaken(Hold hold) {
        try (Steps then = guard.decide()) {
            ((SharedHold) hold).lessActive(then);
        }
        return true;
    }

    @Override
    public void queued(LocalWaiter waiter) {
        try (Steps then = guard.decide()) {
            line.standsAtServer(waiter);
            contact.answered(actions.nanos(), then);
        }
    }

    @Override
    public void unanswered(LocalWaiter waiter, StoreException reason, boolean outlasts) {
        try (Steps then = guard.decide()) {
            contact.failed(reason, actions.nanos(), then);
            if (outlasts && line.isLeader(waiter)) {
                contact.lost();
                newcomersLead(null, then);
            }
        }
    }

    @Override
    public void left(LocalWaiter waiter, long ticket, @Nullable StoreException reason) {
        try (Steps then = guard.decide()) {
            boolean led = remove(waiter);
            if (reason != null) {
                contact.failed(reason, actions.nanos(), then);
                if (led) {
                    newcomersLead(reason, then);
                }
            }
            nextLeads(ticket, then);
            closeIfIdle();
        }
    }

    @Override
    public Tidings tidings(LocalWaiter waiter, long since) {
        return guard.read(() -> {
            boolean standsAtServer = line.isAtServer() && !contact.isUnreachable();
            SharedHold hold = current;
            boolean isHeld = hold != null && hold.isHeldAlone(actions.nanos());
            return standsAtServer || isHeld ? new Tidings(true, null) : contact.tidings(waiter, since);
        });
    }

    @Override
    public long place(LocalWaiter waiter) {
        return guard.read(() -> line.place(waiter));
    }

    @Override
    public @Nullable LocalWaiter aheadAtServer(LocalWaiter waiter) {
        return guard.read(() -> line.place(waiter) == 0 ? null : line.atServer());
    }

    /** The client closes: a hold that no lease stands on goes back to the server. Completes when it has. */
    CompletableFuture<?> close() {
        CompletableFuture<@Nullable Void> done = new CompletableFuture<>();
        try (Steps then = guard.decide()) {
            SharedHold hold = current;
            if (hold != null && hold.isUnused()) {
                hold.end(done, then);
            } else {
                done.complete(null);
            }
            closeIfIdle();
        }
        return done;
    }

    /** Those that wait here and nowhere else, in order. */
    List<LocalWaiter> queued() {
        return guard.read(line::waiters);
    }

    /** The server says that other clients wait for the lock. */
    void contended() {
        guard.change(() -> {
            if (current != null) {
                current.othersWait();
            }
        });
    }

    /** A new acquire joins the readers, asks once, leads, waits, or is refused: the first of these that applies. */
    private void admit(LocalWaiter waiter, Steps then) {
        long now = actions.nanos();
        SharedHold hold = current;
        if (hold != null && waiter.isShared() && hold.letsJoin(waiter, now)) {
            hold.handTo(waiter, then);
            hold.askWhoWaits(now, then);
            return;
        }
        if (!waiter.isPatient()) {
            line.tries(waiter);
            then.add(() -> waiter.lead(0, false, null));
            return;
        }
        boolean isHeld = hold != null && hold.isHeldAlone(now);
        if (!isHeld && (contact.isUnreachable() || line.size() == 0)) {
            line.lead(waiter);
            then.add(() -> waiter.lead(0, false, null));
            return;
        }
        long before = line.size();
        if (before >= maxWaiters) {
            then.add(() -> waiter.refuseFull(before));
            return;
        }
        line.append(waiter, contact.mark(isHeld));
        waiter.queuesAt(before + 1);
        if (hold != null) {
            hold.askWhoWaits(now, then);
        }
        nextLeads(0, then);
    }

    /** If no acquire leads and none holds the lock here alone, the first waiter leads, with the place of that ticket. */
    void nextLeads(long ticket, Steps then) {
        assert guard.isHeld();
        SharedHold hold = current;
        if (line.hasLeader() || hold != null && hold.isHeldAlone(actions.nanos())) {
            return;
        }
        LocalWaiter next = line.first();
        if (next != null) {
            leads(next, ticket, null, then);
        }
    }

    /** Those that do not outlast an outage. */
    private void newcomersLead(@Nullable StoreException reason, Steps then) {
        for (LocalWaiter newcomer : line.markedFrom(contact.newcomersMark())) {
            leads(newcomer, 0, reason, then);
        }
    }

    /** One that waits here, or just came, leads from now on. Whether it outlasts an outage is told by its mark. */
    private void leads(LocalWaiter waiter, long ticket, @Nullable StoreException reason, Steps then) {
        Long mark = line.lead(waiter);
        boolean outlasts = mark != null && mark < contact.newcomersMark();
        then.add(() -> waiter.lead(ticket, outlasts, reason));
    }

    /**
     * It is gone.
     *
     * @return whether it led
     */
    private boolean remove(LocalWaiter waiter) {
        boolean led = line.remove(waiter);
        contact.forget(waiter);
        if (!line.hasLeader()) {
            contact.noLeader();
        }
        return led;
    }

    /** To be called last in every decision after which this queue may be idle. */
    void closeIfIdle() {
        assert guard.isHeld();
        if (!closed && current == null && line.isIdle()) {
            closed = true;
            onIdle.run();
        }
    }

    // What its holds ask of it.

    /** Takes the guard, see {@link Guarded#decide()}. */
    Steps decide() {
        return guard.decide();
    }

    /** As {@link #decide()}, in a step: see {@link Guarded#decide(Steps)}. */
    Steps decide(Steps running) {
        return guard.decide(running);
    }

    /** Changes something under the guard that no waiter is to be told of. */
    void change(Runnable change) {
        guard.change(change);
    }

    HoldActions actions() {
        return actions;
    }

    /** Those that stand here. */
    WaitLine line() {
        assert guard.isHeld();
        return line;
    }

    /** The waiter that this hold may be handed to; null if none, or if a leader or another hold is in front of it. */
    @Nullable
    LocalWaiter nextOn(SharedHold hold) {
        assert guard.isHeld();
        return hold == current && !line.hasLeader() ? line.first() : null;
    }

    /** The hold is not handed on any more. If it is not the current one, nothing changes. */
    void drop(SharedHold hold) {
        assert guard.isHeld();
        if (current == hold) {
            current = null;
            if (hold.isExclusive()) {
                contact.heldUntil(Math.min(actions.nanos(), hold.validUntil()));
            }
        }
    }
}
