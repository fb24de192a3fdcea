package dev.mortise.internal.queue;

import dev.mortise.internal.lease.Hold;
import dev.mortise.internal.lease.LeaseTerms;
import dev.mortise.internal.store.StoreException;
import org.jspecify.annotations.Nullable;

/** One acquire as its queue sees it. Thread-safe; the queue calls it with no lock held, except where said. */
public interface LocalWaiter {
    /** The waiter stands in this queue from now on. Called under the queue's guard, before anything else. */
    void standsAt(WaiterQueue queue);

    /** What the waiter wants. */
    LeaseTerms terms();

    /** When the acquire began, ns. */
    long began();

    /** Whether it can hold the lock together with others of its kind. */
    default boolean isShared() {
        return terms().permits() < terms().shape().capacity();
    }

    /** Whether it waits when it cannot be granted at once. If not, it is a try-acquirer: it asks the server once. */
    boolean isPatient();

    /** The lifetime that the lease is to have, ns; 0 = without expiry. */
    default long lifetimeNanos() {
        return terms().lifetimeNanos();
    }

    /**
     * The waiter is to ask the server itself: it leads, or it is a try-acquirer.
     *
     * @param ticket of a waiter that left, whose place in the server's queue it takes; 0 = none
     * @param outlasts whether it has waited behind a holder, or the server has answered since it came, so that its wait
     *     outlasts an outage
     * @param failure why the leader before it has just given up, if it leads for that reason
     */
    void lead(long ticket, boolean outlasts, @Nullable StoreException failure);

    /** It waits here, at that place, 1 = next. Called under the queue's guard. */
    void queuesAt(long place);

    /** Something is known now, see {@link WaiterQueue#tidings}. */
    void heard();

    /**
     * The lock is handed to it, without a request.
     *
     * @param hold what its lease stands on
     * @param token the fencing token of its lease
     * @return false when it has left, or its lease could not be made
     */
    boolean handTo(Hold hold, long token);

    /** As many wait here as may. */
    void refuseFull(long waiting);
}
