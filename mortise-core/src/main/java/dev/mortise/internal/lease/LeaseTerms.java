package dev.mortise.internal.lease;

import dev.mortise.AcquireOptions;
import dev.mortise.LockKind;
import dev.mortise.OnLoss;
import dev.mortise.Renewal;
import dev.mortise.internal.store.Shape;
import dev.mortise.internal.store.Tag;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

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
 * @param site where it was asked for; null unless stacks are captured
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
        String party,
        @Nullable AcquireSite site) {
    /** Shorter ones are asked for in another way, ns: of such a lifetime nothing could be left when the answer is here. */
    private static final long SHORT = AcquireOptions.MIN_LEASE.toNanos();

    /** What the server is asked for then, ns: enough that the whole lease counts from when the caller gets it. */
    private static final long ON_SERVER_IF_SHORT = TimeUnit.MILLISECONDS.toNanos(120);

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

    /** The lifetime that the server is asked for, ns; 0 = without expiry. A shorter lease ends here before. */
    public long lifetimeNanos() {
        if (leaseNanos == 0) {
            return 0;
        }
        long wanted = maxHoldNanos == 0 ? leaseNanos : Math.min(leaseNanos, maxHoldNanos);
        return wanted < SHORT ? ON_SERVER_IF_SHORT : wanted;
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
                party,
                site);
    }
}
