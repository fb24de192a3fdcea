package dev.mortise.internal.client;

import dev.mortise.Lease;
import dev.mortise.LeaseLoss;
import dev.mortise.ReleaseOutcome;
import dev.mortise.interop.InteropLease;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/**
 * A lease of the engine, without what its key cannot carry. The engine finds out that it was dropped by the lease behind it.
 *
 * @param lease behind it
 * @param id what the value at the key ends with
 */
record InteropClientLease(Lease lease, String key, String id) implements InteropLease {
    @Override
    public String lockName() {
        return lease.lockName();
    }

    @Override
    public boolean isValid() {
        return lease.isValid();
    }

    @Override
    public Duration remaining() {
        return lease.remaining();
    }

    @Override
    public InteropLease ensure(Duration atLeast) {
        lease.ensure(atLeast);
        return this;
    }

    @Override
    public void extend(Duration newLease) {
        lease.extend(newLease);
    }

    @Override
    public CompletionStage<LeaseLoss> lost() {
        return lease.lost();
    }

    @Override
    public ReleaseOutcome release() {
        return lease.release();
    }

    @Override
    public CompletionStage<ReleaseOutcome> releaseAsync() {
        return lease.releaseAsync();
    }

    @Override
    public ReleaseOutcome releaseAfter(Duration keep) {
        return lease.releaseAfter(keep);
    }

    @Override
    public void close() {
        release();
    }

    @Override
    public String toString() {
        return "InteropLease[lock=" + lockName() + ", key=" + key + ", remaining=" + remaining() + "]";
    }
}
