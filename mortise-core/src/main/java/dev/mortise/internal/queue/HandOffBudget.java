package dev.mortise.internal.queue;

import java.util.concurrent.TimeUnit;

/**
 * How often, and for how long, a hold may still be handed on here. Hand-offs and time are counted from the last moment at which
 * no other client waited. For one second after the server has promised a <em>contended</em> message, nothing is counted. Not
 * thread-safe: guarded by its queue.
 */
public final class HandOffBudget {
    /** How long a promise is relied on, because the message that keeps it may be lost. */
    private static final long TRUST = TimeUnit.SECONDS.toNanos(1);

    private final Limits limits;

    /** Whether other clients wait, as far as is known. Once true stays true: only the next grant can say that no other waits. */
    private boolean contended;

    /** Whether the server has promised to say when another client comes to wait. */
    private boolean promised;

    /** From when on time is counted, ns; with a promise, when it was asked for. */
    private long since;

    /** Hand-offs that count. */
    private int handOffs;

    /** At the grant; {@code waiting} others stood in the server's queue then. */
    HandOffBudget(Limits limits, long now, long waiting) {
        this.limits = limits;
        this.since = now;
        this.contended = waiting > 0;
    }

    boolean isContended() {
        return contended;
    }

    /** What may be done with a hold that comes back. */
    enum Verdict {
        /** It may be handed on. */
        HAND_ON,
        /** The server is to be asked first whether others wait. */
        ASK,
        /** Others wait, and it is their turn. */
        STOP
    }

    /** As things are now. With a promise only its age counts; without, the hand-offs and the time since {@link #since}. */
    Verdict verdict(long now) {
        if (promised) {
            return now - since < TRUST ? Verdict.HAND_ON : Verdict.ASK;
        }
        if (handOffs < limits.handOffs() && now - since < limits.nanos()) {
            return Verdict.HAND_ON;
        }
        return contended ? Verdict.STOP : Verdict.ASK;
    }

    /** Whether the server should be asked, so that hand-offs can go on: well before a promise ends, so that none has to wait. */
    boolean wantsToKnow(long now) {
        return !contended && (!promised || now - since >= TRUST / 2);
    }

    /** The hold goes to one more lease. */
    void handedOn() {
        if (handOffs < Integer.MAX_VALUE) {
            handOffs++;
        }
    }

    /** Another client waits since now. */
    void contended(long now) {
        if (contended) {
            return;
        }
        contended = true;
        if (promised) {
            promised = false;
            since = now;
            handOffs = 0;
        }
    }

    /** The server, asked at {@code base}, said how many wait, and will say when the first comes. */
    void answered(long base, long now, long waiting) {
        if (waiting > 0) {
            contended(now);
        } else if (!contended) {
            promised = true;
            since = base;
            handOffs = 0;
        }
    }

    /**
     * How long a lock may stay in one JVM while other clients wait for it.
     *
     * @param handOffs most hand-offs in a row; 0 = no local queue
     * @param nanos longest time, ns
     */
    public record Limits(int handOffs, long nanos) {}
}
