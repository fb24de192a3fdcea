package dev.mortise.internal.lease;

import dev.mortise.ReleaseOutcome;
import dev.mortise.internal.runtime.Backoff;
import dev.mortise.internal.runtime.Time;
import dev.mortise.internal.store.Late;
import dev.mortise.internal.store.LockStore;
import dev.mortise.internal.store.Retry;
import dev.mortise.internal.store.WithdrawReply;
import dev.mortise.internal.store.Withdrawals;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Releases on the server, and repeats it until it is known to be done or the lease is over there by itself. A release that
 * is repeated and finds nothing has succeeded before.
 */
public final class Releases {
    /*
     * Overview. Each release is an Attempt, and has two ends. Its outcome is for the holder: it completes with the first
     * answer, or with UNKNOWN after answerWithin. Its retry goes on after UNKNOWN, until the server has acknowledged it, or
     * the longest lifetime that the server was asked for is over. If the process dies, the lease ends on the server by
     * itself.
     *
     *   the server has released it                              RELEASED
     *   it has no such lease, and all earlier attempts failed
     *   for certain                                             LOST
     *   it has no such lease, and one attempt may have been
     *   carried out                                             RELEASED: that one has done it
     *   no answer in time, or the client was closed             UNKNOWN
     *
     * The holder may have got UNKNOWN before the first attempt, when what came before it took all of the time. Such an attempt is in
     * doubt from its beginning.
     *
     * A lease id that an acquire may still bring back is withdrawn and not released. Only a withdrawal leaves a tombstone,
     * which refuses the late request. This is asked anew at each attempt, as an acquire without an answer may have got one
     * meanwhile.
     *
     * Two at once: an attempt enters the set of open ones before it looks whether the client is closed. close() sets the
     * flag before it walks the set. So one of the two abandons the attempt.
     */
    private static final Backoff.Pauses PAUSES = Backoff.Pauses.ofMillis(20, 1_000);

    private final LockStore store;
    private final Time time;
    private final long answerWithin;
    private final UnderWay underWay;

    /** Whose outcome is not known yet: a closing client waits until this is empty. */
    private final Set<Attempt> open = ConcurrentHashMap.newKeySet();

    /** Whose outcome was UNKNOWN, and which go on. */
    private final Set<Attempt> inDoubt = ConcurrentHashMap.newKeySet();

    /** Once true stays true. */
    private volatile boolean closed;

    /** @param answerWithin when a holder gets UNKNOWN at the latest, ns */
    public Releases(LockStore store, Time time, long answerWithin, UnderWay underWay) {
        this.store = store;
        this.time = time;
        this.answerWithin = answerWithin;
        this.underWay = underWay;
    }

    /** Nothing is repeated any more; a holder that waits for an outcome gets UNKNOWN. */
    public void close() {
        closed = true;
        open.forEach(Attempt::abandon);
    }

    /** Whether no release is under way. */
    public boolean isEmpty() {
        return open.isEmpty();
    }

    /** Whether what the server knows by that id is being released, and the outcome of that is open. */
    public boolean isReleasing(String leaseId) {
        return open.stream().anyMatch(attempt -> attempt.leaseId.equals(leaseId));
    }

    /** Those without an answer in time are tried once more now; each completes with the answer to that. */
    public List<CompletableFuture<Boolean>> tryOnceMore() {
        return inDoubt.stream().map(attempt -> attempt.retry.sendNow()).toList();
    }

    /** By its holder, who has just made the lease RELEASED, and no waiter gets it here. */
    public void release(LeaseState lease) {
        new Attempt(lease.hold(), lease.answered()).begin();
    }

    /** What the server may still have of it goes. */
    public CompletableFuture<?> cleanUp(Hold hold) {
        CompletableFuture<ReleaseOutcome> done = new CompletableFuture<>();
        new Attempt(hold, done).begin();
        return done;
    }

    /** A grant that no acquire here waits for goes to the next. */
    public void giveBack(String lock, String leaseId, long lifetimeNanos) {
        new Attempt(lock, leaseId, 1, 0, lifetimeNanos, () -> Late.NO, new CompletableFuture<>()).begin();
    }

    /** One release with its repetitions. */
    private final class Attempt {
        private final String lock;
        private final String leaseId;
        private final long hint;
        private final long used;

        /** Whether an acquire may come late, which must not bring the lease back. */
        private final Supplier<Late> late;

        private final CompletableFuture<ReleaseOutcome> outcome;
        private final Retry<Boolean> retry;

        /** Whether a withdrawal has found the lease there. Once true stays true. */
        private volatile boolean found;

        Attempt(Hold hold, CompletableFuture<ReleaseOutcome> outcome) {
            this(hold.lock(), hold.id(), hold.releaseHint(), hold.used(), hold.patienceNanos(), hold::late, outcome);
        }

        Attempt(
                String lock,
                String leaseId,
                long hint,
                long used,
                long patienceNanos,
                Supplier<Late> late,
                CompletableFuture<ReleaseOutcome> outcome) {
            this.lock = lock;
            this.leaseId = leaseId;
            this.hint = hint;
            this.used = used;
            this.late = late;
            this.outcome = outcome;
            this.retry =
                    new Retry<>(time, PAUSES, answerWithin, Math.max(patienceNanos, answerWithin), false, this::end);
        }

        private void begin() {
            open.add(this);
            outcome.whenComplete((how, failure) -> {
                if (how == ReleaseOutcome.UNKNOWN && !retry.result().isDone()) {
                    inDoubt.add(this);
                    retry.result().whenComplete((answer, unknown) -> inDoubt.remove(this));
                }
                open.remove(this);
                underWay.less();
            });
            retry.inTime().thenAccept(this::answered);
            retry.start();
            if (closed) {
                abandon();
            }
        }

        /** @param reply whether the lease was there; empty when nothing is known in time */
        private void answered(Optional<Boolean> reply) {
            boolean was = reply.orElse(false) || found || retry.isInDoubt();
            outcome.complete(
                    reply.isEmpty() ? ReleaseOutcome.UNKNOWN : was ? ReleaseOutcome.RELEASED : ReleaseOutcome.LOST);
        }

        private void abandon() {
            retry.abandon("the client was closed");
        }

        /** One attempt to end it on the server. Completes with whether the lease was there. */
        private CompletableFuture<Boolean> end() {
            if (late.get() == Late.NO) {
                return store.release(lock, leaseId, hint, used);
            }
            // Not by a release: a request that is executed before it may have put the lease id back into the queue.
            long tombstoneMillis = TimeUnit.NANOSECONDS.toMillis(5 * answerWithin);
            return Withdrawals.forGood(
                            store,
                            lock,
                            leaseId,
                            late,
                            false,
                            tombstoneMillis,
                            was -> found |= was == WithdrawReply.GRANTED)
                    .thenApply(done -> found);
        }
    }
}
