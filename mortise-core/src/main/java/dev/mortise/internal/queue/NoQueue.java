package dev.mortise.internal.queue;

import dev.mortise.internal.lease.Hold;
import dev.mortise.internal.lease.HoldFacts;
import dev.mortise.internal.lease.SoleHold;
import dev.mortise.internal.store.StoreException;
import org.jspecify.annotations.Nullable;

/** No local queue: each acquire asks the server for itself. */
public final class NoQueue implements WaiterQueue, WaiterQueue.Entrance {
    private final SoleHold.Ways sole;

    /** @param sole makes the hold of every grant */
    public NoQueue(SoleHold.Ways sole) {
        this.sole = sole;
    }

    @Override
    public void enter(LocalWaiter waiter) {
        waiter.standsAt(this);
        waiter.lead(0, false, null);
    }

    @Override
    public Hold granted(LocalWaiter waiter, HoldFacts grant) {
        return sole.of(grant);
    }

    @Override
    public boolean notTaken(Hold hold) {
        return false;
    }

    @Override
    public void queued(LocalWaiter waiter) {}

    @Override
    public void unanswered(LocalWaiter waiter, StoreException failure, boolean outlasts) {}

    @Override
    public void left(LocalWaiter waiter, long ticket, @Nullable StoreException failure) {}

    /** No acquire waits here for what others are answered. */
    @Override
    public Tidings tidings(LocalWaiter waiter, long since) {
        return new Tidings(true, null);
    }

    @Override
    public @Nullable LocalWaiter aheadAtServer(LocalWaiter waiter) {
        return null;
    }

    @Override
    public long place(LocalWaiter waiter) {
        return 0;
    }
}
