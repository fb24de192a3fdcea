package dev.mortise.admin;

import dev.mortise.ClientInfo;
import dev.mortise.LockInfo;
import java.util.List;
import java.util.stream.Stream;

/**
 * Administration of locks. Thread-safe. Each method blocks for a few round trips; those about all locks, or many, for as many as
 * there are.
 */
public interface LockAdmin {
    /**
     * Holders and queue of one lock.
     *
     * @throws dev.mortise.LockUnavailableException when the server cannot be asked
     */
    LockInfo inspect(String name);

    /**
     * The locks that match a pattern and are held or waited for, each as {@link #inspect} shows it. The stream is lazy: it asks
     * the server for the next names when those before are used up, some hundred keys at a time, and inspects up to 32 locks at
     * once. It does not block the server, and holds no resource: a reader may stop at any time, and need not close it. For one
     * thread.
     *
     * <p>It is no snapshot. A lock that is on record throughout is listed; one that comes or goes meanwhile may be. On a Cluster
     * a lock whose slot moves once meanwhile is listed too. A lock may be listed twice when more than 10,000 others came in
     * between. A record that is damaged or foreign is left out, and named in the log.
     *
     * <p>It is never incomplete in silence. A master of a Cluster that does not answer, and is not replaced, is passed over: the locks of
     * the others come first, and then the stream throws. A node of a quorum that does not answer is asked again some times, and is
     * left out then, as long as a majority is there.
     *
     * <p>Memory is bounded: some 10,000 names, and as many clients. n locks take n requests, one for each client in them, and one
     * for about 200 keys of any kind that the server has in its database.
     *
     * @param pattern {@code *} stands for any characters, {@code ?} for one, all else for itself; 1 to 512 bytes of UTF-8 without
     *     control characters
     * @return a stream whose terminal operation throws {@link dev.mortise.LockUnavailableException} when the server cannot be
     *     asked, naming the nodes of a Cluster that could not, also when the user lacks the right to {@code SCAN}, or the address is that of a proxy in front of several
     *     servers; and {@link IllegalStateException} when the client is closed by then
     * @throws IllegalArgumentException when the pattern is not well-formed
     */
    Stream<LockInfo> list(String pattern);

    /** {@link #list(String)} of all locks. */
    default Stream<LockInfo> list() {
        return list("*");
    }

    /**
     * The clients that are alive: those whose heartbeat came within the last 30 s. By host, process and id. One that died may be
     * there for 30 s more, one that was closed is not.
     *
     * @throws dev.mortise.LockUnavailableException when the server cannot be asked; see {@link #list(String)}
     */
    List<ClientInfo> clients();

    /**
     * Who waits for whom: all locks that are waited for, with their holders and waiters. Waits inside another client are in it if they
     * are long and their owner holds something: those that detection of deadlocks knows. Empty when nobody waits.
     *
     * <p>It is no snapshot. Locks are read one after the other, as {@link #list(String)} does, so an edge may be over by the time
     * that the last one is read. What its lock's own record contradicts is left out.
     *
     * <p>Takes as many requests as listing all locks, and one for each 128 owners that have waited for long while they hold something. Memory
     * is bounded; see {@link WaitGraph#isComplete()}.
     *
     * @throws dev.mortise.LockUnavailableException when the server cannot be asked; see {@link #list(String)}
     * @throws IllegalStateException when this client is closed
     */
    WaitGraph waitGraph();

    /**
     * Ends every hold of all locks that match a pattern, as {@link #forceRelease(String, String)} does for each. Waiters go on:
     * the next one gets its lock, and keeps it, so what matches may be held again when this returns. Reaches only locks under
     * the prefix of this client. Takes one more request for each lock than {@link #list(String)}.
     *
     * @param pattern as for {@link #list(String)}; there is no way to name a lock with a star or question mark alone
     * @param reason as for {@link #forceRelease(String, String)}
     * @param dryRun whether only to tell what would be done
     * @return which locks, and who loses them
     * @throws IllegalArgumentException when pattern or reason is not well-formed
     * @throws dev.mortise.LockUnavailableException when the server cannot be asked. Some locks may have been released by then;
     *     each is named in the log
     */
    ForceReport forceReleaseAll(String pattern, String reason, boolean dryRun);

    /**
     * Ends every hold of the lock; the next waiter gets it at once, with a higher fencing token. The
     * former holder is told by a message, and learns of it at its next renewal if that is lost; until then it may
     * believe that it holds the lock, so only fenced writes are safe. Many holds are ended some at a time; those that begin meanwhile are left
     * alone.
     *
     * @param reason shown to the former holder, with the name, host and process of this client; 1 to 128 characters without control characters
     * @return how many holds were ended
     * @throws dev.mortise.LockUnavailableException when the server cannot be asked
     */
    int forceRelease(String name, String reason);

    /**
     * Ends one hold, and no other one, also when the lock goes to another client at this moment; the next waiter gets it, as with
     * {@link #forceRelease(String, String)}. The former holder is told by whom.
     *
     * <p>A client hands a lock on among its own threads without asking the server. For other clients all of that is one
     * hold, with the token that {@link #inspect} shows there; any token that was given out within it ends it. Asked in the
     * client that has it, only the token of a lease that has it when it is asked does; a hand-on in that client meanwhile is not
     * seen.
     *
     * @param fencingToken as {@link #inspect} shows it, or the holder itself has it
     * @param reason as for {@link #forceRelease(String, String)}
     * @return what was ended; if nothing was, who holds the lock now
     * @throws IllegalArgumentException when the token is not positive
     * @throws dev.mortise.LockUnavailableException when the server cannot be asked; if its answer was lost, the hold may be ended
     */
    ForcedRelease forceRelease(String name, long fencingToken, String reason);

    /**
     * Looks at every server of this client for what endangers locks or is worth knowing: version, memory and eviction, persistence,
     * replicas, clock, restarts, limits, slow scripts, missing rights; in a Cluster its slots and nodes, with Sentinel the
     * sentinels. It changes nothing. All servers are asked at once. Blocks for a few command time-outs at most, however many
     * servers there are, and whether or not they answer.
     *
     * <p>What the user of this client may not ask for, or a server does not answer, is a finding and fails nothing: code {@code
     * not-looked-at}, with the right that is missing. The rights that this takes are in {@code docs/guide/security.md}.
     *
     * @throws IllegalStateException when this client is closed
     */
    Diagnosis diagnose();

    /**
     * Drops leases of one lock that are over: expired leases, and leases without expiry that were not renewed for 60 s.
     * Works by the rules that a waiter would apply, so it never ends a live lease.
     *
     * @return how many holds were ended
     * @throws dev.mortise.LockUnavailableException when the server cannot be asked
     */
    int collect(String name);

    /**
     * Looks for what clients have left behind that ended without a word, and removes it, by the rules that a waiter would apply:
     * leases without expiry of dead clients, leases that are over, dead waiters, records of waits that nobody refreshes, keys
     * and heartbeats that would never go. Each thing is looked at again and removed in one step of the server. What
     * was heard of within the grace time stays, so a live client that lost its connection for a while loses nothing.
     *
     * <p>Blocks until all locks were looked at: a request or two for each, some at once, with little work for the server in
     * each. A lock that cannot be read is left out, and the report says so.
     *
     * @param dryRun whether nothing is removed
     * @return what was found, and what became of it; not complete when the server did not answer in the middle
     * @throws dev.mortise.LockUnavailableException when the server cannot be asked at all
     */
    StaleReport collectStale(StalePolicy policy, boolean dryRun);

    /**
     * Changes how many permits a semaphore in use has. Holders and waiters go on. If there are more permits now, they
     * go to the queue at once; if there are fewer than are held, nothing is granted until enough are released. A waiter
     * that wants more than there are now gets {@link dev.mortise.WrongKindException} at its next poll (4 s at most). So
     * does every later call with another number.
     *
     * @param permits from 1 to 1,000,000,000
     * @return false when no permits are held or waited for, the name is used as another kind, or the client is one of a
     *     quorum, which has no semaphores: then nothing was changed. Of an unused semaphore nothing is stored; the next user decides its number of permits.
     * @throws IllegalArgumentException when permits are out of range
     * @throws dev.mortise.LockUnavailableException when the server cannot be asked
     */
    boolean resizeSemaphore(String name, int permits);
}
