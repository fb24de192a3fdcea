package dev.mortise.internal.queue;

import dev.mortise.internal.lease.Hold;
import dev.mortise.internal.lease.HoldFacts;
import dev.mortise.internal.store.StoreException;
import org.jspecify.annotations.Nullable;

/** What stands between the acquires of one client for one lock and the server. Thread-safe, never blocks. */
public interface WaiterQueue {
    /** The server has granted it. Makes the hold that its lease stands on. */
    Hold granted(LocalWaiter waiter, HoldFacts grant);

    /**
     * No lease could be made that stands on the hold of its grant.
     *
     * @return whether the next one gets it here, or it goes back from here; else it is to be withdrawn
     */
    boolean notTaken(Hold hold);

    /** The server has put it into the queue there, or says that it still stands in it, or that it can have the lock. */
    void queued(LocalWaiter waiter);

    /**
     * A request of it failed, and it asks again.
     *
     * @param outlasts whether it goes on doing so through an outage
     */
    void unanswered(LocalWaiter waiter, StoreException failure, boolean outlasts);

    /**
     * It is gone, without a grant; what it had on the server is withdrawn.
     *
     * @param ticket its place there, 0 = none
     * @param failure why the server could not be asked, if that is why it left
     */
    void left(LocalWaiter waiter, long ticket, @Nullable StoreException failure);

    /** What is known of the lock since then. If that is nothing, the waiter is told as soon as it is something. */
    Tidings tidings(LocalWaiter waiter, long since);

    /** Its place among those that wait here, 1 = next; 0 when it does not wait here. */
    long place(LocalWaiter waiter);

    /** The waiter here that stands in the server's queue, if this one waits behind it here; null when there is none. */
    @Nullable
    LocalWaiter aheadAtServer(LocalWaiter waiter);

    /**
     * News of a lock.
     *
     * @param isAnswered whether the server has answered an acquire here, or the lock is held here
     * @param failure of the last request here, if there was no answer
     */
    record Tidings(boolean isAnswered, @Nullable StoreException failure) {}

    /** Where acquires come in. */
    interface Entrance {
        /** Decides, now or later, what becomes of it. */
        void enter(LocalWaiter waiter);
    }
}
