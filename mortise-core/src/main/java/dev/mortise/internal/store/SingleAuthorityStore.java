package dev.mortise.internal.store;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * An authority that decides alone, and so can do what several together cannot: count permits, hand a hold on from lease to
 * lease, and change a holder in place. Only this one takes semaphores and required copies in {@link #acquire}.
 */
public interface SingleAuthorityStore extends LockStore {
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
}
