package dev.mortise.internal.store;

import java.util.concurrent.CompletableFuture;

/**
 * One node of a quorum. Its grants are votes: a lease holds when a majority of nodes has it on record with the same token.
 * Its queue is a list of who wants to be told: nobody is made a holder unasked, and no token is issued: a writer that is
 * downgraded keeps its own. Otherwise as {@link LockStore}, with shapes that are {@link Shape#inQuorum}.
 */
public interface VotingStore extends LockStore {
    /**
     * Whether this node has never given a vote. One node alone cannot tell that from the loss of all it had; all nodes
     * together can.
     */
    CompletableFuture<Boolean> isNew();

    /**
     * As {@link #open}, in place of it.
     *
     * @param isNew whether the quorum as a whole is; if not, a node that knows of nobody has lost what it had, and is quiet
     * @return what tells this server process from others; empty if it is not known
     */
    CompletableFuture<String> join(String clientId, InboxListener listener, boolean isNew);

    /**
     * Asks for its vote. A lease that is on record with that token is lengthened, never shortened; one with a lower token
     * takes over the new one.
     */
    CompletableFuture<VoteReply> vote(VoteRequest request);

    /**
     * Takes a vote back, if the token on record for the lease is not above that one, and tells the next who waits, other
     * than itself. The lease waits, with a place in the queue. A late copy of it does not touch what a later round has got.
     *
     * @return whether there was one
     */
    CompletableFuture<Boolean> unvote(String lock, String leaseId, long token);
}
