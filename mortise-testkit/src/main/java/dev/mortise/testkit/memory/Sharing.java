package dev.mortise.testkit.memory;

import dev.mortise.LockKind;
import dev.mortise.internal.store.Shape;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** A writer becomes a reader, and a reader two, without a gap. */
final class Sharing {
    private Sharing() {}

    /** After it the caller settles. */
    static OptionalLong downgrade(LockState lock, String leaseId, long leaseMillis, long floor, long micros) {
        long now = micros / 1000;
        Holder holder = readerOrWriter(lock, leaseId, now);
        if (holder == null) {
            return OptionalLong.empty();
        }
        if (holder.permits == Shape.MAX) {
            if (floor >= 0 && holder.token > floor) {
                return OptionalLong.empty();
            }
            holder.become(1, lock.issue(lock.block(), floor, micros), micros);
        }
        holder.extend(leaseMillis, Math.max(holder.expiryMillis, Holder.end(leaseMillis, now)));
        lock.queue.ticketOf(leaseId).ifPresent(lock.queue::leave);
        return OptionalLong.of(holder.token);
    }

    /** The same split repeated adds nothing. */
    static boolean split(LockState lock, String leaseId, String newLeaseId, long leaseMillis, long token, long micros) {
        long now = micros / 1000;
        Holder there = lock.holders.get(newLeaseId);
        if (there != null) {
            return !there.isOver(now);
        }
        Holder reader = readerOrWriter(lock, leaseId, now);
        if (reader == null || lock.tombstone(newLeaseId, now).isPresent() || lock.used() + reader.permits > Shape.MAX) {
            return false;
        }
        lock.lastToken = Math.max(lock.lastToken, token);
        long end = Holder.end(leaseMillis, now);
        lock.holders.put(newLeaseId, new Holder(reader.permits, token, reader.note, leaseMillis, end).since(micros));
        return true;
    }

    private static @Nullable Holder readerOrWriter(LockState lock, String leaseId, long now) {
        return lock.shape != null && lock.shape.kind() == LockKind.READ_WRITE ? lock.live(leaseId, now) : null;
    }
}
