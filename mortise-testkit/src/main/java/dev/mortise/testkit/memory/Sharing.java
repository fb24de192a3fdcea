package dev.mortise.testkit.memory;

import dev.mortise.LockKind;
import dev.mortise.internal.store.Shape;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** A writer becomes a reader, and a reader two, without a gap. */
final class Sharing {
    private Sharing() {}

    /** After it the caller settles. */
    static OptionalLong downgrade(LockState lock, String leaseId, long leaseMillis, long floor, long micros) {
        Holder holder = readerOrWriter(lock, leaseId, micros / 1000);
        if (holder == null) {
            return OptionalLong.empty();
        }
        lock.checkAhead(floor, micros);
        if (holder.permits == Shape.MAX && holder.token > floor) {
            return OptionalLong.empty();
        }
        if (holder.permits == Shape.MAX && holder.firstAttempt > 0) {
            holder.firstAttempt++;
        }
        return OptionalLong.of(read(lock, holder, leaseMillis, floor, micros));
    }

    /** As {@link #downgrade}, and of that attempt nothing is left; nothing happens if it was over before. */
    static Optional<Reply> giveUp(
            LockState lock, String leaseId, long leaseMillis, long floor, long attempt, long micros) {
        Holder holder = readerOrWriter(lock, leaseId, micros / 1000);
        if (holder == null) {
            return Optional.empty();
        }
        lock.checkAhead(floor, micros);
        if (attempt < holder.firstAttempt) {
            return Optional.of(new Reply(holder.token, false));
        }
        holder.firstAttempt = attempt + 1;
        lock.queue.ticketOf(leaseId).ifPresent(lock.queue::leave);
        return Optional.of(new Reply(read(lock, holder, leaseMillis, floor, micros), true));
    }

    private static long read(LockState lock, Holder holder, long leaseMillis, long floor, long micros) {
        if (holder.permits == Shape.MAX) {
            boolean issues = lock.shape == null || !lock.shape.quorum();
            if (issues) {
                holder.become(1, lock.issue(lock.block(), floor, micros), micros);
            } else {
                holder.permits = 1;
            }
        }
        long end = Holder.end(leaseMillis, micros / 1000);
        holder.extend(leaseMillis, Math.max(holder.expiryMillis, end), micros / 1000);
        return holder.token;
    }

    /** The same split repeated adds nothing. */
    static boolean split(LockState lock, String leaseId, String newLeaseId, long leaseMillis, long token, long micros) {
        long now = micros / 1000;
        Holder there = lock.holders.get(newLeaseId);
        if (there != null) {
            return !there.isOver(now);
        }
        Holder reader = readerOrWriter(lock, leaseId, now);
        if (reader == null
                || lock.tombstone(newLeaseId, now).isPresent()
                || lock.used() + reader.permits > Shape.MAX
                || lock.isAhead(token, micros)) {
            return false;
        }
        lock.lastToken = Math.max(lock.lastToken, token);
        long end = Holder.end(leaseMillis, now);
        lock.holders.put(newLeaseId, new Holder(reader.permits, token, reader.tag, leaseMillis, end).since(micros));
        return true;
    }

    private static @Nullable Holder readerOrWriter(LockState lock, String leaseId, long now) {
        return lock.shape != null && lock.shape.kind() == LockKind.READ_WRITE ? lock.live(leaseId, now) : null;
    }

    /** The token of the reader, and whether anything changed. */
    record Reply(long token, boolean changed) {}
}
