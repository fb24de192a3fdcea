package dev.mortise.internal.lease;

import dev.mortise.LeaseLoss.Cause;
import dev.mortise.LeaseLostException;
import dev.mortise.LeaseTicket;
import dev.mortise.Renewal;
import dev.mortise.internal.runtime.Time;
import java.util.function.BooleanSupplier;

/**
 * Makes the leases of one client: of a grant, of a ticket, or in place of another lease. Each is in the registry from there
 * on. Thread-safe, never blocks.
 */
public final class LeaseFactory {
    /*
     * Overview. Each way in makes the LeaseState first, then the handle, which registers it. Only then do other threads see
     * it, so nothing about it races before. If registering throws, there is no lease, and the caller gives the hold back.
     *
     * A change makes a second lease, and the first one ends as DETACHED. The hold of the second must be under the lease id
     * of the first one; the registry then knows that id without a gap. If the first lease has ended by then, the second one
     * is lost and its clean-up removes what the server has.
     *
     * Against closing: the registering comes before the question whether the client closes, and the closing says so before
     * it walks over the registry. So each lease is ended by one of the two.
     */
    private final LeaseContext context;
    private final BooleanSupplier closes;

    /**
     * @param commandTimeoutNanos how long a holder waits for the server at most
     * @param closes whether the client ends its leases: then one that comes now is lost at once
     */
    public LeaseFactory(
            Time time,
            LeaseRegistry registry,
            EventDispatcher events,
            DetachedLeases detached,
            LeaseLimits limits,
            UnderWay underWay,
            OwnerClaims claims,
            long commandTimeoutNanos,
            BooleanSupplier closes) {
        this.context = new LeaseContext(
                time,
                registry,
                registry.renewals(),
                registry.kept(),
                events,
                detached,
                limits,
                underWay,
                claims,
                commandTimeoutNanos);
        this.closes = closes;
    }

    /**
     * The lease of a grant.
     *
     * @param claimOnly whether what is left of the hold is to be confirmed, or topped up, soon
     */
    public LeaseHandle granted(LeaseTerms terms, Hold hold, long token, boolean claimOnly) {
        return registered(new LeaseState(context.time(), terms, hold, LeaseIds.of(hold, token), token, 0, claimOnly));
    }

    /** The lease that this client has adopted. The server knows the token of its grant; the lease may have a later one. */
    public LeaseHandle adopted(LeaseTerms terms, Hold hold, LeaseTicket ticket) {
        return registered(new LeaseState(
                context.time(), terms, hold, ticket.leaseId(), ticket.fencingToken(), ticket.adoption() + 1, false));
    }

    /**
     * The write lease in place of a read lease. It is lost if the read lease has ended meanwhile.
     *
     * @param hold of the writer, under the id of the reader
     * @param claimOnly as for a grant
     */
    public LeaseHandle upgraded(LeaseHandle read, LeaseTerms terms, Hold hold, long token, boolean claimOnly) {
        LeaseState former = read.lease();
        return inPlaceOf(
                former, new LeaseState(context.time(), terms, hold, former.id(), token, former.adoption(), claimOnly));
    }

    /**
     * The read lease in place of a write lease.
     *
     * @param hold of the reader, under the id of the writer
     * @throws LeaseLostException when the write lease has ended meanwhile; then the other has too
     */
    public LeaseHandle downgraded(LeaseHandle write, Hold hold) {
        LeaseState former = write.lease();
        LeaseHandle read = inPlaceOf(former, downgraded(former, hold));
        if (!read.isValid()) {
            throw former.isDetached() ? read.gone() : write.gone();
        }
        return read;
    }

    /** The end of the lease does not move by that. */
    private LeaseState downgraded(LeaseState former, Hold hold) {
        LeaseTerms terms = former.terms();
        long leaseNanos = former.leaseNanos();
        if (leaseNanos > 0 && terms.renewal() == Renewal.OFF) {
            leaseNanos = Math.max(1, former.remaining());
        }
        long maxHoldNanos = former.hasHoldEnd()
                ? Math.max(1, former.holdEnd() - context.time().nanos())
                : 0;
        return new LeaseState(
                context.time(),
                terms.with(hold.permits(), leaseNanos, maxHoldNanos),
                hold,
                former.id(),
                hold.firstToken(),
                former.adoption(),
                false);
    }

    /** Whether the lease is of this client. */
    public boolean owns(LeaseHandle lease) {
        return lease.isOf(context.registry());
    }

    /**
     * The next is in the registry before the former leaves it, so that their id is known there without a gap. The former
     * cannot have been detached by its holder: a lease is changed by one call at a time. If it has ended, no other lease
     * has what the server keeps under their id, so that goes.
     */
    private LeaseHandle inPlaceOf(LeaseState former, LeaseState next) {
        LeaseHandle handle = registered(next);
        if (former.detach()) {
            context.registry().remove(former);
        } else {
            context.registry().lose(next, Cause.GONE, "it ended while it was changed");
        }
        return handle;
    }

    /** The closing of the client ends the leases that are in the registry by then; one that comes later is ended here. */
    private LeaseHandle registered(LeaseState lease) {
        LeaseHandle handle = new LeaseHandle(lease, context);
        if (closes.getAsBoolean()) {
            context.registry().lose(lease, Cause.CLIENT_CLOSED, "its client was closed");
        }
        return handle;
    }
}
