package dev.mortise.internal.queue;

import dev.mortise.internal.lease.Hold;
import dev.mortise.internal.lease.LeaseTerms;
import dev.mortise.internal.store.StoreException;
import org.jspecify.annotations.Nullable;

/** One acquire as the queue sees it. Thread-safe; the queue calls it with no lock held, except where said. */
public interface LocalWaiter {
    /** It stands before this passage from now on. Called under the queue's guard, before anything else. */
    void standsAt(Passage passage);

    /** What it wants. */
    LeaseTerms terms();

    /** When it came, ns. */
    long began();

    /** Whether it can hold the lock together with others of its kind. */
    boolean isShared();

    /** Whether it waits when it cannot be granted at once. */
    boolean isPatient();

    /** The lifetime it wants, ns; 0 = without expiry. */
    long lifetimeNanos();

    /**
     * It is to ask the server itself.
     *
     * @param ticket of somebody who left, whose place it takes; 0 = none
     * @param outlasts whether it has waited behind a holder, or the server has answered since it came, so that its wait
     *     outlasts an outage
     * @param failure why somebody before it has given up asking just now, if it is asked for that reason
     */
    void ask(long ticket, boolean outlasts, @Nullable StoreException failure);

    /** It waits here, at that place, 1 = next. Called under the queue's guard. */
    void queuesAt(long place);

    /** Something is known now, see {@link Passage#tidings}. */
    void heard();

    /**
     * It is granted the lock without a request.
     *
     * @return false when it has left, or its lease could not be made
     */
    boolean pass(Hold hold, long token);

    /** As many wait here as may. */
    void refuseFull(long waiting);
}
