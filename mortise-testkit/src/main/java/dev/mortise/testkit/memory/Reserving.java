package dev.mortise.testkit.memory;

import java.util.Iterator;
import java.util.OptionalLong;

/** More tokens for a lease, whose client is told when somebody begins to wait. */
final class Reserving {
    private static final int MOST_CURIOUS = 64;

    private Reserving() {}

    /** Answers the first token. */
    static OptionalLong reserve(LockState lock, String leaseId, long leaseMillis, long tokens, long micros) {
        long now = micros / 1000;
        Holder holder = lock.live(leaseId, now);
        if (holder == null) {
            return OptionalLong.empty();
        }
        holder.extend(leaseMillis, Math.max(holder.expiryMillis, Holder.end(leaseMillis, now)), now);
        if (lock.queue.isEmpty()) {
            lock.curious.add(InMemoryServer.clientOf(holder.ownedBy(leaseId)));
            if (lock.curious.size() > MOST_CURIOUS) {
                Iterator<String> oldest = lock.curious.iterator();
                oldest.next();
                oldest.remove();
            }
        }
        return OptionalLong.of(lock.issue(tokens, 0, micros));
    }
}
