package dev.mortise.internal.store;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * One authority over locks: a server, or something that behaves like one. Nothing here blocks. Every future completes
 * within the command time-out, on any thread; it fails with {@link StoreException} and nothing else. Every request may be
 * repeated with the same lease id and then has the effect of one. Thread-safe.
 */
public interface LockStore extends AutoCloseable {
    CompletableFuture<AcquireReply> acquire(AcquireRequest request);

    /**
     * Ends a lease and hands the lock on.
     *
     * @param hint the ticket that probably stands at the head of the queue; 1 if nothing is known
     * @param used how far above the token of its grant the last fencing token is that was given out under it
     * @return whether the lease was on record
     */
    CompletableFuture<Boolean> release(String lock, String leaseId, long hint, long used);

    /**
     * More fencing tokens for a lease, which is renewed by the way. Where nobody waits, the first who does will be
     * announced by {@link InboxListener#contended}.
     *
     * @param leaseMillis the least it lasts from now; 0 = without expiry
     * @param tokens how many
     * @return empty when the lease is over
     */
    CompletableFuture<Optional<Reserved>> reserve(String lock, String leaseId, long leaseMillis, long tokens);

    /**
     * A reader becomes the writer, or waits for that in front of everybody else while it goes on reading; may be repeated
     * like an acquire. The lease id stays, the token is a new one.
     *
     * @param request its permits are those it will have: all; its ticket is the number of the attempt, above 0 and above
     *     those of all earlier attempts of this lease
     * @return also {@link AcquireReply.Conflict}; {@link AcquireReply.Stale} when the lease is over; and
     *     {@link AcquireReply.Busy} when the attempt is over: it was given up, led to a writer that was downgraded, or a later
     *     one has begun
     */
    CompletableFuture<AcquireReply> upgrade(AcquireRequest request);

    /**
     * A writer becomes a reader, and readers that wait next to it join it. The lease id stays; a former writer gets a new
     * token, a reader keeps its own.
     *
     * @param leaseMillis the least it lasts from now; 0 = without expiry
     * @param floor the largest fencing token this client has seen: a writer with a greater one stays the writer, as this is a
     *     late duplicate
     * @return empty when the lease is over, or the writer by a later grant
     */
    CompletableFuture<Optional<Reserved>> downgrade(String lock, String leaseId, long leaseMillis, long floor);

    /**
     * A reader no longer wants to be the writer: it waits for that no longer, is a reader again if it has become the writer,
     * and a request of that attempt, or an earlier one, which arrives later changes nothing. Changes nothing itself when the
     * attempt is over already.
     *
     * @param leaseMillis the least it lasts from now; 0 = without expiry
     * @param floor the largest fencing token this client has seen
     * @param attempt its number
     * @return empty when the lease is over
     */
    CompletableFuture<Optional<Reserved>> giveUpUpgrade(
            String lock, String leaseId, long leaseMillis, long floor, long attempt);

    /**
     * A reader that stands for several becomes two: one more holder, with that lease id and as many permits.
     *
     * @param token of the new holder
     * @return false when the lease is over
     */
    CompletableFuture<Boolean> split(String lock, String leaseId, String newLeaseId, long leaseMillis, long token);

    /**
     * Acquires several locks in one step if nobody uses any of them. The requests differ in lock, lease id and floor only. A
     * repetition answers the same, as long as all of it holds, and lengthens nothing.
     *
     * @return the token of each, in order; empty when they were not all free, or this cannot be done in one step here;
     *     then none was granted
     */
    CompletableFuture<Optional<List<Long>>> acquireAll(List<AcquireRequest> requests);

    /**
     * Changes the capacity of a semaphore in use.
     *
     * @return false when nobody uses it, or it is something else: then nothing is changed
     */
    CompletableFuture<Boolean> resize(String lock, long permits);

    /** One reply per request, in order. The number of requests a call may carry is {@link #renewBatch()}. */
    CompletableFuture<List<RenewReply>> renew(List<RenewRequest> requests);

    /** How many leases one {@link #renew} takes. */
    int renewBatch();

    /**
     * Ends a wait.
     *
     * @param tombstoneMillis how long a late duplicate of its acquire is to be refused; 0 when none can be on its way
     */
    CompletableFuture<WithdrawReply> withdraw(String lock, String leaseId, long tombstoneMillis);

    /**
     * Takes a detached lease over.
     *
     * @param adoption how often it was adopted before, as the ticket says
     * @param adoptionId of the adopting client, like a lease id
     * @param token of the lease, as the ticket says
     * @return the token of its grant, or empty when the lease is over, the ticket was used, or no token so large was given out
     */
    CompletableFuture<Optional<Long>> adopt(
            String lock, String leaseId, int adoption, String adoptionId, long token, long leaseMillis, String note);

    CompletableFuture<LockRecord> inspect(String lock);

    /** Whether a lease that is not over holds the lock. */
    CompletableFuture<Boolean> isLocked(String lock);

    /** Ends every hold; answers how many. */
    CompletableFuture<Integer> force(String lock, String reason, long tombstoneMillis);

    /**
     * Drops leases that are over, and those without expiry that were neither granted nor renewed within the grace time. A
     * server that may have forgotten renewals has to be asked twice, a grace time apart.
     *
     * @return how many were dropped
     */
    CompletableFuture<Integer> collect(String lock, long graceMillis);

    /** Says that this client is alive, for so long. */
    CompletableFuture<Void> heartbeat(ClientRecord client, long ttlMillis);

    /** Takes the heartbeat back. */
    CompletableFuture<Void> farewell(String clientId);

    CompletableFuture<Optional<ClientRecord>> client(String clientId);

    /** Opens this client's inbox. The first call counts; it completes when messages can arrive. */
    CompletableFuture<Void> open(String clientId, InboxListener listener);

    /**
     * Why there is no connection to where the lock is, as far as is known, else empty: for whoever does not wait for an
     * answer any longer. Not a future, never blocks, asks nobody.
     */
    default String whyNot(String lock) {
        return "";
    }

    /** Disconnects. Requests that are under way fail. */
    @Override
    void close();
}
