package dev.mortise.internal.store;

import dev.mortise.admin.Diagnosis.Finding;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * An authority over locks: a server, several of them, or something that behaves like one. Nothing here blocks. Every future completes
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
     * A writer becomes a reader, and readers that wait next to it join it. The lease id stays; a former writer gets a new
     * token, a reader keeps its own.
     *
     * @param leaseMillis the least it lasts from now; 0 = without expiry
     * @param floor the largest fencing token this client has seen: a writer with a greater one stays the writer, as this is a
     *     late duplicate
     * @return empty when the lease is over, or the writer by a later grant
     */
    CompletableFuture<Optional<Reserved>> downgrade(String lock, String leaseId, long leaseMillis, long floor);

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
            String lock, String leaseId, int adoption, String adoptionId, long token, long leaseMillis, Tag tag);

    /** All of it. Takes the more requests the more there is. */
    CompletableFuture<LockRecord> inspect(String lock);

    /**
     * The first of it. Takes one request; a holder that has not been looked for before, among many waiters, takes some more.
     *
     * @param leaseId of a waiter, whose place is answered
     */
    CompletableFuture<Glance> glance(String lock, String leaseId);

    /** Whether a lease that is not over holds the lock. */
    CompletableFuture<Boolean> isLocked(String lock);

    /**
     * Ends every hold, or only one.
     *
     * @param only that one; it ends if it is on record like that and not over, otherwise nothing changes
     * @return how many were ended
     */
    CompletableFuture<Integer> force(String lock, Optional<ExactHold> only, String reason, long tombstoneMillis);

    /** Ends every hold; answers how many. */
    default CompletableFuture<Integer> force(String lock, String reason, long tombstoneMillis) {
        return force(lock, Optional.empty(), reason, tombstoneMillis);
    }

    /**
     * Drops leases that are over, and those without expiry that were neither granted nor renewed within the grace time. A
     * server that may have forgotten renewals has to be asked twice, a grace time apart.
     *
     * @return how many were dropped
     */
    CompletableFuture<Integer> collect(String lock, long graceMillis);

    /** What clients have left behind. */
    Remains remains();

    /** Says that this client is alive, for so long. */
    CompletableFuture<Void> heartbeat(ClientRecord client, long ttlMillis);

    /** Takes the heartbeat back. */
    CompletableFuture<Void> farewell(String clientId);

    CompletableFuture<Optional<ClientRecord>> client(String clientId);

    /** What is on record. */
    Catalogue catalogue();

    /** Where owners that wait for long are on record. */
    WaitRegister waits();

    /**
     * Opens this client's inbox. Completes when messages can arrive. When it was not answered it may be asked again; the listener
     * of the first call counts.
     */
    CompletableFuture<Void> open(String clientId, InboxListener listener);

    /**
     * Why there is no connection to where the lock is, as far as is known, else empty: for whoever does not wait for an
     * answer any longer. Not a future, never blocks, asks nobody.
     */
    default String whyNot(String lock) {
        return "";
    }

    /** What is known of the servers without asking them. Not a future, never blocks. */
    StoreStatus known();

    /** Looks at every server, as far as the user of the client may. Fails for nothing that a server says. */
    CompletableFuture<List<Finding>> diagnose(DiagnosisTerms terms);

    /** Disconnects. Requests that are under way fail. */
    @Override
    void close();
}
