package dev.mortise.internal.lease;

import dev.mortise.internal.runtime.Time;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Leases that left this client by ticket and may still live elsewhere: a late message about their grant must not be taken
 * for one that no acquire waits for, and given back. Forgotten when no such message can be on its way any more.
 */
public final class DetachedLeases {
    /** How long a message about a grant is taken to be possible, ns. */
    private static final long MEMORY = TimeUnit.MINUTES.toNanos(10);

    /** The ids that the server knows. */
    private final Set<String> ids = ConcurrentHashMap.newKeySet();

    private final Time time;

    public DetachedLeases(Time time) {
        this.time = time;
    }

    /** To be called before the lease is detached: between the two a message would find it neither here nor in the registry. */
    void add(LeaseState lease) {
        ids.add(lease.hold().id());
        time.schedule(MEMORY, () -> ids.remove(lease.hold().id()));
    }

    /** It could not be detached. */
    void remove(LeaseState lease) {
        ids.remove(lease.hold().id());
    }

    public boolean knows(String leaseId) {
        return ids.contains(leaseId);
    }
}
