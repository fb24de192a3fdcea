package dev.mortise.testkit.memory;

import dev.mortise.internal.store.ExactHold;
import dev.mortise.internal.store.WithdrawReply;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;

/** The ways a lease or a wait ends, other than by time. After each the caller settles. */
final class Ending {
    private Ending() {}

    /** Without its lease on record it changes nothing. */
    static boolean release(LockState lock, String leaseId, long used) {
        Holder ended = lock.end(leaseId);
        if (ended == null) {
            return false;
        }
        if (lock.shape != null && ended.permits == lock.shape.capacity()) {
            lock.giveBack(ended.token, ended.token + used);
        }
        return true;
    }

    /** After it the lease id neither waits nor holds, and for the tombstone's time never will. */
    static WithdrawReply withdraw(LockState lock, String leaseId, long tombstoneMillis, long now) {
        OptionalLong ticket = lock.queue.ticketOf(leaseId);
        ticket.ifPresent(lock.queue::leave);
        boolean held = lock.end(leaseId) != null;
        lock.bury(leaseId, new Tombstone(now + tombstoneMillis, Optional.empty()), now);
        if (ticket.isPresent()) {
            return WithdrawReply.WAITING;
        }
        return held ? WithdrawReply.GRANTED : WithdrawReply.UNKNOWN;
    }

    /** Ends every hold, or only one, which is on record; answers those ended. */
    static Map<String, Holder> force(
            LockState lock, Optional<ExactHold> only, String reason, long tombstoneMillis, long now) {
        lock.expire(now);
        Map<String, Holder> ended = new TreeMap<>(lock.holders);
        only.ifPresent(hold -> ended.keySet().retainAll(Set.of(hold.leaseId())));
        ended.keySet().forEach(lock::end);
        ended.keySet().forEach(id -> lock.bury(id, new Tombstone(now + tombstoneMillis, Optional.of(reason)), now));
        return ended;
    }

    /**
     * Drops what is over, and leases without expiry that were not renewed for the grace time.
     *
     * @param sure whether the server cannot have forgotten a renewal; if not, that must be seen twice
     */
    static int collect(LockState lock, boolean sure, long graceMillis, long now) {
        int ended = lock.expire(now);
        for (Map.Entry<String, Holder> entry : Map.copyOf(lock.holders).entrySet()) {
            Holder holder = entry.getValue();
            if (holder.isForgotten(graceMillis, now) && lock.collect(entry.getKey(), holder, sure, graceMillis, now)) {
                ended++;
            }
        }
        return ended;
    }
}
