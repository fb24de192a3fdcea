package dev.mortise.internal.client;

import dev.mortise.internal.lease.LeaseFactory;
import dev.mortise.internal.lease.LeaseRegistry;
import dev.mortise.internal.lease.SoleHold;
import dev.mortise.internal.runtime.Time;
import dev.mortise.internal.store.LockStore;
import dev.mortise.internal.store.TokenFloors;

/**
 * What an adoption, an upgrade or a downgrade needs of its client.
 *
 * @param sole makes the hold that the lease has for itself from there on
 * @param floors the largest fencing tokens seen so far
 */
record ChangeContext(
        LockStore store,
        Time time,
        Requests requests,
        LeaseRegistry registry,
        LeaseFactory leases,
        SoleHold.Ways sole,
        TokenFloors floors) {}
