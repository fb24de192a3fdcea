package dev.mortise.internal.store;

/** What came of an {@link AcquireRequest}. */
public sealed interface AcquireReply {
    /** The lease holds; so many others wait. */
    record Granted(long token, long waiting) implements AcquireReply {}

    /** The lease holds, but only so far was it copied in time. */
    record NotCopied(ReachedCopies reached) implements AcquireReply {}

    /**
     * It stands in the queue.
     *
     * @param pollAfterMillis when to ask again; 0 = the client's own choice
     * @param noExpiry whether the lock is held by a lease without expiry
     * @param mark a grant of this lease id that comes after this answer has a greater token
     */
    record Queued(long ticket, long place, long pollAfterMillis, boolean noExpiry, long mark) implements AcquireReply {}

    /**
     * Not granted, and was not to wait.
     *
     * @param noExpiry whether the lock is held by a lease without expiry
     */
    record Busy(boolean noExpiry) implements AcquireReply {}

    /** Nobody is granted anything for so long, and it was not to wait. */
    record Quiet(long millis) implements AcquireReply {}

    /** The lease id was withdrawn or ended by force before. */
    record Stale() implements AcquireReply {}

    /** The name is used as something else. */
    record WrongKind(String actual) implements AcquireReply {}

    /** The queue is at its bound. */
    record QueueFull(long waiting) implements AcquireReply {}

    /**
     * Another reader waits to be the writer already: neither could ever go first.
     *
     * @param tag of the other
     */
    record Conflict(Tag tag) implements AcquireReply {}
}
