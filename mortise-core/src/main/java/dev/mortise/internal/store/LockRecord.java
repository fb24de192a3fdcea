package dev.mortise.internal.store;

import java.util.List;
import java.util.Optional;

/**
 * A lock as stored, at one moment of the server's clock.
 *
 * @param shape empty for a lock nobody uses
 * @param nowMillis server time
 * @param lastToken no token up to this is issued again; 0 for a lock nobody uses
 * @param holders whose lease is not over, oldest token first
 * @param waiters in the order they will be served
 */
public record LockRecord(
        Optional<Shape> shape, long nowMillis, long lastToken, List<Holder> holders, List<Waiter> waiters) {
    /** Copies the lists. */
    public LockRecord {
        holders = List.copyOf(holders);
        waiters = List.copyOf(waiters);
    }

    /** A holder; {@code expiryMillis} 0 = none; {@code clientId} is that of the latest adopter. */
    public record Holder(
            String leaseId,
            String clientId,
            long permits,
            long leaseMillis,
            long expiryMillis,
            long token,
            long sinceMillis,
            String owner,
            String label) {}

    /** A waiter; {@code sinceMillis} 0 = joined since its last poll. */
    public record Waiter(
            String leaseId, String clientId, long ticket, long permits, long sinceMillis, String owner, String label) {}
}
