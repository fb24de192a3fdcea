package dev.mortise.internal.acquire;

import dev.mortise.LockException;
import dev.mortise.internal.queue.WaiterQueue;
import dev.mortise.internal.runtime.Deadline;
import dev.mortise.internal.store.Failure;
import dev.mortise.internal.store.Glance;
import dev.mortise.internal.store.StoreException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How one acquire leaves without a grant: it withdraws its requests, tells the local queue, looks who holds the lock if the
 * caller wants to know, and only then tells the caller. A caller does not wait for a server that does not answer anyway.
 */
final class Departure {
    /*
     * Overview. What is withdrawn may be a wait, or a grant that came while the wait ended: the server decides, and a
     * withdrawal undoes either. What was never sent is not withdrawn.
     *
     *   the server cannot be asked   The withdrawal goes on in the background. The queue is told why, so that newcomers there lead
     *                                and get a failure of their own, and the caller is told at once.
     *   any other reason             The queue and the caller are told when the withdrawal is acknowledged, or after a command
     *                                time-out. The next waiter may take over the place in the server's queue.
     *
     * A holder is looked up only for a wait that ended by its time, and if the caller wants to know. The look-up runs
     * beside the withdrawal, and its failure only leaves the answer without the holder.
     */
    private static final Logger log = LoggerFactory.getLogger(Departure.class);

    private final Acquire acquire;
    private final AcquireContext context;
    private final String lock;
    private final LeaveReason why;
    private final @Nullable LockException failure;

    /** Whether the server may know of a request, or of a grant. */
    private final boolean withdraw;

    /** @param withdraw whether the server may know of a request */
    Departure(Acquire acquire, LeaveReason why, @Nullable LockException failure, boolean withdraw) {
        this.acquire = acquire;
        this.context = acquire.context;
        this.lock = acquire.terms().lock();
        this.why = why;
        this.failure = failure;
        this.withdraw = withdraw;
    }

    /** With no guard held. Each step is taken whatever happens to the others, so that the caller is told. */
    void start() {
        boolean explains = acquire.spec.explain() && why == LeaveReason.TIMEOUT;
        long here = explains && !withdraw ? place() : 0;
        CompletableFuture<Optional<Glance>> seen = explains
                ? glanced(withdraw ? acquire.id() : standIn())
                : CompletableFuture.completedFuture(Optional.empty());
        CompletableFuture<?> left = withdraw ? withdrawn() : seen;
        CompletableFuture<?> claim = context.claims().takeBack(acquire.terms().party());
        CompletableFuture<?> gone = claim.isDone() ? left : CompletableFuture.allOf(left, inTime(claim));
        if (why == LeaveReason.UNAVAILABLE) {
            tellQueue(0, reason());
            acquire.left(why, null, here, failure);
            return;
        }
        if (withdraw) {
            gone.whenComplete((done, unknown) -> tellQueue(acquire.ticket(), null));
        } else {
            tellQueue(0, null);
        }
        gone.thenCombine(seen, (done, glance) -> glance)
                .thenAccept(glance -> acquire.left(why, glance.orElse(null), here, failure));
    }

    private CompletableFuture<Boolean> inTime(CompletableFuture<?> answer) {
        return Deadline.in(context.time(), context.commandTimeoutNanos()).isMetBy(answer);
    }

    private void tellQueue(long ticket, @Nullable StoreException reason) {
        WaiterQueue queue = acquire.queue();
        try {
            queue.left(acquire, ticket, reason);
        } catch (RuntimeException | Error e) {
            log.warn("The local queue of lock '{}' met an internal error", lock, e);
            // It may not have come to the next waiter, which has nothing else to wait for.
            queue.left(acquire, ticket, null);
        }
    }

    private long place() {
        try {
            return acquire.queue().place(acquire);
        } catch (RuntimeException | Error e) {
            log.warn("The place of an acquire of lock '{}' is not known", lock, e);
            return 0;
        }
    }

    /** The lease id that stands in the server's queue for one that waits here; its own when that is not known. */
    private String standIn() {
        try {
            return acquire.standIn().id();
        } catch (RuntimeException | Error e) {
            log.warn("Behind which one an acquire of lock '{}' waits is not known", lock, e);
            return acquire.id();
        }
    }

    /** It may take several requests, and a caller waits for one command time-out only. */
    private CompletableFuture<Optional<Glance>> glanced(String leaseId) {
        CompletableFuture<Glance> asked = Failure.or(() -> context.store().glance(lock, leaseId));
        CompletableFuture<Optional<Glance>> seen = asked.handle((glance, unknown) -> Optional.ofNullable(glance));
        return Failure.or(() -> inTime(seen)).handle((met, unknown) -> seen.getNow(Optional.empty()));
    }

    /** Never fails: the server drops by itself what cannot be withdrawn. */
    private CompletableFuture<?> withdrawn() {
        try {
            LateRequests requests = acquire.requests;
            return acquire.withdraw(requests, requests.mayBeKnown()).handle((done, unknown) -> "");
        } catch (RuntimeException | Error e) {
            log.warn("An acquire of lock '{}' could not be withdrawn", lock, e);
            return CompletableFuture.completedFuture("");
        }
    }

    private StoreException reason() {
        return AcquireFailures.noAnswer(context.store(), lock, acquire.lastFailure());
    }
}
