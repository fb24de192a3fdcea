package dev.mortise.tests;

import dev.mortise.Lease;
import dev.mortise.LeaseLoss;
import dev.mortise.LeaseLoss.Cause;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * What a lock protects, with a judgement of its own: while a lease is valid no other one is, but readers beside readers, and
 * a lease whose token is below one that was here before is over. Leases are of this JVM, so that their validity is known at
 * one moment.
 */
public final class Resource {
    private record Use(Lease lease, boolean shared) {}

    // Guarded by this.
    private final List<Use> inUse = new ArrayList<>();
    private final List<Lease> late = new ArrayList<>();
    private final List<String> faults = new ArrayList<>();
    private long greatest;
    private long greatestOfWriters;
    private int uses;

    /** To be called while the lease is held, as often as one likes. */
    public synchronized void use(Lease lease, boolean shared) {
        uses++;
        inUse.removeIf(use -> !use.lease().isValid());
        for (Use use : inUse) {
            if (use.lease() == lease || shared && use.shared()) {
                continue;
            }
            // Valid, valid, and still valid: so both were at one moment.
            if (lease.isValid() && use.lease().isValid() && lease.isValid()) {
                late.add(use.lease().fencingToken() < lease.fencingToken() ? use.lease() : lease);
            }
        }
        boolean isOld = lease.fencingToken() < (shared ? greatestOfWriters : greatest);
        if (isOld && lease.isValid()) {
            late.add(lease);
        }
        if (!isOld) {
            greatest = Math.max(greatest, lease.fencingToken());
            greatestOfWriters = shared ? greatestOfWriters : lease.fencingToken();
        }
        if (inUse.stream().noneMatch(use -> use.lease() == lease)) {
            inUse.stream()
                    .filter(use -> use.lease().fencingToken() == lease.fencingToken()
                            && use.lease().isValid())
                    .forEach(use -> faults.add("two leases with token " + lease.fencingToken()));
            inUse.add(new Use(lease, shared));
        }
    }

    /**
     * Everything that was wrong.
     *
     * @param force whether leases were ended by force: the next has the lock then before they know
     */
    public synchronized List<String> faults(boolean force) {
        List<String> all = new ArrayList<>(faults);
        for (Lease lease : late) {
            CompletableFuture<LeaseLoss> lost = lease.lost().toCompletableFuture();
            if (!force || lease.isValid() || lost.isDone() && lost.join().cause() != Cause.FORCED) {
                all.add("valid beside a later one: " + lease);
            }
        }
        return all;
    }

    /** What is wrong also where leases may be forgotten: one token twice. */
    public synchronized List<String> tokenFaults() {
        return List.copyOf(faults);
    }

    /** The greatest token that was here. */
    public synchronized long greatest() {
        return greatest;
    }

    /** How often it was used, and how often by somebody who should not have had it any more. */
    public synchronized Map<String, Integer> figures() {
        return Map.of("uses", uses, "late", late.size());
    }
}
