package dev.mortise.testkit.memory;

import dev.mortise.internal.store.Glance;
import dev.mortise.internal.store.LockRecord;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** What {@code inspect} and {@code glance} tell of a lock: live leases by token, waiters by ticket. */
final class Inspection {
    private Inspection() {}

    /** The first of it, for a waiter. */
    static Glance glance(LockState lock, String leaseId, long now) {
        LockRecord all = of(lock, now);
        LockRecord first = new LockRecord(
                all.shape(),
                all.nowMillis(),
                all.lastToken(),
                all.holders().stream().limit(Glance.MOST).toList(),
                all.waiters().stream().limit(Glance.MOST).toList());
        long used = all.holders().stream().mapToLong(LockRecord.Holder::permits).sum();
        OptionalLong ticket = lock.queue.ticketOf(leaseId);
        return new Glance(
                first, used, lock.queue.size(), ticket.isPresent() ? lock.queue.place(ticket.getAsLong()) : 0);
    }

    static LockRecord of(LockState lock, long now) {
        List<LockRecord.Holder> holders = new ArrayList<>();
        lock.holders.forEach((id, holder) -> {
            if (!holder.isOver(now)) {
                holders.add(new LockRecord.Holder(
                        id,
                        ServerParts.clientOf(holder.ownedBy(id)),
                        holder.permits,
                        holder.leaseMillis,
                        holder.hasNoExpiry() ? 0 : holder.expiryMillis,
                        holder.token,
                        holder.sinceMillis,
                        holder.tag.owner(),
                        holder.tag.label()));
            }
        });
        holders.sort(Comparator.comparingLong(LockRecord.Holder::token));
        List<LockRecord.Waiter> waiters = new ArrayList<>();
        lock.queue.byTicket().forEach((ticket, waiter) -> {
            waiters.add(new LockRecord.Waiter(
                    waiter.leaseId(),
                    ServerParts.clientOf(waiter.leaseId()),
                    ticket,
                    waiter.permits(),
                    waiter.sinceMillis(),
                    waiter.tag().owner(),
                    waiter.tag().label()));
        });
        return new LockRecord(Optional.ofNullable(lock.shape), now, lock.lastIssued(), holders, waiters);
    }
}
