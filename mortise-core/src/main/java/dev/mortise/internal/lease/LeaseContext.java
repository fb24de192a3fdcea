package dev.mortise.internal.lease;

import dev.mortise.internal.runtime.Time;

/**
 * What every lease of one client shares.
 *
 * @param limits of what a holder may ask for
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
        OwnerClaims claims) {}
