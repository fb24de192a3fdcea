package dev.mortise.internal.waiting;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * The acquire requests of one lease id that may still arrive at the server. Outlives its acquire, as the lease asks it when
 * it is released; so it refers to nothing that would keep the lease reachable. Thread-safe.
 */
final class OpenRequests {
    private final AtomicInteger unanswered = new AtomicInteger();

    /** One got no answer and may come late. Once true stays true. */
    private volatile boolean inDoubt;

    void sent() {
        unanswered.incrementAndGet();
    }

    void answered() {
        unanswered.decrementAndGet();
    }

    /** Failed; {@code unknown} = it may still be executed. */
    void failed(boolean unknown) {
        inDoubt |= unknown;
        unanswered.decrementAndGet();
    }

    boolean canCome() {
        return inDoubt || unanswered.get() > 0;
    }
}
