package dev.mortise.internal.client;

import dev.mortise.LockException;
import dev.mortise.LockTimeoutException;
import dev.mortise.internal.acquire.AcquireResult;
import dev.mortise.internal.insight.LockInspector;
import dev.mortise.internal.store.LockRecord;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** The exception for an acquire that ended without a lease. */
final class FailedWait {
    private FailedWait() {}

    /** Its failure; or, after a wait in vain, a time-out that says who was in the way, as far as that is known. */
    static CompletableFuture<LockException> explained(LockInspector inspector, String lock, AcquireResult.Left left) {
        if (left.failure() != null) {
            return CompletableFuture.completedFuture(left.failure());
        }
        Duration waited = Duration.ofNanos(left.waitedNanos());
        int place = place(left);
        if (left.lock() == null) {
            return CompletableFuture.completedFuture(new LockTimeoutException(lock, waited, place, null));
        }
        return inspector
                .describe(lock, left.lock(), left.leaseId())
                .handle((info, unknown) -> new LockTimeoutException(lock, waited, place, info));
    }

    /** Its place in the record as it was read after the wait; if it is not in there, the last one that it was told. */
    private static int place(AcquireResult.Left left) {
        int place = 1;
        if (left.lock() != null) {
            for (LockRecord.Waiter waiter : left.lock().waiters()) {
                if (waiter.leaseId().equals(left.leaseId())) {
                    return place;
                }
                place++;
            }
        }
        return (int) left.place();
    }
}
