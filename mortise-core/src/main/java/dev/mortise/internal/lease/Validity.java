package dev.mortise.internal.lease;

import dev.mortise.internal.store.OrphanCheck;
import java.util.concurrent.TimeUnit;

/**
 * How long a lease is valid by this client's clock: from the moment the confirming request was sent, less a hundredth for
 * the difference of two clocks' rates, less a margin. Never from a reply or a message: both may have been under way for long.
 */
public final class Validity {
    /** Taken off every lifetime besides the hundredth, ns. */
    private static final long MARGIN = TimeUnit.MILLISECONDS.toNanos(5);

    /**
     * How long a lease without expiry is relied on after the request that last confirmed it was sent. The server ends such
     * a lease, when a client wants the lock, only if it was not confirmed for that long.
     */
    public static final long NO_EXPIRY_NANOS = TimeUnit.MILLISECONDS.toNanos(OrphanCheck.GRACE_MILLIS);

    /** How long a lease without expiry lives that is on its way to another client, by ticket. */
    static final long TICKET_NANOS = TimeUnit.MINUTES.toNanos(10);

    private Validity() {}

    /** The shortest lifetime, confirmed by a request that is sent at {@code base}, whose validity reaches {@code until}. */
    static long reaching(long until, long base) {
        long wanted = until - base + MARGIN;
        return wanted + wanted / 99 + TimeUnit.MILLISECONDS.toNanos(1);
    }

    /** The end, for a lease confirmed by a request that was sent at {@code base}; both in ns; 0 = without expiry. */
    public static long until(long base, long leaseNanos) {
        long worth = leaseNanos == 0 ? NO_EXPIRY_NANOS : leaseNanos;
        return base + worth - worth / 100 - MARGIN;
    }
}
