package dev.mortise.internal.acquire;

import dev.mortise.LockException;
import dev.mortise.internal.lease.LeaseHandle;
import dev.mortise.internal.store.LockRecord;
import org.jspecify.annotations.Nullable;

/** How an acquire ended. */
public sealed interface AcquireResult {
    /** With a grant. */
    record Granted(LeaseHandle lease) implements AcquireResult {}

    /**
     * Without one.
     *
     * @param place last known place in the queue; 0 = none
     * @param lock as it was then, if it was to be explained and could be
     * @param failure for {@link LeaveReason#UNAVAILABLE}, {@link LeaveReason#REFUSED} and {@link LeaveReason#CLOSED}
     */
    record Left(
            LeaveReason why,
            long waitedNanos,
            long place,
            String leaseId,
            @Nullable LockRecord lock,
            @Nullable LockException failure)
            implements AcquireResult {}
}
