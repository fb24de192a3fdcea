package dev.mortise.internal.lease;

import dev.mortise.AcquireOptions;
import dev.mortise.LeaseLostException;
import dev.mortise.LeaseTicket;
import dev.mortise.LockUnavailableException;
import dev.mortise.ReleaseOutcome;
import dev.mortise.Renewal;
import dev.mortise.internal.runtime.Deadline;
import dev.mortise.internal.store.Failure;
import dev.mortise.internal.store.Late;
import dev.mortise.internal.store.StoreException;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The changes of one lease: out of a hold that it shares, out of this client by ticket, and to another number of permits. One
 * change is made at a time. Thread-safe.
 */
public final class LeaseChanges {
    /*
     * Overview. A change is under way from begin() to end(), and a second one is refused meanwhile, not queued: its caller
     * would otherwise change what it no longer has. Release and loss are not refused. They win over a change, by
     * LeaseState, and the change finds out by its own transition or by onEnd().
     *
     * A detach goes in this order. The lease gets a hold of its own, which no round renews meanwhile. The hold is topped up
     * if less than half of the lease is left; one without expiry is limited to the time of a ticket. The lease id is known
     * as detached before the lease is DETACHED, because a late message about its grant would be given back in between. If a
     * request fails before that point, the caller gets the exception and keeps its lease.
     *
     * The requests of a change share one deadline, see ChangeSteps.
     *
     * If the process dies after a detach, the ticket may be adopted elsewhere. If no client adopts it, the server ends the
     * lease.
     *
     * The updaters stand in place of atomic references because there is one of these objects for each lease.
     */
    @SuppressWarnings("NullAway") // the updater's type cannot say that null is a value
    private static final AtomicReferenceFieldUpdater<LeaseChanges, String> INTO =
            AtomicReferenceFieldUpdater.newUpdater(LeaseChanges.class, String.class, "into");

    @SuppressWarnings("NullAway") // as above
    private static final AtomicReferenceFieldUpdater<LeaseChanges, Runnable> AT_END =
            AtomicReferenceFieldUpdater.newUpdater(LeaseChanges.class, Runnable.class, "atEnd");

    private static final Logger log = LoggerFactory.getLogger(LeaseChanges.class);

    private final LeaseState lease;
    private final LeaseContext context;

    /** What the lease is being made, while a change is under way; null otherwise. By compare-and-set. */
    private volatile @Nullable String into;

    /** Whether the lease may have become less than it says. Changed by the change that is under way only. */
    private volatile boolean yielding;

    /** What is to be done when the lease ends; null = nothing. Taken by compare-and-set. */
    private volatile @Nullable Runnable atEnd;

    /** Whether the end of the lease is waited for. Once true stays true; changed by the change that is under way only. */
    private volatile boolean watched;

    /** The requests of the change that is under way; null before the first. Changed by the change that is under way only. */
    private volatile @Nullable ChangeSteps steps;

    LeaseChanges(LeaseState lease, LeaseContext context) {
        this.lease = lease;
        this.context = context;
    }

    /**
     * To be called before the first request of a change, and {@link #end} when it is over.
     *
     * @param what what the lease is being made, in the words of the exception that others get
     * @throws IllegalStateException when a change is under way
     */
    public void begin(String what) {
        begin(what, context.deadline());
    }

    private void begin(String what, Deadline until) {
        do {
            String other = into;
            if (other != null) {
                throw new IllegalStateException("this lease of lock '"
                        + lease.terms().lock() + "' cannot be " + what + " now, as it is being " + other + " already");
            }
        } while (!INTO.compareAndSet(this, null, what));
        steps = new ChangeSteps(until);
        context.underWay().callBegins();
    }

    /** The change is over, whatever came of it: the next may begin. */
    public void end() {
        into = null;
        context.underWay().callEnded();
    }

    /** What the lease is being made; null when no change is under way. */
    @Nullable
    String into() {
        return into;
    }

    /**
     * With true, the server may from now on give a part of this lease to others, so the lease is not valid. With false, the
     * lease is valid again: it is certain that the server gave nothing away.
     */
    public void yields(boolean mayHaveLess) {
        yielding = mayHaveLess;
    }

    boolean isYielding() {
        return yielding;
    }

    /**
     * What is to be done when the lease ends while it is changed, in place of what was to be done before. One dependent
     * serves all changes, because a lease remembers its dependents for its life. It must not keep the handle reachable.
     *
     * @param action runs at most once, on the thread that ends the lease; null = nothing any more
     */
    public void onEnd(@Nullable Runnable action) {
        atEnd = action;
        if (action == null) {
            return;
        }
        if (!watched) {
            watched = true;
            lease.whenLost().thenRun(this::runAtEnd);
            lease.outcome().thenRun(this::runAtEnd);
        } else if (lease.whenLost().isDone() || lease.outcome().isDone()) {
            runAtEnd();
        }
    }

    private void runAtEnd() {
        Runnable action = atEnd;
        if (action != null && AT_END.compareAndSet(this, action, null)) {
            action.run();
        }
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
            own = steps().answer(lease.hold().takeOut(lease));
        } catch (RuntimeException e) {
            String lock = lease.terms().lock();
            throw new LockUnavailableException(
                    lock,
                    "Lock '" + lock + "' could not be taken out of those that share it: "
                            + Failure.of(e).getMessage(),
                    e);
        }
        if (own == null) {
            throw lease.gone();
        }
        return own;
    }

    /** The lease leaves this client; see {@link dev.mortise.Lease#detach}. */
    LeaseTicket detach() {
        begin("detached");
        try {
            Hold own = takeOut();
            own.leaving(true);
            try {
                return givingUp(() -> leave(own));
            } finally {
                own.leaving(false);
            }
        } finally {
            end();
        }
    }

    /**
     * The lease ends, and the server keeps the lock for that long; see {@link dev.mortise.Lease#releaseAfter}.
     *
     * @param until deadline of all of it
     * @param tell what came of it, to listeners
     * @return waits for the answer
     */
    Supplier<ReleaseOutcome> releaseAfter(long nanos, Deadline until, Consumer<ReleaseOutcome> tell) {
        begin("released", until);
        boolean isAsked = false;
        try {
            Hold own = takeOut();
            own.leaving(true);
            try {
                CompletableFuture<ReleaseOutcome> kept = givingUp(() -> keep(own, nanos));
                isAsked = true;
                return () -> kept(own, kept, nanos, tell);
            } finally {
                own.leaving(isAsked);
            }
        } finally {
            if (!isAsked) {
                end();
            }
        }
    }

    /** The holder relies on it no more before the server is told: it may end it at any moment after that. */
    private CompletableFuture<ReleaseOutcome> keep(Hold own, long nanos) {
        // Before it ends: a message about its grant that comes late must not give it back.
        context.detached().add(lease);
        if (!lease.release()) {
            context.detached().remove(lease);
            throw lease.gone();
        }
        return context.kept().keep(lease, own, nanos);
    }

    private ReleaseOutcome kept(
            Hold own, CompletableFuture<ReleaseOutcome> answer, long nanos, Consumer<ReleaseOutcome> tell) {
        ReleaseOutcome how = ReleaseOutcome.UNKNOWN;
        try {
            how = steps().last(answer);
        } catch (StoreException unanswered) {
            log.warn(
                    "Lock '{}' was released to be kept for {} ms, and no answer came: {}",
                    own.lock(),
                    TimeUnit.NANOSECONDS.toMillis(nanos),
                    unanswered.getMessage());
        } finally {
            context.registry().remove(lease);
            context.registry().forget(own);
            try {
                tell.accept(how);
            } finally {
                lease.outcome().complete(how);
                end();
            }
        }
        return how;
    }

    /**
     * Does what takes a part of the lease, or all of it, from its owner. Blocks at first until no client believes any more that
     * the owner has it; see {@link OwnerClaims}.
     *
     * @throws LockUnavailableException when the server did not answer in time: nothing was changed
     */
    public <T> T givingUp(Supplier<T> change) {
        lease.givesUp(true);
        try {
            takeBackClaims();
            return change.get();
        } finally {
            lease.givesUp(false);
        }
    }

    private void takeBackClaims() {
        if (steps().isTrue(context.claims().takeBack(lease.terms().party()))) {
            return;
        }
        if (!lease.isValid()) {
            throw lease.gone();
        }
        String lock = lease.terms().lock();
        throw new LockUnavailableException(
                lock, "Lock '" + lock + "' could not be " + into + ": no answer within the command time-out", null);
    }

    /** What the last request of the change that is under way may take; empty = a command time-out. */
    public Optional<Deadline> rest() {
        return steps().rest();
    }

    private ChangeSteps steps() {
        return Objects.requireNonNull(steps, "begin() comes first");
    }

    /** @throws LeaseLostException when the lease ended before it could leave */
    private LeaseTicket leave(Hold own) {
        if (lease.leaseNanos() == 0) {
            new AwaitedRenewal(lease, steps().lastInTime(context.renewals().limit(lease, own))).run();
        } else if (lease.remaining() < lease.leaseNanos() / 2) {
            CompletableFuture<Boolean> renewed =
                    context.renewals().begin(lease, lease.leaseNanos(), false).answer();
            new AwaitedRenewal(lease, steps().lastInTime(renewed)).run();
        }
        context.detached().add(lease);
        if (!lease.detach()) {
            context.detached().remove(lease);
            throw lease.gone();
        }
        context.registry().remove(lease);
        context.registry().forget(own);
        return ticket(own);
    }

    private LeaseTicket ticket(Hold own) {
        LeaseTerms terms = lease.terms();
        return new LeaseTicket(
                terms.lock(),
                LeaseIds.isOf(lease.id(), own.id()) ? lease.id() : own.id(),
                lease.token(),
                lease.adoption(),
                ticketLease(),
                terms.renewal(),
                terms.shape().kind(),
                terms.shape().capacity(),
                terms.permits(),
                own.late() != Late.NO);
    }

    /** Whoever adopts it cannot do with less. */
    private Duration ticketLease() {
        Duration length = Duration.ofNanos(lease.leaseNanos());
        boolean isShort = !length.isZero() && length.compareTo(AcquireOptions.MIN_LEASE) < 0;
        return isShort ? AcquireOptions.MIN_LEASE : length;
    }

    /**
     * The lifetime that a change to another number of permits asks for, ns, in whole ms; 0 = without expiry. The end of the
     * lease does not move by such a change.
     */
    public static long lifetimeNanos(LeaseState former, long now) {
        long nanos = former.leaseNanos();
        if (nanos == 0) {
            return 0;
        }
        if (former.terms().renewal() == Renewal.OFF) {
            nanos = former.remaining();
        }
        if (former.hasHoldEnd()) {
            nanos = Math.min(nanos, Validity.reaching(former.holdEnd(), now));
        }
        return TimeUnit.MILLISECONDS.toNanos(Math.max(1, TimeUnit.NANOSECONDS.toMillis(nanos)));
    }
}
