package dev.mortise.internal.lease;

import dev.mortise.Lease;
import dev.mortise.LeaseLoss;
import dev.mortise.LeaseLostException;
import dev.mortise.LeaseTicket;
import dev.mortise.LockEvent;
import dev.mortise.LockUnavailableException;
import dev.mortise.ReleaseOutcome;
import dev.mortise.internal.runtime.Await;
import dev.mortise.internal.runtime.Time;
import dev.mortise.internal.store.Failure;
import dev.mortise.internal.store.Late;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The public object of a lease. The registry knows the lease but not this object, so that its disappearance ends
 * the renewal.
 */
public final class LeaseHandle implements LossAware {
    private final LeaseState lease;
    private final LeaseRegistry registry;
    private final EventDispatcher events;
    private final DetachedLeases detached;
    private final Time time;

    /** What tells a caller that the loss is known; completes apart from what users do there. */
    private final CompletableFuture<LeaseLoss> lost = new CompletableFuture<>();

    /** What it is being made, while that is under way: a lease is changed by one call at a time. */
    private final AtomicReference<@Nullable String> change = new AtomicReference<>();

    /** Whether it may have become less than it says: a request for that is under way. */
    private volatile boolean yielding;

    public LeaseHandle(
            LeaseState lease, LeaseRegistry registry, EventDispatcher events, DetachedLeases detached, Time time) {
        this.lease = lease;
        this.registry = registry;
        this.events = events;
        this.detached = detached;
        this.time = time;
        CompletableFuture<LeaseLoss> told = lost;
        lease.whenLost().thenAccept(loss -> time.outcomes().execute(() -> told.complete(loss)));
        lease.attach(this);
        registry.add(lease);
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
        return !yielding && lease.isValid();
    }

    @Override
    public Duration remaining() {
        return yielding ? Duration.ZERO : Duration.ofNanos(lease.remaining());
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
        if (yielding) {
            throw lostOr(
                    LeaseLoss.Cause.GONE,
                    "it is being " + change.get() + ": others may hold the lock beside it by now");
        }
        if (lease.remaining() >= wanted) {
            return () -> {};
        }
        Runnable renewal = beginRenewal(lease.leaseNanos(), false);
        return () -> {
            renewal.run();
            if (lease.remaining() < wanted) {
                throw lostOr(
                        LeaseLoss.Cause.MAX_HOLD,
                        "it cannot last another " + atLeast + ": it has " + remaining() + " left");
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
        registry.limits().check(newLease, lease.terms().renewal());
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
        beginChange("detached");
        try {
            return leave();
        } finally {
            endChange();
        }
    }

    private LeaseTicket leave() {
        Hold own = takeOut();
        own.leaving(true);
        try {
            return leave(own);
        } finally {
            own.leaving(false);
        }
    }

    private LeaseTicket leave(Hold own) {
        if (lease.leaseNanos() == 0) {
            await(registry.renewals().limit(lease, own));
        } else if (lease.remaining() < lease.leaseNanos() / 2) {
            beginRenewal(lease.leaseNanos(), false).run();
        }
        detached.add(lease);
        if (!lease.detach()) {
            detached.remove(lease);
            throw gone();
        }
        registry.remove(lease);
        registry.forget(own);
        return new LeaseTicket(
                lockName(),
                LeaseIds.isOf(lease.id(), own.id()) ? lease.id() : own.id(),
                lease.token(),
                lease.adoption(),
                Duration.ofNanos(lease.leaseNanos()),
                lease.terms().renewal(),
                lease.terms().shape().kind(),
                lease.terms().shape().capacity(),
                lease.terms().permits(),
                own.late() != Late.NO);
    }

    @Override
    public ReleaseOutcome release() {
        return Await.result(startRelease());
    }

    @Override
    public CompletionStage<ReleaseOutcome> releaseAsync() {
        CompletableFuture<ReleaseOutcome> result = new CompletableFuture<>();
        startRelease().thenAccept(outcome -> time.outcomes().execute(() -> result.complete(outcome)));
        return result.minimalCompletionStage();
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
            registry.remove(lease);
            lease.outcome().thenAccept(this::tellReleased);
            lease.hold().released(lease);
        } else if (lease.isDetached()) {
            lease.outcome().complete(ReleaseOutcome.LOST);
        } else {
            lease.loss().ifPresent(loss -> {
                lease.outcome().complete(ReleaseOutcome.LOST);
                registry.lose(lease, loss.cause(), loss.detail());
            });
        }
        return lease.outcome();
    }

    /**
     * To be called before the first request of a change of this lease, and {@link #endChange} when it is over.
     *
     * @param into what it is being made, in the words of the exception that others get
     * @throws IllegalStateException when a change is under way
     */
    public void beginChange(String into) {
        String other = change.compareAndExchange(null, into);
        if (other != null) {
            throw new IllegalStateException("this lease of lock '" + lockName() + "' cannot be " + into
                    + " now, as it is being " + other + " already");
        }
        registry.underWay().callBegins();
    }

    public void endChange() {
        change.set(null);
        registry.underWay().callEnded();
    }

    /**
     * The server may give a part of what this lease stands for to others from now on, so it is not valid; false takes that
     * back, when it is certain that the server did not.
     */
    public void yields(boolean mayHaveLess) {
        yielding = mayHaveLess;
    }

    /**
     * Gives the lease a hold of its own, which can leave this client or change. Blocks for a few round trips at most.
     *
     * @throws LeaseLostException when the lease is not valid
     * @throws LockUnavailableException when the server did not answer and the lease is still valid
     */
    public Hold takeOut() {
        Hold own;
        try {
            own = Await.result(lease.hold().takeOut(lease));
        } catch (RuntimeException e) {
            throw new LockUnavailableException(
                    lockName(),
                    "Lock '" + lockName() + "' could not be taken out of those that share it: "
                            + Failure.of(e).getMessage(),
                    e);
        }
        if (own == null) {
            throw gone();
        }
        return own;
    }

    private void tellReleased(ReleaseOutcome how) {
        events.emit(() -> new LockEvent.Released(
                lockName(), lease.token(), Duration.ofNanos(time.nanos() - lease.grantedAt()), how));
    }

    private Runnable beginRenewal(long leaseNanos, boolean exactly) {
        if (!lease.isValid()) {
            throw gone();
        }
        CompletableFuture<Boolean> renewal = registry.renewals().renew(lease, leaseNanos, exactly);
        return () -> await(renewal);
    }

    private void await(CompletableFuture<Boolean> renewal) {
        boolean kept;
        try {
            kept = Await.result(renewal);
        } catch (RuntimeException e) {
            if (!lease.isValid()) {
                throw gone();
            }
            throw new LockUnavailableException(
                    lockName(),
                    "Lock '" + lockName() + "' could not be renewed: "
                            + Failure.of(e).getMessage(),
                    e);
        }
        if (!kept) {
            throw gone();
        }
    }

    private LeaseLostException lostOr(LeaseLoss.Cause cause, String detail) {
        return lease.isValid()
                ? new LeaseLostException(lockName(), lease.token(), new LeaseLoss(cause, detail))
                : gone();
    }

    /** What to throw when the lease is not valid any more. */
    public LeaseLostException gone() {
        LeaseLoss loss = lease.loss()
                .orElseGet(() -> new LeaseLoss(
                        LeaseLoss.Cause.GONE, lease.isDetached() ? "it was detached" : "it was released before"));
        return new LeaseLostException(lockName(), lease.token(), loss);
    }

    /** Whether this lease is of the client that has that registry. */
    public boolean isOf(LeaseRegistry other) {
        return registry == other;
    }

    @Override
    public Optional<LeaseLoss> loss() {
        return lease.loss();
    }

    /** The lease behind this object. */
    public LeaseState lease() {
        return lease;
    }
}
