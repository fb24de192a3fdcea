package dev.mortise.internal.multi;

import dev.mortise.Lease;
import dev.mortise.LeaseLoss;
import dev.mortise.LeaseLoss.Cause;
import dev.mortise.LeaseLostException;
import dev.mortise.LeaseTicket;
import dev.mortise.LockException;
import dev.mortise.OnLoss;
import dev.mortise.ReleaseOutcome;
import dev.mortise.internal.lease.LeaseDurations;
import dev.mortise.internal.lease.LeaseHandle;
import dev.mortise.internal.lease.LossAware;
import dev.mortise.internal.runtime.Await;
import dev.mortise.internal.runtime.Deadline;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The lease of several locks: valid as long as every part is, lost with the first part that is lost, and then the others
 * are released. Thread-safe.
 */
public final class MultiLease implements LossAware {
    /*
     * Overview. One reference has the state, and changes once:
     *
     *   HELD -> RELEASED   by its holder, if every part is valid at that moment
     *   HELD -> LOST       by the first part that is found to be lost or over
     *
     * Either way the parts are released, last first, each by its own race with its own loss. The outcome of the whole is
     * the worst of theirs; after a loss it is LOST. The thread that finds the loss interrupts the owner, if that was agreed
     * on, before the loss is seen as made. A release waits for that moment, so that no interrupt comes after it.
     *
     * The registry knows the parts, and each part is renewed on its own. Nothing the registry can reach may refer to
     * this object or to a part, or a lease that was dropped would never be found: what waits for the loss of a part
     * knows this object by a weak reference only.
     */
    private enum State {
        HELD,
        RELEASED,
        LOST
    }

    private final Together whole;
    private final List<LeaseHandle> parts;
    private final Executor outcomes;

    /** By compare-and-set, once. */
    private final AtomicReference<State> state = new AtomicReference<>(State.HELD);

    /** Completes when the loss is made known (thread interrupted), on the thread that found it. */
    private final CompletableFuture<LeaseLoss> made = new CompletableFuture<>();

    /** The same for callers, apart from what users do there. */
    private final CompletableFuture<LeaseLoss> told = new CompletableFuture<>();

    /** What came of the release of all parts, whether the holder or the loss began it. */
    private final CompletableFuture<ReleaseOutcome> outcome = new CompletableFuture<>();

    /** @param parts in canonical order */
    MultiLease(Together whole, List<LeaseHandle> parts, Executor outcomes) {
        this.whole = whole;
        this.parts = List.copyOf(parts);
        this.outcomes = outcomes;
    }

    /** From now on it notices the loss of a part. */
    MultiLease watch() {
        WeakReference<MultiLease> self = new WeakReference<>(this);
        for (LeaseHandle part : parts) {
            part.lost().thenAccept(loss -> {
                MultiLease joined = self.get();
                if (joined != null) {
                    joined.isValid();
                }
            });
        }
        return this;
    }

    @Override
    public String lockName() {
        return whole.name();
    }

    @Override
    public String id() {
        return parts.stream().map(Lease::id).collect(Collectors.joining("+"));
    }

    @Override
    public long fencingToken() {
        return parts.stream().mapToLong(Lease::fencingToken).max().orElseThrow();
    }

    @Override
    public long fencingToken(String lockName) {
        Objects.requireNonNull(lockName, "lockName");
        for (LeaseHandle part : parts) {
            if (part.lockName().equals(lockName)) {
                return part.fencingToken();
            }
        }
        throw new IllegalArgumentException("a lease of locks '" + lockName() + "', not of '" + lockName + "'");
    }

    @Override
    public boolean isValid() {
        if (state.get() != State.HELD) {
            return false;
        }
        for (LeaseHandle part : parts) {
            if (!part.isValid()) {
                lose(part);
                return false;
            }
        }
        return state.get() == State.HELD;
    }

    @Override
    public Duration remaining() {
        Duration least =
                parts.stream().map(Lease::remaining).min(Duration::compareTo).orElseThrow();
        return isValid() ? least : Duration.ZERO;
    }

    @Override
    public Lease ensure(Duration atLeast) {
        each(part -> part.beginEnsure(atLeast));
        return this;
    }

    @Override
    public void extend(Duration lease) {
        each(part -> part.beginExtend(lease));
    }

    @Override
    public CompletionStage<LeaseLoss> lost() {
        return told.minimalCompletionStage();
    }

    @Override
    public Optional<LeaseLoss> loss() {
        isValid();
        return state.get() == State.LOST ? Optional.of(Await.result(made)) : Optional.empty();
    }

    @Override
    public LeaseTicket detach() {
        throw new UnsupportedOperationException("a lease of several locks ('" + lockName()
                + "') cannot be detached: a ticket is about one lock; acquire them one by one to hand them over");
    }

    @Override
    public ReleaseOutcome release() {
        return Await.result(startRelease());
    }

    @Override
    public CompletionStage<ReleaseOutcome> releaseAsync() {
        CompletableFuture<ReleaseOutcome> result = new CompletableFuture<>();
        startRelease().thenAccept(how -> outcomes.execute(() -> result.complete(how)));
        return result.minimalCompletionStage();
    }

    @Override
    public ReleaseOutcome releaseAfter(Duration keep) {
        LeaseDurations.nanos("keep", Objects.requireNonNull(keep, "keep"));
        if (isValid() && state.compareAndSet(State.HELD, State.RELEASED)) {
            ReleaseOutcome all = ReleaseOutcome.UNKNOWN;
            try {
                all = afterAll(keep);
            } finally {
                outcome.complete(all);
            }
        }
        return release();
    }

    /** Asks for all parts, last first, then waits for the answers: no longer than for one. */
    private ReleaseOutcome afterAll(Duration keep) {
        Deadline deadline = parts.get(0).deadline();
        List<Supplier<ReleaseOutcome>> answers = new ArrayList<>(parts.size());
        for (int i = parts.size() - 1; i >= 0; i--) {
            answers.add(after(keep, parts.get(i), deadline));
        }
        ReleaseOutcome kept = ReleaseOutcome.RELEASED;
        for (Supplier<ReleaseOutcome> answer : answers) {
            kept = worse(kept, answer.get());
        }
        return kept;
    }

    /** A part that cannot be kept so is released at once. */
    private static Supplier<ReleaseOutcome> after(Duration keep, LeaseHandle part, Deadline deadline) {
        try {
            return part.beginReleaseAfter(keep, deadline);
        } catch (RuntimeException e) {
            CompletableFuture<ReleaseOutcome> released = part.startRelease();
            return () -> Await.result(deadline.isMetBy(released))
                    ? worse(Await.result(released), ReleaseOutcome.UNKNOWN)
                    : ReleaseOutcome.UNKNOWN;
        }
    }

    @Override
    public void close() {
        release();
    }

    @Override
    public String toString() {
        return "Lease[locks=" + lockName() + ", fencingToken=" + fencingToken() + ", remaining=" + remaining() + "]";
    }

    /** As {@link #release()}, without waiting; completes on any thread. */
    public CompletableFuture<ReleaseOutcome> startRelease() {
        if (isValid() && state.compareAndSet(State.HELD, State.RELEASED)) {
            end(parts).thenAccept(outcome::complete);
        }
        if (state.get() == State.LOST) {
            // The interrupt of the loss comes before the release returns, or not at all.
            Await.result(made);
        }
        return outcome;
    }

    /** Releases them all, last first, and waits for none; never completes exceptionally. */
    static CompletableFuture<ReleaseOutcome> end(List<LeaseHandle> parts) {
        CompletableFuture<ReleaseOutcome> all = CompletableFuture.completedFuture(ReleaseOutcome.RELEASED);
        for (int i = parts.size() - 1; i >= 0; i--) {
            all = all.thenCombine(parts.get(i).startRelease(), MultiLease::worse);
        }
        return all;
    }

    /** LOST before UNKNOWN before RELEASED. */
    private static ReleaseOutcome worse(ReleaseOutcome one, ReleaseOutcome other) {
        if (one == ReleaseOutcome.LOST || other == ReleaseOutcome.LOST) {
            return ReleaseOutcome.LOST;
        }
        return one == ReleaseOutcome.UNKNOWN ? one : other;
    }

    /** @param part one that is not valid any more */
    private void lose(LeaseHandle part) {
        if (!state.compareAndSet(State.HELD, State.LOST)) {
            return;
        }
        LeaseLoss why = part.loss().orElseGet(() -> new LeaseLoss(Cause.GONE, "it has ended"));
        LeaseLoss loss = new LeaseLoss(why.cause(), "of lock '" + part.lockName() + "': " + why.detail());
        if (whole.onLoss() == OnLoss.INTERRUPT_OWNER) {
            whole.acquirer().interrupt();
        }
        made.complete(loss);
        outcomes.execute(() -> told.complete(loss));
        end(parts).thenAccept(how -> outcome.complete(ReleaseOutcome.LOST));
    }

    /** Asks for all parts at once, then waits for the answers: no longer than for one. */
    private void each(Function<LeaseHandle, Runnable> step) {
        if (!isValid()) {
            throw gone();
        }
        List<Runnable> answers = new ArrayList<>(parts.size());
        @Nullable LockException failure = null;
        for (LeaseHandle part : parts) {
            try {
                answers.add(step.apply(part));
            } catch (LockException e) {
                failure = e;
            }
        }
        for (Runnable answer : answers) {
            try {
                answer.run();
            } catch (LockException e) {
                failure = e;
            }
        }
        if (failure != null) {
            throw isValid() ? failure : gone();
        }
    }

    /** What to throw when it is not valid any more. */
    private LeaseLostException gone() {
        LeaseLoss loss = loss().orElseGet(() -> new LeaseLoss(Cause.GONE, "it was released before"));
        return new LeaseLostException(lockName(), fencingToken(), loss);
    }
}
