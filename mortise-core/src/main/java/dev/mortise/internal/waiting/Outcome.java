package dev.mortise.internal.waiting;

import dev.mortise.LockException;
import dev.mortise.internal.lease.LeaseHandle;
import dev.mortise.internal.store.LockRecord;
import org.jspecify.annotations.Nullable;

/** How an acquire ended. */
public sealed interface Outcome {
    /** With a grant. */
    record Granted(LeaseHandle lease) implements Outcome {}

    /**
     * Without one.
     *
     * @param place last known place in the queue; 0 = none
     * @param lock as it was then, if it was to be explained and could be
     * @param failure for {@link Departure#UNAVAILABLE}, {@link Departure#REFUSED} and {@link Departure#CLOSED}
     */
    record Left(
            Departure why,
            long waitedNanos,
            long place,
            String leaseId,
            @Nullable LockRecord lock,
            @Nullable LockException failure)
            implements Outcome {}
}
