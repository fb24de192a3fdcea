package dev.mortise.internal.client;

import dev.mortise.AcquireOptions;
import dev.mortise.internal.client.ReentrantHolds.Side;
import dev.mortise.internal.lease.LossAware;
import java.util.Optional;

/** What {@link ReentrantView} needs of a lock; the waits of the options do not apply. The lease ends with the thread. */
interface ReentrantTarget {
    /** Of the lock, as shown. */
    String name();

    /** Tells it from every other lock of the client. */
    ReentrantHolds.Key key();

    /** Which side of that lock this is. */
    default Side side() {
        return Side.EXCLUSIVE;
    }

    /** The other side of it goes on with a lease of its own; for a lock that has two. */
    default LossAware downgrade(LossAware hold) {
        throw new UnsupportedOperationException("a lock with one side");
    }

    /** Waits without limit, also while interrupted. */
    LossAware hold(AcquireOptions options);

    /** Waits without limit. */
    LossAware holdInterruptibly(AcquireOptions options) throws InterruptedException;

    /** Asks once. */
    Optional<? extends LossAware> tryHold(AcquireOptions options);

    /** Waits up to that; 0 = asks once. */
    Optional<? extends LossAware> tryHold(AcquireOptions options, long maxWaitNanos) throws InterruptedException;
}
