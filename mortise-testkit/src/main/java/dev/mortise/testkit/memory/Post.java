package dev.mortise.testkit.memory;

/** How the server speaks to clients unasked. */
interface Post {
    /**
     * Answers whether anybody listens.
     *
     * @param owner lease id or adoption id, which begins with the id of the client
     */
    boolean granted(String leaseId, String owner, long token, long claimMillis, long waiting);

    /** That it is worth asking again; answers whether anybody listens. */
    boolean nudged(String leaseId, String owner);

    /** That the waiter was in a deadlock, which the end of that owner's wait has ended. */
    void survived(String leaseId, String owner, String victim);

    /** Whether anybody listens for the client of that lease or adoption. */
    boolean reaches(String owner);

    void forced(String leaseId, String owner, String reason);

    /** To a client that wanted to know that somebody waits. */
    void contended(String clientId);
}
