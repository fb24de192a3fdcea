package dev.mortise.internal.lease;

import dev.mortise.ReleaseOutcome;
import dev.mortise.internal.runtime.Time;
import dev.mortise.internal.store.Failure;
import dev.mortise.internal.store.LockStore;
import dev.mortise.internal.store.WithdrawReply;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Releases on the server, and repeats it until it is known to be done or the lease is over there by itself. A release that
 * is repeated and finds nothing has succeeded before.
 */
public final class Releaser {
    private static final long FIRST_PAUSE = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long LONGEST_PAUSE = TimeUnit.SECONDS.toNanos(1);

    private final LockStore store;
    private final Time time;
    private final long answerWithin;
    private final UnderWay underWay;
    private final Set<Attempt> open = ConcurrentHashMap.newKeySet();

    /** Whose outcome was UNKNOWN, and which go on. */
    private final Set<Attempt> inDoubt = ConcurrentHashMap.newKeySet();

    /** Once true stays true. */
    private volatile boolean closed;

    /** @param answerWithin when a holder gets UNKNOWN at the latest, ns */
    public Releaser(LockStore store, Time time, long answerWithin, UnderWay underWay) {
        this.store = store;
        this.time = time;
        this.answerWithin = answerWithin;
        this.underWay = underWay;
    }

    /** Nothing is repeated any more; whoever waits for an outcome gets UNKNOWN. */
    public void close() {
        closed = true;
        open.forEach(attempt -> attempt.outcome.complete(ReleaseOutcome.UNKNOWN));
    }

    /** Whether no release is under way. */
    public boolean isEmpty() {
        return open.isEmpty();
    }

    /** Those without an answer in time are tried once more now; each completes with the answer to that. */
    public List<CompletableFuture<Boolean>> tryOnceMore() {
        return inDoubt.stream().map(Attempt::send).toList();
    }

    /** By its holder, who has just made the lease RELEASED, and nobody gets it here. */
    public void release(LeaseState lease) {
        new Attempt(lease.tenure(), lease.outcome()).begin();
    }

    /** What the server may still have of it goes. */
    public CompletableFuture<?> cleanUp(Hold tenure) {
        CompletableFuture<ReleaseOutcome> done = new CompletableFuture<>();
        new Attempt(tenure, done).begin();
        return done;
    }

    /** A grant nobody here waits for goes to the next. */
    public void giveBack(String lock, String leaseId, long worthNanos) {
        new Attempt(lock, leaseId, 1, 0, worthNanos, () -> Late.NO, new CompletableFuture<>()).begin();
    }

    /** One release with its repetitions. */
    private final class Attempt {
        private final String lock;
        private final String leaseId;
        private final long hint;
        private final long used;
        private final long began = time.nanos();
        private final long patience;

        /** Whether an acquire may come late, which must not bring the lease back. */
        private final Supplier<Late> late;

        private final CompletableFuture<ReleaseOutcome> outcome;

        /** One attempt is under way at a time, so these have one writer at a time. */
        private boolean maybeDone;

        private long pause = FIRST_PAUSE;

        private Attempt(Hold tenure, CompletableFuture<ReleaseOutcome> outcome) {
            this(
                    tenure.lock(),
                    tenure.id(),
                    tenure.releaseHint(),
                    tenure.used(),
                    tenure.patienceNanos(),
                    tenure::late,
                    outcome);
        }

        private Attempt(
                String lock,
                String leaseId,
                long hint,
                long used,
                long patience,
                Supplier<Late> late,
                CompletableFuture<ReleaseOutcome> outcome) {
            this.lock = lock;
            this.leaseId = leaseId;
            this.hint = hint;
            this.used = used;
            this.patience = patience;
            this.late = late;
            this.outcome = outcome;
        }

        private void begin() {
            open.add(this);
            outcome.whenComplete((how, failure) -> {
                open.remove(this);
                underWay.less();
            });
            if (closed) {
                outcome.complete(ReleaseOutcome.UNKNOWN);
            }
            send();
        }

        private CompletableFuture<Boolean> send() {
            return ended().whenComplete((found, failure) -> {
                if (failure == null) {
                    inDoubt.remove(this);
                    outcome.complete(found || maybeDone ? ReleaseOutcome.RELEASED : ReleaseOutcome.LOST);
                } else {
                    maybeDone |= !Failure.isHarmless(failure);
                    repeat();
                }
            });
        }

        private CompletableFuture<Boolean> ended() {
            Late before = late.get();
            if (before == Late.NO) {
                return Failure.or(() -> store.release(lock, leaseId, hint, used));
            }
            if (before == Late.IN_DOUBT) {
                return withdraw(true);
            }
            // Not by a release: a request that is executed before it may have put the lease id back into the queue.
            return withdraw(false).thenCompose(found -> {
                if (late.get() == Late.NO) {
                    return CompletableFuture.completedFuture(found);
                }
                maybeDone |= found;
                return withdraw(true).thenApply(again -> found);
            });
        }

        /** @param buried whether what may come yet is refused then */
        private CompletableFuture<Boolean> withdraw(boolean buried) {
            long tombstoneMillis = buried ? TimeUnit.NANOSECONDS.toMillis(5 * answerWithin) : 0;
            return Failure.or(() ->
                    store.withdraw(lock, leaseId, tombstoneMillis).thenApply(was -> was == WithdrawReply.GRANTED));
        }

        private void repeat() {
            long elapsed = time.nanos() - began;
            boolean goesOn = !closed && elapsed < Math.max(patience, answerWithin);
            if (goesOn && elapsed >= answerWithin) {
                inDoubt.add(this);
                outcome.complete(ReleaseOutcome.UNKNOWN);
            }
            if (goesOn) {
                time.schedule(pause / 2 + time.random(pause), this::send);
                pause = Math.min(2 * pause, LONGEST_PAUSE);
            } else {
                inDoubt.remove(this);
                outcome.complete(ReleaseOutcome.UNKNOWN);
            }
        }
    }
}
