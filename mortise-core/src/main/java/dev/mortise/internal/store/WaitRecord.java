package dev.mortise.internal.store;

import dev.mortise.DeadlockVictim;
import java.util.List;
import java.util.stream.Stream;

/**
 * What one owner waits for while it holds something, as its client knows it: one node of the graph in which deadlocks are
 * looked for. It never claims a hold that the owner has not.
 *
 * @param owner tells this owner from all others, of every client
 * @param version greater than those of all earlier records of this owner
 * @param clientId the client that the owner belongs to
 * @param tag as shown to people
 * @param firstMillis when the owner began to wait, by its client's clock, ms since 1970; kept when it waits again as the
 *     victim of a deadlock
 * @param policy how the client would choose the owner whose wait ends; it lets none of its own end if it only reports
 * @param wanted not empty
 * @param held what stands in the way of others; of another owner only those of the locks that were looked at
 * @param holds how many it holds in all
 */
public record WaitRecord(
        String owner,
        long version,
        String clientId,
        Tag tag,
        long firstMillis,
        DeadlockVictim policy,
        List<Wanted> wanted,
        List<Held> held,
        int holds) {
    /** Copies the lists. */
    public WaitRecord {
        wanted = List.copyOf(wanted);
        held = List.copyOf(held);
    }

    /** One of an owner that holds just these. */
    public WaitRecord(
            String owner,
            long version,
            String clientId,
            Tag tag,
            long firstMillis,
            DeadlockVictim policy,
            List<Wanted> wanted,
            List<Held> held) {
        this(owner, version, clientId, tag, firstMillis, policy, wanted, held, held.size());
    }

    /** The same with that version. */
    public WaitRecord withVersion(long other) {
        return new WaitRecord(owner, other, clientId, tag, firstMillis, policy, wanted, held, holds);
    }

    /** The same with these. */
    public WaitRecord with(List<Wanted> newWanted, List<Held> newHeld) {
        return new WaitRecord(owner, version, clientId, tag, firstMillis, policy, newWanted, newHeld, holds);
    }

    /** Whether it says the same as the other, but for the version and the times, which no two looks at a clock make alike. */
    public boolean saysSameAs(WaitRecord other) {
        return owner.equals(other.owner) && withoutTimes().equals(other.withoutTimes());
    }

    private List<Object> withoutTimes() {
        return Stream.<Object>concat(
                        wanted.stream()
                                .map(wait -> new Wanted(
                                        wait.lock, wait.waitId, wait.queuedId, wait.permits, wait.capacity, 0)),
                        held.stream().map(hold -> new Held(hold.lock, hold.holdId, hold.permits, 0)))
                .toList();
    }

    /**
     * A lock that the owner waits for.
     *
     * @param waitId of the wait: its lease id, never used again
     * @param queuedId the wait that stands in the server's queue for it, as one does for all that wait in the same local queue;
     *     its own, if it stands there itself
     * @param permits how many must be free at once for it
     * @param capacity the permits of the lock in all
     * @param sinceMillis when this wait began, by the client's clock
     */
    public record Wanted(String lock, String waitId, String queuedId, long permits, long capacity, long sinceMillis) {
        /** The same for so many permits of a lock that has that many. */
        public Wanted with(long newPermits, long newCapacity) {
            return new Wanted(lock, waitId, queuedId, newPermits, newCapacity, sinceMillis);
        }
    }

    /**
     * What the owner holds of a lock.
     *
     * @param holdId the lease id under which the server has it on record
     * @param sinceMillis when the owner was granted it, by the client's clock
     */
    public record Held(String lock, String holdId, long permits, long sinceMillis) {}
}
