package dev.mortise.internal.acquire;

import dev.mortise.internal.lease.EventDispatcher;
import dev.mortise.internal.lease.LeaseFactory;
import dev.mortise.internal.lease.OwnerClaims;
import dev.mortise.internal.runtime.Time;
import dev.mortise.internal.store.Contact;
import dev.mortise.internal.store.LockStore;
import dev.mortise.internal.store.OrphanCheck;
import dev.mortise.internal.store.TokenFloors;

/**
 * What an acquire needs of its client.
 *
 * @param contact hears which requests were answered
 * @param turns which of its waiters may ask again now
 * @param floors the largest fencing tokens seen so far
 * @param claims what is believed of the owners here
 * @param commandTimeoutNanos how long an answer may take
 * @param leases makes the lease of a grant
 */
public record AcquireContext(
        LockStore store,
        Time time,
        Contact contact,
        WaiterRegistry waits,
        PollTurns turns,
        EventDispatcher events,
        TokenFloors floors,
        long commandTimeoutNanos,
        int maxWaiters,
        OrphanCheck orphans,
        OwnerClaims claims,
        LeaseFactory leases) {}
