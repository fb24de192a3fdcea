package dev.mortise.internal.store;

/**
 * Asks one node of a quorum for its vote; may be repeated with the same token. A later round of the same acquire has a
 * greater one.
 *
 * @param lock its name
 * @param leaseId chosen by the client, never used for anything else
 * @param shape {@link Shape#inQuorum}
 * @param permits how many
 * @param leaseMillis 0 = without expiry
 * @param queue whether to be told, by {@link InboxListener#nudged}, when it is worth asking again; whoever does not
 *     ask for 10 s is told no more
 * @param token the fencing token that the lease will have, if a majority accepts it
 * @param tag of the acquire, as shown to people
 * @param maxWaiters the bound of the queue
 */
public record VoteRequest(
        String lock,
        String leaseId,
        Shape shape,
        long permits,
        long leaseMillis,
        boolean queue,
        long token,
        Tag tag,
        int maxWaiters) {}
