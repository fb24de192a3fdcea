package dev.mortise.internal.lease;

import dev.mortise.Lease;
import dev.mortise.LeaseLoss;
import dev.mortise.LeaseLostException;
import dev.mortise.LeaseTicket;
import dev.mortise.LockEvent;
import dev.mortise.LockUnavailableException;
import dev.mortise.ReleaseOutcome;
import dev.mortise.internal.runtime.Await;
import dev.mortise.internal.runtime.Deadline;
import dev.mortise.internal.runtime.Time;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * The public object of a lease. The registry knows the lease but not this object, so that its disappearance ends
 * the renewal.
 */
public final class LeaseHandle implements LossAware {
    /*
     * Overview. The registry reaches the LeaseState, and that has only a weak reference to this object. So nothing that the
     * client keeps for the life of the lease may refer to this object, no listener of lost() either: a lease that the user
     * has dropped would otherwise be renewed for ever. What is to be done at a loss refers to the future only, and not to
     * the handle.
     *
     * Of its methods, ensure, extend, detach, release and close may wait for the server. The others answer from memory.
     * What is decided is decided in LeaseState; here are the checks of arguments, the waiting and the exceptions.
     *
     * ensure and extend have a first half that asks and a second one that waits. So a lease of several locks asks for all
     * of its parts before it waits for the first answer.
     */
    private final LeaseState lease;
    private final LeaseContext context;
    private final LeaseChanges changes;

    /** Tells a caller that the loss is known; completes apart from what users do there. */
    private final CompletableFuture<LeaseLoss> lost = new CompletableFuture<>();

    LeaseHandle(LeaseState lease, LeaseContext context) {
        this.lease = lease;
        this.context = context;
        this.changes = new LeaseChanges(lease, context);
        Time time = context.time();
        CompletableFuture<LeaseLoss> told = lost;
        lease.whenLost().thenAccept(loss -> time.outcomes().execute(() -> told.complete(loss)));
        lease.attach(this);
        context.registry().add(lease);
    }

    @Override
    public String lockName() {
        return lease.terms().lock();
    }

    @Override
    public String id() {
        return lease.id();
    }

    @Override
    public long fencingToken() {
        return lease.token();
    }

    @Override
    public boolean isValid() {
        return !changes.isYielding() && lease.isValid();
    }

    @Override
    public Duration remaining() {
        return changes.isYielding() ? Duration.ZERO : Duration.ofNanos(lease.remaining());
    }

    @Override
    public Lease ensure(Duration atLeast) {
        beginEnsure(atLeast).run();
        return this;
    }

    /**
     * As {@link #ensure} in two steps, so that several leases share one wait: asks now; what it returns waits for the
     * answer, and throws.
     */
    public Runnable beginEnsure(Duration atLeast) {
        if (Objects.requireNonNull(atLeast, "atLeast").isNegative() || atLeast.isZero()) {
            throw new IllegalArgumentException("atLeast must be positive, was " + atLeast);
        }
        long wanted = LeaseDurations.nanos("atLeast", atLeast);
        if (lease.leaseNanos() > 0 && wanted > lease.leaseNanos()) {
            throw new IllegalArgumentException("atLeast must not be longer than the lease of "
                    + Duration.ofNanos(lease.leaseNanos()) + ", was " + atLeast);
        }
        if (changes.isYielding()) {
            throw lostOr(
                    LeaseLoss.Cause.GONE,
                    "it is being " + changes.into() + ": others may hold the lock beside it by now");
        }
        if (lease.remaining() >= wanted) {
            return () -> {};
        }
        Runnable renewal = beginRenewal(lease.leaseNanos(), false);
        return () -> {
            renewal.run();
            if (lease.remaining() < wanted) {
                boolean isHeldTooLong =
                        lease.hasHoldEnd() && lease.holdEnd() - context.time().nanos() < wanted;
                throw lostOr(
                        isHeldTooLong ? LeaseLoss.Cause.MAX_HOLD : LeaseLoss.Cause.UNREACHABLE,
                        "it cannot last another " + atLeast + ": it has " + remaining() + " left"
                                + (isHeldTooLong ? "" : ", as the answer came late"));
            }
        };
    }

    @Override
    public void extend(Duration newLease) {
        beginExtend(newLease).run();
    }

    /** As {@link #extend}, in two steps like {@link #beginEnsure}. */
    public Runnable beginExtend(Duration newLease) {
        long nanos = LeaseDurations.lease("lease", newLease);
        context.limits().check(newLease, lease.terms().renewal());
        long before = lease.leaseNanos();
        if (before == 0 || nanos < before) {
            // The server may do it and the answer be lost: so it counts here before it is asked for, and stays.
            lease.shorten(nanos);
            return beginRenewal(nanos, true);
        }
        lease.leaseNanos(nanos);
        Runnable renewal = beginRenewal(nanos, false);
        return () -> {
            try {
                renewal.run();
            } catch (LockUnavailableException e) {
                lease.leaseNanos(before);
                throw e;
            }
        };
    }

    @Override
    public CompletionStage<LeaseLoss> lost() {
        return lost.minimalCompletionStage();
    }

    @Override
    public LeaseTicket detach() {
        return changes.detach();
    }

    @Override
    public ReleaseOutcome release() {
        return Await.result(startRelease());
    }

    @Override
    public CompletionStage<ReleaseOutcome> releaseAsync() {
        CompletableFuture<ReleaseOutcome> result = new CompletableFuture<>();
        startRelease().thenAccept(outcome -> context.time().outcomes().execute(() -> result.complete(outcome)));
        return result.minimalCompletionStage();
    }

    @Override
    public ReleaseOutcome releaseAfter(Duration keep) {
        return beginReleaseAfter(keep, context.deadline()).get();
    }

    /**
     * As {@link #releaseAfter} in two steps, so that several leases share one wait: asks now, and blocks only for what is to be
     * done before; what it returns waits for the answer.
     *
     * @param deadline of both together
     */
    public Supplier<ReleaseOutcome> beginReleaseAfter(Duration keep, Deadline deadline) {
        long nanos = LeaseDurations.nanos("keep", Objects.requireNonNull(keep, "keep"));
        if (nanos > 0 && lease.isLive()) {
            try {
                return changes.releaseAfter(nanos, deadline, this::tellReleased);
            } catch (LeaseLostException e) {
                // It was lost, or released by another call, which has its own outcome.
            }
        }
        CompletableFuture<ReleaseOutcome> released = startRelease();
        return () -> Await.result(released);
    }

    /** For a call that begins now, of a lease of several locks. */
    public Deadline deadline() {
        return context.deadline();
    }

    @Override
    public void close() {
        release();
    }

    @Override
    public String toString() {
        return "Lease[lock=" + lockName() + ", fencingToken=" + fencingToken() + ", remaining=" + remaining() + "]";
    }

    /** As {@link #release()}, without waiting; completes on any thread. */
    public CompletableFuture<ReleaseOutcome> startRelease() {
        if (lease.release()) {
            context.registry().remove(lease);
            lease.answered().thenAccept(this::endRelease);
            goesOn(context.claims().takeBack(lease.terms().party()));
        } else if (lease.isDetached()) {
            lease.outcome().complete(ReleaseOutcome.LOST);
        } else {
            lease.loss().ifPresent(loss -> {
                lease.outcome().complete(ReleaseOutcome.LOST);
                context.registry().lose(lease, loss.cause(), loss.detail());
            });
        }
        return lease.outcome();
    }

    /**
     * The next one gets it only when no client believes any more that this owner has it. The holder waits for both together no
     * longer than for one answer; the rest is done in the background.
     */
    private void goesOn(CompletableFuture<?> claim) {
        if (claim.isDone()) {
            lease.hold().released(lease);
        } else {
            CompletableFuture<ReleaseOutcome> answered = lease.answered();
            context.deadline().isMetBy(answered).thenAccept(met -> answered.complete(ReleaseOutcome.UNKNOWN));
            claim.whenComplete((done, failure) -> lease.hold().released(lease));
        }
    }

    /** Listeners are told first: who goes on may acquire again, and that event comes later. */
    private void endRelease(ReleaseOutcome how) {
        context.events().counts().countReleased();
        try {
            tellReleased(how);
        } finally {
            lease.outcome().complete(how);
        }
    }

    /** By an event. The holder has the handle, or had: the lease was released by it. */
    private void tellReleased(ReleaseOutcome how) {
        LeaseTerms terms = lease.terms();
        context.events()
                .emit(() -> new LockEvent.Released(
                        terms.lock(),
                        terms.kind(),
                        terms.owner(),
                        terms.label(),
                        lease.token(),
                        Duration.ofNanos(context.time().nanos() - lease.grantedAt()),
                        how));
    }

    private Runnable beginRenewal(long leaseNanos, boolean exactly) {
        return context.renewals().begin(lease, leaseNanos, exactly);
    }

    /** That loss, for a lease that is valid but not for long enough; if it is lost by now, its own. */
    private LeaseLostException lostOr(LeaseLoss.Cause cause, String detail) {
        return lease.isValid()
                ? new LeaseLostException(lockName(), lease.token(), new LeaseLoss(cause, detail))
                : gone();
    }

    /** What to throw when the lease is not valid any more. */
    public LeaseLostException gone() {
        return lease.gone();
    }

    /** Whether this lease is of the client that has that registry. */
    boolean isOf(LeaseRegistry other) {
        return context.registry() == other;
    }

    @Override
    public Optional<LeaseLoss> loss() {
        return lease.loss();
    }

    /** What can be made of this lease, one change at a time. */
    public LeaseChanges changes() {
        return changes;
    }

    /** The lease behind this object. */
    public LeaseState lease() {
        return lease;
    }
}
