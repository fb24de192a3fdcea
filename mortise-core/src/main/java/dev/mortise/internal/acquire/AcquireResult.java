package dev.mortise.internal.acquire;

import dev.mortise.LockException;
import dev.mortise.internal.lease.LeaseHandle;
import dev.mortise.internal.store.Glance;
import org.jspecify.annotations.Nullable;

/** How an acquire ended. */
public sealed interface AcquireResult {
    /** With a grant. */
    record Granted(LeaseHandle lease) implements AcquireResult {}

    /**
     * Without one.
     *
     * @param lateNanos how long since its time was over, if it had a limit
     * @param place last known
     * @param lock as it was then, if it was to be explained and could be
     * @param failure for {@link LeaveReason#UNAVAILABLE}, {@link LeaveReason#REFUSED} and {@link LeaveReason#CLOSED}
     */
    record Left(
            LeaveReason why,
            long waitedNanos,
            long lateNanos,
            WaitPlace place,
            @Nullable Glance lock,
            @Nullable LockException failure)
            implements AcquireResult {}
}
