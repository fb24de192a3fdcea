package dev.mortise.internal.acquire;

import dev.mortise.internal.store.Late;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.function.Supplier;

/**
 * The acquire requests of one lease id that may still arrive at the server. Outlives its acquire, as the lease asks it when
 * it is released; so it refers to nothing that would keep the lease reachable. Thread-safe.
 */
public final class LateRequests implements Supplier<Late> {
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

    public boolean canCome() {
        return get() != Late.NO;
    }
}
