package dev.mortise.testkit.memory;

import dev.mortise.admin.StaleKind;
import dev.mortise.internal.store.Dropping;
import dev.mortise.internal.store.FoundLeftovers;
import dev.mortise.internal.store.Leftover;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;

/** What of a lock is stale, and its end. Each of those that are named is looked at again; after that the caller settles. */
final class Remaining {
    private final LockState lock;
    private final long graceMillis;
    private final long now;

    /** How long it is known that this server has had what it has; 0 = not known. */
    private final long upForMillis;

    private final boolean hasMarker;
    private final boolean isQuiet;

    /** The waiters that were dropped, by lease id, with whose they are: they are to be told. */
    private final List<String[]> dropped = new ArrayList<>();

    Remaining(LockState lock, long graceMillis, long now, long upForMillis, boolean hasMarker, boolean isQuiet) {
        this.lock = lock;
        this.graceMillis = graceMillis;
        this.now = now;
        this.upForMillis = upForMillis;
        this.hasMarker = hasMarker;
        this.isQuiet = isQuiet;
    }

    static FoundLeftovers of(LockState lock, long graceMillis, long now) {
        List<Leftover> stale = new ArrayList<>();
        Set<String> fresh = new HashSet<>();
        lock.holders.forEach((id, holder) -> {
            boolean isForgotten = holder.isForgotten(graceMillis, now);
            if (!isForgotten && !holder.isOver(now)) {
                fresh.add(id);
                return;
            }
            stale.add(new Leftover(
                    isForgotten ? StaleKind.UNTIL_RELEASED_LEASE : StaleKind.EXPIRED_LEASE,
                    id,
                    ServerParts.clientOf(holder.ownedBy(id)),
                    holder.tag,
                    isForgotten ? holder.heardMillis() : holder.expiryMillis));
        });
        lock.queue.byTicket().values().forEach(waiter -> {
            if (waiter.hasAsked(graceMillis, now) && waiter.askedMillis() > 0) {
                fresh.add(waiter.leaseId());
                return;
            }
            stale.add(new Leftover(
                    StaleKind.WAITER,
                    waiter.leaseId(),
                    ServerParts.clientOf(waiter.leaseId()),
                    waiter.tag(),
                    waiter.askedMillis()));
        });
        return new FoundLeftovers(stale, fresh);
    }

    Dropping drop(Leftover what) {
        return switch (what.kind()) {
            case UNTIL_RELEASED_LEASE, EXPIRED_LEASE -> holder(what.id());
            case WAITER -> waiter(what.id());
            default -> Dropping.KEPT;
        };
    }

    private Dropping holder(String id) {
        Holder holder = lock.holders.get(id);
        if (holder == null) {
            return Dropping.KEPT;
        }
        if (holder.isOver(now)) {
            lock.endOver(id);
            return Dropping.DROPPED;
        }
        if (!holder.isForgotten(graceMillis, now)) {
            return Dropping.KEPT;
        }
        if (isQuiet) {
            return Dropping.LATER;
        }
        return lock.collect(id, holder, hasMarker || upForMillis >= graceMillis, graceMillis, now)
                ? Dropping.DROPPED
                : Dropping.LATER;
    }

    private Dropping waiter(String id) {
        OptionalLong ticket = lock.queue.ticketOf(id);
        if (ticket.isEmpty()) {
            return Dropping.KEPT;
        }
        Waiter waiter = Objects.requireNonNull(lock.queue.byTicket().get(ticket.getAsLong()));
        if (waiter.askedMillis() == 0) {
            lock.queue.byTicket().put(ticket.getAsLong(), waiter.seen(now));
            return Dropping.LATER;
        }
        if (!waiter.isSilent(graceMillis, now)) {
            return Dropping.KEPT;
        }
        boolean isYoung = !hasMarker && upForMillis > 0 && upForMillis < graceMillis;
        if (isQuiet || isYoung) {
            return Dropping.LATER;
        }
        Holder reader = ticket.getAsLong() == WaitQueue.FRONT ? lock.holders.get(id) : null;
        dropped.add(new String[] {id, reader == null ? id : reader.ownedBy(id)});
        lock.queue.leave(ticket.getAsLong());
        return Dropping.DROPPED;
    }

    /** One that lives comes back at its place. */
    void tell(Post post) {
        dropped.forEach(waiter -> post.nudged(waiter[0], waiter[1]));
    }
}
