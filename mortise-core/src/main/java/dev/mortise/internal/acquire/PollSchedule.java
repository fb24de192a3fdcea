package dev.mortise.internal.acquire;

import dev.mortise.internal.runtime.Backoff;
import dev.mortise.internal.runtime.Time;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** When one acquire asks again. Guarded by its acquire. */
final class PollSchedule {
    /** The least that a wait without advice asks after, ns, however short its lease is. */
    private static final long SHORTEST_POLL = TimeUnit.MILLISECONDS.toNanos(250);

    /** No wait asks more rarely, ns: the server would take it for gone. */
    private static final long LONGEST_POLL = TimeUnit.SECONDS.toNanos(4);

    /** After failures. */
    private static final Backoff.Pauses PAUSES = Backoff.Pauses.ofMillis(5, 500);

    private final Time time;
    private final long lifetimeNanos;
    private final Runnable due;

    /** Since the last answer or grant; made at the first failure. */
    private @Nullable Backoff backoff;

    /** The next one that is set; null before the first. A new one takes its place. */
    private Time.@Nullable Timer timer;

    /**
     * @param lifetimeNanos of the lease that is wanted, 0 = without expiry
     * @param due called by the timer, with no guard held
     */
    PollSchedule(Time time, long lifetimeNanos, Runnable due) {
        this.time = time;
        this.lifetimeNanos = lifetimeNanos;
        this.due = due;
    }

    /** An answer has come: the next request follows as the server advised. */
    void afterAnswer(long advisedMillis) {
        backoff = null;
        in(untilNextPoll(advisedMillis));
    }

    /** A request has failed: the next follows after a pause that grows. */
    void afterFailure() {
        if (backoff == null) {
            backoff = new Backoff(time, PAUSES);
        }
        in(backoff.nextNanos());
    }

    /** It was granted, and is to be copied: if that fails, it is asked for again after a short pause. */
    void granted() {
        backoff = null;
        cancel();
    }

    void cancel() {
        if (timer != null) {
            timer.cancel();
        }
    }

    private void in(long nanos) {
        cancel();
        timer = time.schedule(nanos, due);
    }

    /**
     * As the server advised, but never rarer than a lease or 4 s, with jitter so that waiters do not come together. The
     * server takes a waiter that has not asked for a claim's time, 5 s, for gone.
     */
    private long untilNextPoll(long advisedMillis) {
        long most = lifetimeNanos == 0 ? LONGEST_POLL : Math.min(LONGEST_POLL, Math.max(SHORTEST_POLL, lifetimeNanos));
        if (advisedMillis > 0) {
            return Math.min(TimeUnit.MILLISECONDS.toNanos(advisedMillis), most);
        }
        return most - time.random(most / 4);
    }
}
