package dev.mortise.internal.acquire;

import dev.mortise.LockException;
import dev.mortise.internal.acquire.Next.Step;
import dev.mortise.internal.runtime.Guarded;
import dev.mortise.internal.runtime.Time;
import dev.mortise.internal.store.AcquireReply;
import dev.mortise.internal.store.AcquireRequest;
import dev.mortise.internal.store.Failure;
import dev.mortise.internal.store.StoreException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The requests of one acquire: sends them, sets the timers, and lets {@link ServerWait} decide what a reply, a message or a
 * timer means. Thread-safe; nothing here blocks.
 */
abstract class ServerTalk {
    /*
     * Overview.
     *
     * Each event is decided under the guard, and the Next that is decided is done with no guard held. So no request is sent
     * and no result handed out under it. Timers are set under the guard, so that they follow the order of decisions.
     *
     * A reply, a message and a turn to poll come once. An error that is thrown while one of them is dealt with, such as that
     * no timer can be set, would leave a wait that nothing ends. So it ends the acquire as a failure of the server does: the
     * caller gets it, and the request is withdrawn.
     */

    private static final Logger log = LoggerFactory.getLogger(ServerTalk.class);

    final AcquireContext context;
    final AcquireSpec spec;

    /** Used for this acquire and its lease, and never again. */
    final String leaseId;

    /** What may still arrive at the server; goes on in the hold of a grant. Thread-safe, not guarded. */
    final LateRequests requests = new LateRequests();

    /** Guards all that changes here and in {@link ServerWait}. */
    final Guarded guard = new Guarded();

    /** Decides. Guarded by guard. */
    final ServerWait wait;

    /** Made when the first timer is needed. Guarded by guard. */
    private @Nullable WaitTimers timers;

    ServerTalk(AcquireContext context, AcquireSpec spec, String leaseId) {
        this.context = context;
        this.spec = spec;
        this.leaseId = leaseId;
        this.wait = new ServerWait(
                spec, leaseId, context.commandTimeoutNanos(), context.time().nanos(), requests);
    }

    /** Sends one request; may be repeated. */
    protected CompletableFuture<AcquireReply> ask(AcquireRequest request) {
        return context.store().acquire(request);
    }

    /** Does what was decided, where that is more than to send a request. With no guard held. */
    abstract void follow(Next next);

    /** When the wait began, ns. */
    public final long began() {
        return wait.began();
    }

    /** The lease id that it asks for. */
    public final String id() {
        return leaseId;
    }

    /** Whether it has neither a grant nor left. */
    public final boolean isWaiting() {
        return guard.read(wait::isOpen);
    }

    /** Ends the wait, unless it is over: it would never have been granted. */
    public final void deadlocked(LockException why) {
        leave(LeaveReason.DEADLOCK, null, why);
    }

    /** @param here its place in the local queue; 0 = it is not there, or has left it for the server's */
    final WaitPlace place(long here) {
        return new WaitPlace(leaseId, here > 0 ? here : guard.read(wait::place), here > 0);
    }

    /** Its place in the server's queue, 0 = none. */
    final long ticket() {
        return guard.read(wait::ticket);
    }

    /** Why the last request failed; null = none did. */
    final @Nullable StoreException lastFailure() {
        return guard.read(wait::failure);
    }

    /** The local queue lets it ask; see {@link dev.mortise.internal.queue.LocalWaiter#lead}. */
    public final void lead(long ticket, boolean outlasts, @Nullable StoreException failed) {
        try {
            Next next;
            try (Guarded held = guard.enter()) {
                assert held.isHeld();
                long now = context.time().nanos();
                next = timed(wait.lead(ticket, outlasts, failed, now));
                if (next == Step.ASK && !outlasts && now > wait.began()) {
                    // An acquire that begins to ask so late still has a little time.
                    timers().boundAnswer(context.commandTimeoutNanos() / 4);
                }
            }
            act(next);
        } catch (RuntimeException | Error e) {
            broken(e);
        }
    }

    /** A message may have been lost: it asks again as soon as may be. */
    void nudged() {
        decide(() -> timed(wait.nudged()));
    }

    /** The inbox says that it was granted the lock, for the claim time at first. */
    void pushed(long token, long claimNanos, long others) {
        decide(() -> timed(wait.pushed(token, claimNanos, others, context.time().nanos())));
    }

    /** To be called when the time of the wait is over, by the timer and by a thread that waits. */
    public void timeIsUp() {
        decide(() -> timed(wait.timeIsUp()));
    }

    /** Ends the wait unless it is over; the result tells. Withdraws on the server first. */
    public void leave(LeaveReason why) {
        leave(why, null, null);
    }

    /** As {@link #leave(LeaveReason)}; see {@link ServerWait#leave}. An error on the way is thrown. */
    final void leave(LeaveReason why, @Nullable StoreException cause, @Nullable LockException explained) {
        act(guard.read(() -> timed(wait.leave(why, cause, explained))));
    }

    /**
     * Decides under the guard, and acts with no guard held. An error on the way ends the acquire.
     *
     * @param decision has its timers set: see {@link #timed}
     */
    final void decide(Supplier<Next> decision) {
        try {
            act(guard.read(decision));
        } catch (RuntimeException | Error e) {
            broken(e);
        }
    }

    /** Sets the timers that belong to the decision. To be called under the guard. */
    final Next timed(Next next) {
        if (!wait.isOpen()) {
            if (timers != null) {
                timers.cancelAll();
            }
        } else if (timers != null || WaitTimers.isNeeded(next)) {
            timers().set(next);
        }
        return next;
    }

    /** To be called under the guard. */
    final WaitTimers timers() {
        if (timers == null) {
            timers = new WaitTimers(
                    context,
                    spec,
                    wait.began(),
                    () -> decide(() -> timed(wait.isDue())),
                    () -> decide(() -> timed(wait.answerIsDue())));
        }
        return timers;
    }

    /** Sets the timer that ends the wait, unless the wait has no limit or has one already. */
    final void armDeadline() {
        if (!spec.isLimited()) {
            return;
        }
        long left = wait.began() + spec.maxWaitNanos() - context.time().nanos();
        Time.Timer timer = context.time().schedule(left, this::timeIsUp);
        guard.change(() -> {
            if (wait.isOpen()) {
                timers().deadline(timer);
            } else {
                timer.cancel();
            }
        });
    }

    /** With no guard held. A poll waits for its turn, so its request may be sent later, and is then decided on again. */
    final void act(Next next) {
        if (next == Step.ASK) {
            ask(false);
        } else if (next == Step.POLL) {
            context.turns().await(() -> ask(true));
        } else if (next != Step.NOTHING) {
            follow(next);
        }
    }

    /** An error of this client, and not of the server: the caller gets it as a failure, and nothing stays behind. */
    private void broken(Throwable thrown) {
        leave(LeaveReason.UNAVAILABLE, Failure.of(thrown), null);
        log.warn(
                "An acquire of lock '{}' has met an internal error",
                spec.terms().lock(),
                thrown);
    }

    /** @param isPoll whether it has a turn to poll, which it gives back */
    final void ask(boolean isPoll) {
        AcquireRequest request;
        long sentAt;
        try {
            sentAt = context.time().nanos();
            long minToken = context.floors().of(spec.terms().lock());
            try (Guarded held = guard.enter()) {
                assert held.isHeld();
                request = wait.request(isPoll, minToken, context.maxWaiters(), sentAt);
            }
        } catch (RuntimeException | Error e) {
            endPoll(isPoll);
            broken(e);
            return;
        }
        if (request == null) {
            endPoll(isPoll);
            return;
        }
        boolean copies = request.copies().isPresent();
        Failure.or(() -> ask(request)).whenComplete((reply, failure) -> {
            endPoll(isPoll);
            if (copies) {
                requests.wentApart();
            }
            heard(reply, failure, sentAt, copies);
        });
    }

    /** The answer to one request, or its failure, on the thread that brings it. */
    private void heard(AcquireReply reply, @Nullable Throwable failure, long sentAt, boolean copies) {
        try {
            Next next;
            try (Guarded held = guard.enter()) {
                assert held.isHeld();
                next = timed(decided(reply, failure, sentAt, copies));
            }
            act(next);
        } catch (RuntimeException | Error e) {
            broken(e);
        }
    }

    private Next decided(AcquireReply reply, @Nullable Throwable failure, long sentAt, boolean copies) {
        long now = context.time().nanos();
        if (failure == null) {
            return wait.answered(reply, sentAt, copies, now);
        }
        return copies ? wait.copyFailed(Failure.of(failure), now) : wait.failed(Failure.of(failure), now);
    }

    /** The turn goes to the next that waits for one. To be called once for each poll, also one that was not sent. */
    private void endPoll(boolean isPoll) {
        if (isPoll) {
            context.turns().end();
        }
    }
}
