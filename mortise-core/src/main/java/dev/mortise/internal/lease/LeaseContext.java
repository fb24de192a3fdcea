package dev.mortise.internal.lease;

import dev.mortise.internal.runtime.Deadline;
import dev.mortise.internal.runtime.Time;

/**
 * What every lease of one client shares.
 *
 * @param limits of what a holder may ask for
 * @param commandTimeoutNanos how long a holder waits for the server at most
 */
record LeaseContext(
        Time time,
        LeaseRegistry registry,
        Renewals renewals,
        KeptLocks kept,
        EventDispatcher events,
        DetachedLeases detached,
        LeaseLimits limits,
        UnderWay underWay,
        OwnerClaims claims,
        long commandTimeoutNanos) {
    /** For a call of a holder that begins now, however many requests it makes. */
    Deadline deadline() {
        return Deadline.in(time, commandTimeoutNanos);
    }
}
