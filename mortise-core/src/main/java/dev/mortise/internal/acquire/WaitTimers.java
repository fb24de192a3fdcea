package dev.mortise.internal.acquire;

import dev.mortise.internal.acquire.Next.Step;
import dev.mortise.internal.runtime.Time;
import org.jspecify.annotations.Nullable;

/** The timers of one acquire; each is made when it is needed. Guarded by its acquire. */
final class WaitTimers {
    private final Time time;
    private final long commandTimeoutNanos;
    private final long began;
    private final Runnable answerIsDue;

    /** When it asks again. */
    private final PollSchedule polls;

    /** Ends the wait at its limit; none until it waits for longer than one answer. */
    private Time.@Nullable Timer deadline;

    /** Ends the wait if no first answer is here. */
    private Time.@Nullable Timer answerBound;

    /**
     * The last two are called by the timer, with no guard held.
     *
     * @param began when the wait began, ns
     * @param isDue when it is time to ask again
     * @param answerIsDue when the first answer must be here
     */
    WaitTimers(AcquireContext context, AcquireSpec spec, long began, Runnable isDue, Runnable answerIsDue) {
        this.time = context.time();
        this.commandTimeoutNanos = context.commandTimeoutNanos();
        this.began = began;
        this.answerIsDue = answerIsDue;
        this.polls = new PollSchedule(time, spec.terms().lifetimeNanos(), isDue);
    }

    /** Whether {@link #set} has anything to do, with no timer running. */
    static boolean isNeeded(Next next) {
        return next instanceof Next.Queued
                || next instanceof Next.Unanswered
                || next == Step.COPY_AGAIN
                || next == Step.AWAIT_ANSWER;
    }

    /** Those of a decision that does not end the wait. */
    void set(Next next) {
        if (next instanceof Next.Queued queued && queued.then() == Step.POLL) {
            polls.afterAnswer(queued.reply().pollAfterMillis());
        } else if (next instanceof Next.Unanswered unanswered) {
            if (!unanswered.outlasts()) {
                boundAnswer(0);
            }
            polls.afterFailure();
        } else if (next == Step.COPY_AGAIN) {
            polls.afterFailure();
        } else if (next == Step.AWAIT_ANSWER) {
            boundAnswer(0);
        } else if (next == Step.COPY || next instanceof Next.Queued) {
            polls.granted();
        }
    }

    /** The first answer must be here when a command time-out is over since the wait began, or that much later. */
    void boundAnswer(long leastNanos) {
        if (answerBound == null) {
            long left = began + commandTimeoutNanos - time.nanos();
            answerBound = time.schedule(Math.max(left, leastNanos), answerIsDue);
        }
    }

    /** Takes the timer that ends the wait; another that is there goes on. */
    void deadline(Time.Timer timer) {
        if (deadline == null) {
            deadline = timer;
        } else {
            timer.cancel();
        }
    }

    /** The wait is over. A timer that runs just now finds that when it has the guard. */
    void cancelAll() {
        polls.cancel();
        if (deadline != null) {
            deadline.cancel();
        }
        if (answerBound != null) {
            answerBound.cancel();
        }
    }
}
