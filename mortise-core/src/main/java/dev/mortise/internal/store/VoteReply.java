package dev.mortise.internal.store;

/** What one node of a quorum says to a {@link VoteRequest}. Only {@link Given} changes who holds the lock there. */
public sealed interface VoteReply {
    /** The node has the lease on record, with the token asked for; so many others wait. */
    record Given(long waiting) implements VoteReply {}

    /** The token was used up, or is too far behind the clock of the node; one above this is accepted. */
    record Outbid(long floor) implements VoteReply {}

    /**
     * Others hold the lock, or a writer that came before waits for it.
     *
     * @param endsAfterMillis when the first of their leases is over; 0 = not known
     * @param noExpiry whether it is held by a lease without expiry
     */
    record Held(long endsAfterMillis, boolean noExpiry) implements VoteReply {}

    /** The node may have lost votes, and gives none for so long. */
    record Quiet(long millis) implements VoteReply {}

    /** The lease id was withdrawn or ended by force before. */
    record Stale() implements VoteReply {}

    /** The name is used as something else. */
    record WrongKind(String actual) implements VoteReply {}

    /** The queue is at its bound. */
    record QueueFull(long waiting) implements VoteReply {}
}
