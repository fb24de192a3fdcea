package dev.mortise.internal.lease;

import dev.mortise.LeaseLoss;
import dev.mortise.LeaseLoss.Cause;
import dev.mortise.OnLoss;
import dev.mortise.ReleaseOutcome;
import dev.mortise.Renewal;
import dev.mortise.internal.runtime.Await;
import dev.mortise.internal.runtime.Time;
import java.lang.ref.WeakReference;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One lease: its state machine (see {@link Term}) and nothing that talks to a server. All transitions are compare-and-set
 * on one reference, so of release, detach, renewal and loss that race exactly one decides. Lock-free, thread-safe.
 */
public final class LeaseState {
    private static final long NO_END = Long.MAX_VALUE;

    private final Time time;
    private final LeaseTerms terms;
    private final String id;
    private final long token;
    private final int adoption;
    private final long grantedAt;
    private final AtomicReference<Term> term;

    /** Completes after a loss has been made known (thread interrupted); never otherwise. */
    private final CompletableFuture<LeaseLoss> lost = new CompletableFuture<>();

    /** Completed once, by whoever ends the lease. */
    private final CompletableFuture<ReleaseOutcome> outcome = new CompletableFuture<>();

    private final AtomicReference<@Nullable Runnable> atEnd = new AtomicReference<>();

    /** Once true stays true: what is to be done at the end is asked for when it comes. */
    private final AtomicBoolean watched = new AtomicBoolean();

    /** What it stands on. Changes only when it gets a hold of its own. */
    private volatile Hold hold;

    /** Lifetime a renewal asks for, ns; 0 = without expiry. Changed by {@code extend} only. */
    private volatile long leaseNanos;

    /** Where a lifetime that is not renewed counts from. */
    private volatile long fixedFrom;

    /** The public object of this lease; cleared by the collector when nobody has it any more. Set once. */
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
        this.term = new AtomicReference<>(new Term(Term.State.HELD, cap(hold.validUntil())));
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
        while (true) {
            Term current = current();
            long until = Math.min(current.validUntil(), cap(other.validUntil()));
            if (!current.state().isLive() || term.compareAndSet(current, new Term(current.state(), until))) {
                return;
            }
        }
    }

    public long leaseNanos() {
        return leaseNanos;
    }

    /** Ties the public object to this lease, so that its disappearance is noticed. */
    public void attach(Object publicHandle) {
        handle = new WeakReference<>(publicHandle);
    }

    boolean isAbandoned() {
        return handle.refersTo(null);
    }

    /** Whether its time is not over. The first false is final: it makes the loss. */
    public boolean isValid() {
        Term current = current();
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

    /** Whether nothing has ended it so far. */
    public boolean isLive() {
        return current().state().isLive();
    }

    /** When it may be renewed no further, ns; {@link Long#MAX_VALUE} = no limit. */
    long holdEnd() {
        return terms.maxHoldNanos() == 0 ? NO_END : grantedAt + terms.maxHoldNanos();
    }

    boolean hasHoldEnd() {
        return terms.maxHoldNanos() > 0;
    }

    /** Its hold was confirmed anew. Too late if its time was over before: then the lease is lost. */
    boolean refresh() {
        while (true) {
            Term current = current();
            if (!current.isValid(time.nanos())) {
                isValid();
                return false;
            }
            if (term.compareAndSet(current, current.renewed(cap(hold.validUntil())))) {
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
        while (true) {
            Term current = current();
            long until = Math.min(current.validUntil(), Validity.until(now, nanos));
            if (!current.isValid(now) || term.compareAndSet(current, new Term(current.state(), until))) {
                return;
            }
        }
    }

    /** Whether nobody else can stand on its hold beside it. */
    boolean isSole() {
        return hold.isSole(this);
    }

    void leaseNanos(long nanos) {
        leaseNanos = nanos;
    }

    /** Marks an overdue renewal; false when it was marked or over already. */
    boolean endanger() {
        Term current = current();
        return current.state() == Term.State.HELD && term.compareAndSet(current, current.as(Term.State.DANGER));
    }

    /** Its holder gives it back; false when it had ended before. */
    public boolean release() {
        return end(Term.State.RELEASED);
    }

    public boolean detach() {
        return end(Term.State.DETACHED);
    }

    /** Ends it for that reason; false when it had ended before. */
    boolean lose(Cause cause, String detail) {
        LeaseLoss why = new LeaseLoss(cause, detail);
        while (true) {
            Term current = current();
            if (!current.state().isLive()) {
                return false;
            }
            if (term.compareAndSet(current, current.as(Term.State.LOST))) {
                made(why);
                return true;
            }
        }
    }

    /** Whether its holder has given it back, or to somebody else. */
    boolean hasEndedWell() {
        Term.State state = current().state();
        return state == Term.State.RELEASED || state == Term.State.DETACHED;
    }

    /** Why it was lost; empty when it was not. */
    public Optional<LeaseLoss> loss() {
        return current().state() == Term.State.LOST ? Optional.of(Await.result(lost)) : Optional.empty();
    }

    /** Whether it was given to whoever has the ticket. */
    public boolean isDetached() {
        return current().state() == Term.State.DETACHED;
    }

    /** Completes on loss, on the thread that found it. */
    public CompletableFuture<LeaseLoss> whenLost() {
        return lost;
    }

    /** What came of its release; completed once. */
    public CompletableFuture<ReleaseOutcome> outcome() {
        return outcome;
    }

    /**
     * What is to be done when it ends, in place of what was to be done before. One dependent serves all who want that, as a
     * lease remembers them for its life, and must not keep its own handle reachable by them.
     *
     * @param action runs at most once, on the thread that ends it; null = nothing any more
     */
    public void onEnd(@Nullable Runnable action) {
        atEnd.set(action);
        if (action == null) {
            return;
        }
        if (watched.compareAndSet(false, true)) {
            lost.thenRun(this::runAtEnd);
            outcome.thenRun(this::runAtEnd);
        } else if (lost.isDone() || outcome.isDone()) {
            runAtEnd();
        }
    }

    private void runAtEnd() {
        Runnable action = atEnd.getAndSet(null);
        if (action != null) {
            action.run();
        }
    }

    private boolean end(Term.State state) {
        while (true) {
            Term current = current();
            if (!current.state().isLive()) {
                return false;
            }
            if (!current.isValid(time.nanos())) {
                expire(current);
                return false;
            }
            if (term.compareAndSet(current, current.as(state))) {
                return true;
            }
        }
    }

    private void expire(Term current) {
        // Made before, as nobody may see the lease lost and wait for a reason that never comes.
        LeaseLoss why = reasonForExpiry();
        if (term.compareAndSet(current, current.as(Term.State.LOST))) {
            made(why);
        }
    }

    private LeaseLoss reasonForExpiry() {
        boolean fixedByHold = terms.renewal() == Renewal.OFF && hasHoldEnd() && terms.maxHoldNanos() <= leaseNanos;
        if (fixedByHold || time.nanos() >= holdEnd()) {
            return new LeaseLoss(
                    Cause.MAX_HOLD,
                    "held for its maxHold of " + TimeUnit.NANOSECONDS.toMillis(terms.maxHoldNanos()) + " ms");
        }
        if (renewal.isFailing()) {
            return new LeaseLoss(Cause.UNREACHABLE, "renewals got no answer in time; last: " + renewal.lastFailure());
        }
        return new LeaseLoss(
                Cause.EXPIRED, "its lease of " + TimeUnit.NANOSECONDS.toMillis(leaseNanos) + " ms was over");
    }

    /** The interrupt comes before anybody can see the loss as done, so that a release waits for it and none comes later. */
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

    private Term current() {
        return Objects.requireNonNull(term.get());
    }
}
