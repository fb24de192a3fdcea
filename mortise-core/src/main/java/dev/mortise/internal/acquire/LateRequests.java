package dev.mortise.internal.acquire;

import dev.mortise.internal.store.Late;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The acquire requests of one lease id that may still arrive at the server. Outlives its acquire, as the lease asks it when
 * it is released; so it refers to nothing that would keep the lease reachable. Thread-safe.
 */
public final class LateRequests {
    private final AtomicInteger unanswered = new AtomicInteger();

    /** Those that are over a connection of their own, so that nothing is known of their order. */
    private final AtomicInteger apart = new AtomicInteger();

    /** One got no answer and may come late. Once true stays true. */
    private volatile boolean inDoubt;

    /** One was answered. Once true stays true. */
    private volatile boolean isAnswered;

    /** To be called before it is sent. */
    public void sent() {
        unanswered.incrementAndGet();
    }

    public void answered() {
        isAnswered = true;
        unanswered.decrementAndGet();
    }

    /** Failed; {@code unknown} = it may still be executed. */
    public void failed(boolean unknown) {
        inDoubt |= unknown;
        unanswered.decrementAndGet();
    }

    /** It goes over a connection of its own. To be called before it is sent, also. */
    public void goesApart() {
        apart.incrementAndGet();
    }

    /** It has ended, whether well or not. */
    public void wentApart() {
        apart.decrementAndGet();
    }

    public Late late() {
        if (inDoubt || apart.get() > 0) {
            return Late.IN_DOUBT;
        }
        return unanswered.get() > 0 ? Late.UNDER_WAY : Late.NO;
    }

    /** Whether the server may know the lease id by now. */
    public boolean mayBeKnown() {
        return isAnswered || canCome();
    }

    public boolean canCome() {
        return late() != Late.NO;
    }
}
