package dev.mortise.internal.waiting;

import dev.mortise.internal.lease.Events;
import dev.mortise.internal.lease.LeaseHandle;
import dev.mortise.internal.lease.Terms;
import dev.mortise.internal.store.LockStore;
import dev.mortise.internal.time.Time;
import java.util.function.BiFunction;

/**
 * What an acquire needs of its client.
 *
 * @param floors the largest fencing tokens seen so far
 * @param commandTimeoutNanos how long an answer may take
 * @param leases makes the lease of a grant, known to the keeper from there on; called on any thread, must not block
 */
public record Engine(
        LockStore store,
        Time time,
        Waits waits,
        Events events,
        Floors floors,
        long commandTimeoutNanos,
        int maxWaiters,
        EndlessWatch endless,
        BiFunction<Terms, Grant, LeaseHandle> leases) {}
