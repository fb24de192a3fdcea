package dev.mortise;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A lock as its server saw it at one moment. Times are the server's.
 *
 * @param name the lock
 * @param kind what it is used as; {@link LockKind#MUTEX} for an unused name
 * @param permits how many there are
 * @param used how many are in use
 * @param holders whose leases are not over
 * @param waiters in the order they will be served
 * @param lastFencingToken no grant so far has a greater one; 0 when the server has none on record
 */
public record LockInfo(
        String name,
        LockKind kind,
        long permits,
        long used,
        List<Holder> holders,
        List<Waiter> waiters,
        long lastFencingToken) {
    /** Copies the lists. */
    public LockInfo {
        holders = List.copyOf(holders);
        waiters = List.copyOf(waiters);
    }

    /** Whether it is held. */
    public boolean isLocked() {
        return !holders.isEmpty();
    }

    /**
     * One holder.
     *
     * @param owner thread or owner id; empty when it gave none
     * @param client where it runs
     * @param label free text; empty when it gave none
     * @param since when the lock was granted
     * @param expiresIn what is left of the lease unless it is renewed; empty for one without expiry
     * @param fencingToken of this grant
     * @param permits how many it holds
     */
    public record Holder(
            String owner,
            ClientInfo client,
            String label,
            Instant since,
            Optional<Duration> expiresIn,
            long fencingToken,
            long permits) {}

    /**
     * One waiter.
     *
     * @param place 1 for the next to be served
     * @param owner thread or owner id; empty when it gave none
     * @param client where it runs
     * @param label free text; empty when it gave none
     * @param since when it joined the queue, to within one poll interval (4 s)
     * @param permits how many it wants
     */
    public record Waiter(int place, String owner, ClientInfo client, String label, Instant since, long permits) {}
}
