package dev.mortise.internal.acquire;

import dev.mortise.internal.store.Late;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.function.Supplier;

/**
 * The acquire requests of one lease id that may still arrive at the server. Outlives its acquire, as the lease asks it when
 * it is released; so it refers to nothing that would keep the lease reachable. Thread-safe.
 */
public final class LateRequests implements Supplier<Late> {
    /*
     * Overview. Asked when a lease id ends on the server: may a request of it come after that, and make a new holder under
     * an id that no client uses any more?
     *
     *   NO          all were answered, on the connection that keeps their order: a plain release will do.
     *   UNDER_WAY   one has no answer yet. If it has one by the time the ending has, nothing is late; else the ending is repeated.
     *   IN_DOUBT    one failed and may have been sent, or goes over a connection of its own: only a tombstone refuses it.
     *
     * A request is counted before it is sent. So a question that is asked after that sees it, and a doubt, once there, stays.
     */
    // Without objects for the counters: there is one of these for each acquire and each lease.
    private static final AtomicIntegerFieldUpdater<LateRequests> UNANSWERED =
            AtomicIntegerFieldUpdater.newUpdater(LateRequests.class, "unanswered");
    private static final AtomicIntegerFieldUpdater<LateRequests> APART =
            AtomicIntegerFieldUpdater.newUpdater(LateRequests.class, "apart");

    /** Sent, neither answered nor failed. */
    private volatile int unanswered;

    /** Those that are over a connection of their own, so that nothing is known of their order. */
    private volatile int apart;

    /** One got no answer and may come late. Once true stays true. */
    private volatile boolean inDoubt;

    /** One was answered. Once true stays true. */
    private volatile boolean isAnswered;

    /** To be called before it is sent. */
    public void sent() {
        UNANSWERED.incrementAndGet(this);
    }

    /** The server has answered it, whatever the answer is. */
    public void answered() {
        isAnswered = true;
        UNANSWERED.decrementAndGet(this);
    }

    /** Failed; {@code unknown} = it may still be executed. */
    public void failed(boolean unknown) {
        inDoubt |= unknown;
        UNANSWERED.decrementAndGet(this);
    }

    /** It goes over a connection of its own. To be called before it is sent, also. */
    public void goesApart() {
        APART.incrementAndGet(this);
    }

    /** It has ended, whether well or not. */
    public void wentApart() {
        APART.decrementAndGet(this);
    }

    @Override
    public Late get() {
        if (inDoubt || apart > 0) {
            return Late.IN_DOUBT;
        }
        return unanswered > 0 ? Late.UNDER_WAY : Late.NO;
    }

    /** Whether the server may know the lease id by now. */
    public boolean mayBeKnown() {
        return isAnswered || canCome();
    }

    /** Whether one may still arrive at the server. */
    public boolean canCome() {
        return get() != Late.NO;
    }
}
