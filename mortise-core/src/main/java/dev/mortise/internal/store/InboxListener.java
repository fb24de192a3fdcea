package dev.mortise.internal.store;

/**
 * What a server says to a client unasked. Messages are hints: they may be lost, late or forged, never the only way. Called
 * on an I/O thread: must not block.
 */
public interface InboxListener {
    /**
     * A waiter was made a holder, for {@code claimMillis} at first.
     *
     * @param waiting how many others wait
     */
    void granted(String lock, String leaseId, long token, long claimMillis, long waiting);

    /** Somebody waits for this lock, of which a lease of this client said that it wants to know. */
    void contended(String lock);

    /** A node of a quorum has become free, and this waiter is the first whom it tells, or a reader next to it. */
    void nudged(String lock, String leaseId);

    /**
     * This waiter was in a deadlock, and the wait of another owner has ended it.
     *
     * @param victim that owner, as shown to people
     */
    default void survived(String lock, String leaseId, String victim) {}

    /** A lease was ended by force. */
    void forced(String leaseId, String reason);

    /** Messages do not come for now: from now on requests say so, and waits are served by their polls. */
    default void deaf() {}

    /** The inbox is open again after a break; messages may have been lost. */
    void reconnected();
}
