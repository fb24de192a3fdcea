package dev.mortise.internal.lease;

import dev.mortise.LeaseLoss;
import dev.mortise.LeaseLoss.Cause;
import dev.mortise.LeaseLostException;
import dev.mortise.OnLoss;
import dev.mortise.ReleaseOutcome;
import dev.mortise.Renewal;
import dev.mortise.internal.lease.LeaseStatus.State;
import dev.mortise.internal.runtime.Await;
import dev.mortise.internal.runtime.Time;
import java.lang.ref.WeakReference;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;

/** One lease: its state machine, and nothing that talks to a server. Lock-free, thread-safe. */
public final class LeaseState {
    /*
     * Overview. State and end are one object, a LeaseStatus, and are replaced as one, so that they cannot disagree:
     *
     *   HELD <-> DANGER            renewed, or not renewed when it should have been
     *   HELD | DANGER -> RELEASED  by its holder
     *   HELD | DANGER -> DETACHED  by its holder, for another client
     *   HELD | DANGER -> LOST      anything else; final, like the other two
     *
     * All transitions are compare-and-set on the one reference to it. So of release, detach, renewal and loss that race
     * exactly one decides. The first that finds its time over makes the loss, isValid() too: a lease that was once said to be
     * invalid is never valid again, because a late answer finds a final state.
     *
     * Until when it is valid follows from its hold, and is less where its own terms end it before: by the longest hold, or
     * by a lifetime that is not renewed.
     */
    private final Time time;
    private final LeaseTerms terms;
    private final String id;
    private final long token;
    private final int adoption;
    private final long grantedAt;
    private final AtomicReference<LeaseStatus> status;

    /** Completes after a loss has been made known (thread interrupted); never otherwise. */
    private final CompletableFuture<LeaseLoss> lost = new CompletableFuture<>();

    /** What its hold says of the release; completed once. */
    private final CompletableFuture<ReleaseOutcome> answered = new CompletableFuture<>();

    /** Completed once, after the listeners were told. */
    private final CompletableFuture<ReleaseOutcome> outcome = new CompletableFuture<>();

    /** What it stands on. Changes only when it gets a hold of its own. */
    private volatile Hold hold;

    /** Whether its owner is about to give up a part of it, or all: then no record may say that it has it. */
    private volatile boolean givenUp;

    /** Lifetime a renewal asks for, ns; 0 = without expiry. Changed by {@code extend} only. */
    private volatile long leaseNanos;

    /** Where a lifetime that is not renewed counts from. */
    private volatile long fixedFrom;

    /** The public object of this lease; cleared by the collector when it was dropped. Set once. */
    private volatile WeakReference<Object> handle = new WeakReference<>(this);

    /** The timer thread's, once the lease is registered; but any thread may ask why a renewal failed. */
    final RenewalSchedule renewal = new RenewalSchedule();

    /**
     * @param id as its holder sees it; that of the hold may be shared by several
     * @param claimOnly whether what is left of the hold is to be confirmed, or topped up, soon
     */
    public LeaseState(Time time, LeaseTerms terms, Hold hold, String id, long token, int adoption, boolean claimOnly) {
        this.time = time;
        this.terms = terms;
        this.hold = hold;
        this.id = id;
        this.token = token;
        this.adoption = adoption;
        this.leaseNanos = terms.leaseNanos();
        this.grantedAt = time.nanos();
        this.fixedFrom = grantedAt;
        hold.gaveOut(token);
        this.status = new AtomicReference<>(new LeaseStatus(State.HELD, cap(hold.validUntil())));
        this.renewal.begin(this, hold.base(), hold.lifetimeNanos(), claimOnly);
    }

    public LeaseTerms terms() {
        return terms;
    }

    public String id() {
        return id;
    }

    public long token() {
        return token;
    }

    public int adoption() {
        return adoption;
    }

    public long grantedAt() {
        return grantedAt;
    }

    public Hold hold() {
        return hold;
    }

    /** From now on it stands on that one, and is valid no longer than that. */
    public void moveTo(Hold other) {
        hold = other;
        status.updateAndGet(now -> now.state().isLive() ? now.noLongerThan(cap(other.validUntil())) : now);
    }

    public long leaseNanos() {
        return leaseNanos;
    }

    /** Ties the public object to this lease, so that its disappearance is noticed. */
    public void attach(Object publicHandle) {
        handle = new WeakReference<>(publicHandle);
    }

    /** The public object; empty when its user has dropped it. */
    Optional<Object> publicObject() {
        return Optional.ofNullable(handle.get());
    }

    boolean isAbandoned() {
        return handle.refersTo(null);
    }

    /** Whether its time is not over. The first false is final: it makes the loss. */
    public boolean isValid() {
        LeaseStatus current = current();
        if (current.isValid(time.nanos())) {
            return true;
        }
        if (current.state().isLive()) {
            expire(current);
            return isValid();
        }
        return false;
    }

    /** What is left, ns; 0 when it is not valid. */
    public long remaining() {
        long left = current().validUntil() - time.nanos();
        return isValid() ? Math.max(0, left) : 0;
    }

    long validUntil() {
        return current().validUntil();
    }

    /** When a round should look at it next, ns. As {@link #renewal}. */
    long nextLookNanos() {
        return renewal.next(validUntil(), false);
    }

    /** Whether its owner has all of it, and is not about to give any of it up. */
    public boolean isClaimable() {
        return !givenUp && isValid();
    }

    /** With true, its owner is about to give up a part of it, or all; with false, it keeps it after all. */
    void givesUp(boolean whether) {
        givenUp = whether;
    }

    /** Whether nothing has ended it so far. */
    public boolean isLive() {
        return current().state().isLive();
    }

    /** When it may be renewed no further, ns; {@link Long#MAX_VALUE} = no limit. */
    long holdEnd() {
        return terms.maxHoldNanos() == 0 ? Long.MAX_VALUE : grantedAt + terms.maxHoldNanos();
    }

    boolean hasHoldEnd() {
        return terms.maxHoldNanos() > 0;
    }

    /** Its hold was confirmed anew. Too late if its time was over before: then the lease is lost. */
    boolean refresh() {
        while (true) {
            LeaseStatus current = current();
            if (!current.isValid(time.nanos())) {
                isValid();
                return false;
            }
            if (status.compareAndSet(current, new LeaseStatus(State.HELD, cap(hold.validUntil())))) {
                return true;
            }
        }
    }

    /** A lifetime that is not renewed counts from there, as its holder has asked for that. */
    void countFrom(long base) {
        fixedFrom = base;
    }

    /** From now on it is worth so much, whatever comes of the request for that; earlier renewals add nothing to it. */
    void shorten(long nanos) {
        long now = time.nanos();
        leaseNanos = nanos;
        fixedFrom = now;
        if (isSole()) {
            hold.shorten(now, nanos);
        }
        long until = Validity.until(now, nanos);
        status.updateAndGet(before -> before.isValid(now) ? before.noLongerThan(until) : before);
    }

    /** Whether no other lease can stand on its hold beside it. */
    boolean isSole() {
        return hold.isSole(this);
    }

    void leaseNanos(long nanos) {
        leaseNanos = nanos;
    }

    /** Marks an overdue renewal; false when it was marked or over already. */
    boolean endanger() {
        LeaseStatus current = current();
        return current.state() == State.HELD && status.compareAndSet(current, current.as(State.DANGER));
    }

    /** Its holder gives it back; false when it had ended before. */
    public boolean release() {
        return end(State.RELEASED);
    }

    public boolean detach() {
        return end(State.DETACHED);
    }

    /** Ends it for that reason; false when it had ended before. */
    boolean lose(Cause cause, String detail) {
        LeaseLoss why = new LeaseLoss(cause, detail);
        while (true) {
            LeaseStatus current = current();
            if (!current.state().isLive()) {
                return false;
            }
            if (status.compareAndSet(current, current.as(State.LOST))) {
                made(why);
                return true;
            }
        }
    }

    /** Whether its holder has given it back, or to another client. */
    boolean hasEndedWell() {
        State state = current().state();
        return state == State.RELEASED || state == State.DETACHED;
    }

    /** Why it was lost; empty when it was not. */
    public Optional<LeaseLoss> loss() {
        return current().state() == State.LOST ? Optional.of(Await.result(lost)) : Optional.empty();
    }

    /** What to throw when it is not valid any more. */
    LeaseLostException gone() {
        return new LeaseLostException(
                terms.lock(),
                token,
                loss().orElseGet(() ->
                        new LeaseLoss(Cause.GONE, isDetached() ? "it was detached" : "it was released before")));
    }

    /** Whether it was given to the client that has the ticket. */
    public boolean isDetached() {
        return current().state() == State.DETACHED;
    }

    /** Completes on loss, on the thread that found it. */
    public CompletableFuture<LeaseLoss> whenLost() {
        return lost;
    }

    /** For its hold: what came of the release. Whoever waits for that has {@link #outcome}. */
    public CompletableFuture<ReleaseOutcome> answered() {
        return answered;
    }

    /** What came of its release; completed once. */
    public CompletableFuture<ReleaseOutcome> outcome() {
        return outcome;
    }

    private boolean end(State state) {
        while (true) {
            LeaseStatus current = current();
            if (!current.state().isLive()) {
                return false;
            }
            if (!current.isValid(time.nanos())) {
                expire(current);
                return false;
            }
            if (status.compareAndSet(current, current.as(state))) {
                return true;
            }
        }
    }

    private void expire(LeaseStatus current) {
        // Made before, as no thread may see the lease lost and wait for a reason that never comes.
        LeaseLoss why = ExpiryReason.of(this, time.nanos());
        if (status.compareAndSet(current, current.as(State.LOST))) {
            made(why);
        }
    }

    /** The interrupt comes before the loss can be seen as done, so that a release waits for it and none comes later. */
    private void made(LeaseLoss why) {
        if (terms.onLoss() == OnLoss.INTERRUPT_OWNER) {
            terms.acquirer().interrupt();
        }
        lost.complete(why);
    }

    private long cap(long until) {
        long end = Math.min(until, holdEnd());
        boolean isFixed = terms.renewal() == Renewal.OFF && leaseNanos > 0;
        return isFixed ? Math.min(end, fixedFrom + leaseNanos) : end;
    }

    private LeaseStatus current() {
        return Objects.requireNonNull(status.get());
    }
}
