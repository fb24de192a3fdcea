package dev.mortise.internal.insight;

import dev.mortise.LockKind;
import dev.mortise.internal.lease.LeaseRegistry;
import dev.mortise.internal.lease.LeaseState;
import dev.mortise.internal.store.Fencing;
import dev.mortise.internal.store.LockRecord;
import dev.mortise.internal.store.Shape;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Which hold on record a fencing token belongs to. Thread-safe, asks no server. */
public final class HoldFinder {
    /*
     * Overview. The server has the first token of a hold. Its client gives others to the leases that follow one another within
     * the hold: those of its block, and those that it has reserved since. Which of them were given out, only that client knows.
     *
     *   a hold of this client      the token of a lease that stands on it now, and no other.
     *   a hold of another client   the first token and those of its block. All tokens from the first to the last one issued, if
     *                              it has all permits: nothing else has got one since. The first only, in a semaphore.
     *
     * A reader that left a shared hold has a record of its own, with a token out of the block of the other. So of several holds
     * that may have the token it is that with the greatest first one.
     */
    private final LeaseRegistry registry;

    public HoldFinder(LeaseRegistry registry) {
        this.registry = registry;
    }

    /** Empty when no hold on record has it. */
    public Optional<LockRecord.Holder> find(LockRecord record, long token) {
        return record.holders().stream()
                .filter(holder -> has(record, holder, token))
                .max(Comparator.comparingLong(LockRecord.Holder::token));
    }

    private boolean has(LockRecord record, LockRecord.Holder holder, long token) {
        List<LeaseState> here = registry.standingOn(holder.leaseId());
        if (!here.isEmpty()) {
            return here.stream().anyMatch(lease -> lease.token() == token);
        }
        return holder.token() <= token && token <= last(record, holder);
    }

    /** The last token that may be one of this hold. */
    private static long last(LockRecord record, LockRecord.Holder holder) {
        Shape shape = record.shape().orElse(Shape.MUTEX);
        if (shape.kind() == LockKind.SEMAPHORE) {
            return holder.token();
        }
        long block = holder.token() + Fencing.BLOCK - 1;
        return holder.permits() == shape.capacity() ? Math.max(block, record.lastToken()) : block;
    }
}
