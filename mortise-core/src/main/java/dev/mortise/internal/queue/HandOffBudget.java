package dev.mortise.internal.queue;

import java.util.concurrent.TimeUnit;

/**
 * How often, and for how long, a hold may still be handed on here. Hand-offs and time are counted from the last moment at which
 * no other client waited. For one second after the server has promised a <em>contended</em> message, nothing is counted. Not
 * thread-safe: guarded by its queue.
 */
final class HandOffBudget {
    /** How long a promise is relied on, as the message that keeps it may be lost. */
    private static final long TRUST = TimeUnit.SECONDS.toNanos(1);

    private final HandOffLimits limits;
    private boolean contended;
    private boolean promised;
    private long since;
    private int passes;

    /** At the grant; {@code waiting} others stood in the queue then. */
    HandOffBudget(HandOffLimits limits, long now, long waiting) {
        this.limits = limits;
        this.since = now;
        this.contended = waiting > 0;
    }

    boolean isContended() {
        return contended;
    }

    /** What may be done with a grant that comes back. */
    enum Verdict {
        /** It may be passed on. */
        PASS,
        /** The server is to be asked first whether others wait. */
        ASK,
        /** Others wait, and it is their turn. */
        STOP
    }

    Verdict verdict(long now) {
        if (promised) {
            return now - since < TRUST ? Verdict.PASS : Verdict.ASK;
        }
        if (passes < limits.passes() && now - since < limits.nanos()) {
            return Verdict.PASS;
        }
        return contended ? Verdict.STOP : Verdict.ASK;
    }

    /** Whether the server should be asked, so that passing can go on. */
    boolean wantsToKnow(long now) {
        return !contended && (!promised || now - since >= TRUST / 2);
    }

    void passed() {
        if (passes < Integer.MAX_VALUE) {
            passes++;
        }
    }

    /** Somebody waits elsewhere since now. */
    void contended(long now) {
        if (contended) {
            return;
        }
        contended = true;
        if (promised) {
            promised = false;
            since = now;
            passes = 0;
        }
    }

    /** The server, asked at {@code base}, said how many wait, and will say when the first comes. */
    void answered(long base, long now, long waiting) {
        if (waiting > 0) {
            contended(now);
        } else if (!contended) {
            promised = true;
            since = base;
            passes = 0;
        }
    }
}
