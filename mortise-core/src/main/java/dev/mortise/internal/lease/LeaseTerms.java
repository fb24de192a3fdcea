package dev.mortise.internal.lease;

import dev.mortise.LockKind;
import dev.mortise.OnLoss;
import dev.mortise.Renewal;
import dev.mortise.internal.store.Shape;
import dev.mortise.internal.store.Tag;

/**
 * What was agreed on when the lease was asked for. Times in ns; 0 = none.
 *
 * @param leaseNanos 0 = without expiry
 * @param maxHoldNanos 0 = no limit
 * @param tag of the acquire, as shown to people
 * @param acquirer the thread that asked; interrupted on loss if so agreed
 * @param threadBound whether the hold ends with that thread
 * @param party who waits and holds, where deadlocks are looked for; tells it from all others of this client. Empty = not known,
 *     and so never part of one
 */
public record LeaseTerms(
        String lock,
        Shape shape,
        long permits,
        long leaseNanos,
        Renewal renewal,
        long maxHoldNanos,
        OnLoss onLoss,
        Tag tag,
        Thread acquirer,
        boolean threadBound,
        String party) {
    /** What the name is used as. */
    public LockKind kind() {
        return shape.kind();
    }

    /** Owner as shown to people. */
    public String owner() {
        return tag.owner();
    }

    /** Label as shown to people. */
    public String label() {
        return tag.label();
    }

    /** The lifetime that is asked for, ns; 0 = without expiry. */
    public long lifetimeNanos() {
        return leaseNanos == 0 || maxHoldNanos == 0 ? leaseNanos : Math.min(leaseNanos, maxHoldNanos);
    }

    /** The same for so many permits, and for those times. */
    LeaseTerms with(long newPermits, long newLeaseNanos, long newMaxHoldNanos) {
        return new LeaseTerms(
                lock,
                shape,
                newPermits,
                newLeaseNanos,
                renewal,
                newMaxHoldNanos,
                onLoss,
                tag,
                acquirer,
                threadBound,
                party);
    }
}
