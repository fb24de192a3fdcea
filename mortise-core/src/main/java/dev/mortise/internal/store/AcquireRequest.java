package dev.mortise.internal.store;

import java.util.Optional;

/**
 * Acquire, poll, claim or retry; the same lease id may be sent any number of times.
 *
 * @param lock its name
 * @param leaseId chosen by the client, never used for anything else
 * @param permits how many
 * @param leaseMillis 0 = without expiry
 * @param queue whether to join the queue when it cannot be granted at once
 * @param floor the largest fencing token this client has seen of this lock
 * @param tag of the acquire, as shown to people
 * @param maxWaiters the bound of the queue
 * @param ticket the ticket it had before, so that it keeps its place; 0 = none
 * @param copies how far a grant must be copied before it is answered; empty = not at all
 */
public record AcquireRequest(
        String lock,
        String leaseId,
        Shape shape,
        long permits,
        long leaseMillis,
        boolean queue,
        long floor,
        Tag tag,
        int maxWaiters,
        long ticket,
        Optional<RequiredCopies> copies) {
    /** The same without copies. */
    public AcquireRequest(
            String lock,
            String leaseId,
            Shape shape,
            long permits,
            long leaseMillis,
            boolean queue,
            long floor,
            Tag tag,
            int maxWaiters,
            long ticket) {
        this(lock, leaseId, shape, permits, leaseMillis, queue, floor, tag, maxWaiters, ticket, Optional.empty());
    }
}
