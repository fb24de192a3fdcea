package dev.mortise.internal.client;

import dev.mortise.LockException;
import dev.mortise.LockTimeoutException;
import dev.mortise.internal.acquire.AcquireResult;
import dev.mortise.internal.insight.WaitReports;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** The exception for an acquire that ended without a lease. */
final class FailedWait {
    private FailedWait() {}

    /** Its failure; or, after a wait in vain, a time-out that says who was in the way, as far as that is known. */
    static CompletableFuture<LockException> explained(WaitReports reports, String lock, AcquireResult.Left left) {
        LockException failure = left.failure();
        if (failure != null) {
            return CompletableFuture.completedFuture(failure);
        }
        Duration waited = Duration.ofNanos(left.waitedNanos());
        return reports.after(lock, left).thenApply(report -> new LockTimeoutException(lock, waited, report));
    }
}
