package dev.mortise.internal.lease;

import dev.mortise.Renewal;
import java.util.concurrent.TimeUnit;

/** When one lease is due for what. The timer thread's, once the lease is registered; any thread may read the failure. */
final class RenewalSchedule {
    /*
     * Overview. Counted from when the request was sent that last confirmed the lease:
     *
     *   a third of the lifetime     it is due: two attempts that time out fit in before its end.
     *   half of it                  it is in danger, and the listener is told, once until it is renewed.
     *   its end                     it is lost, by the clock.
     *
     * A renewal that failed is due again after a twentieth of the lease, at least 20 ms and at most 1 s. It changes neither
     * the danger nor the end: what the server has confirmed stays true. A lease without expiry is due every 10 s, and in
     * danger after half of the time that it is relied on. A lease that is not renewed, and one whose confirmed time reaches
     * the end of its longest hold, is never due.
     */
    /** ns, as everything here. */
    private static final long NEVER = Long.MAX_VALUE;

    /** How often a lease without expiry is looked after. */
    private static final long LOOK_AFTER = TimeUnit.SECONDS.toNanos(10);

    /** The least pause after a failure, ns. */
    private static final long MIN_RETRY = TimeUnit.MILLISECONDS.toNanos(20);

    /** When to renew. The timer thread's. */
    private long dueAt = NEVER;

    /** When to report that a renewal is overdue. The timer thread's. */
    private long dangerAt = NEVER;

    /** Why the last renewal failed; empty when it did not. Written by the timer thread only. */
    private volatile String failure = "";

    /**
     * Called before the lease is published, on the thread that brings the grant.
     *
     * @param base when the request was sent that granted it, ns
     * @param lifetimeNanos of its hold from there; 0 = without expiry
     * @param claimOnly whether what is left of that is to be confirmed soon
     */
    void begin(LeaseState lease, long base, long lifetimeNanos, boolean claimOnly) {
        schedule(lease, base, lifetimeNanos);
        if (claimOnly) {
            // A grant by message, or one that was handed on here, is worth little until it is confirmed. One that is
            // released soon needs no confirmation.
            dueAt = lease.grantedAt() + lifetimeNanos / 10;
            dangerAt = lease.grantedAt() + 2 * (lease.validUntil() - lease.grantedAt()) / 3;
        }
    }

    /** Confirmed by a request sent at {@code base}. */
    void schedule(LeaseState lease, long base, long lifetimeNanos) {
        failure = "";
        if (lifetimeNanos == 0) {
            dueAt = base + LOOK_AFTER;
            dangerAt = base + Validity.NO_EXPIRY_NANOS / 2;
        } else if (lease.terms().renewal() == Renewal.OFF) {
            dueAt = NEVER;
            dangerAt = NEVER;
        } else {
            dueAt = base + lifetimeNanos / 3;
            dangerAt = base + lifetimeNanos / 2;
        }
        if (dueAt >= lease.holdEnd() || lifetimeNanos > 0 && Validity.until(base, lifetimeNanos) >= lease.holdEnd()) {
            dueAt = NEVER;
            dangerAt = NEVER;
        }
    }

    /** @param slack how much sooner it may go along with others that are due, ns */
    boolean isDue(long now, long slack) {
        return dueAt != NEVER && dueAt - now <= slack;
    }

    boolean isDangerous(long now) {
        return dangerAt != NEVER && dangerAt <= now;
    }

    /** A renewal got no answer, for that reason: it is tried again after a pause. */
    void failed(String why, long now, long leaseNanos) {
        failure = why;
        dueAt = now + Math.max(MIN_RETRY, Math.min(leaseNanos == 0 ? LOOK_AFTER : leaseNanos / 20, LOOK_AFTER / 10));
    }

    boolean isFailing() {
        return !failure.isEmpty();
    }

    String lastFailure() {
        return failure;
    }

    /** Nothing is to be renewed any more; it lives out its time. */
    void stop() {
        dueAt = NEVER;
        dangerAt = NEVER;
    }

    /**
     * When a round should look at this lease next.
     *
     * @param notNow whether none is due as one is under way, or the lease is just leaving this client
     */
    long next(long validUntil, boolean notNow) {
        return Math.min(validUntil, Math.min(notNow ? NEVER : dueAt, dangerAt));
    }

    /** The danger was reported. */
    void dangerReported() {
        dangerAt = NEVER;
    }
}
