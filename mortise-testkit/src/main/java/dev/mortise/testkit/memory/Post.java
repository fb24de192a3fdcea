package dev.mortise.testkit.memory;

/** How the server speaks to clients unasked. */
interface Post {
    /** Answers whether anybody listens at the inbox of the client whose id the lease id or adoption id begins with. */
    boolean granted(String leaseId, long token, long claimMillis, long waiting);

    void forced(String leaseId, String owner, String reason);
}
