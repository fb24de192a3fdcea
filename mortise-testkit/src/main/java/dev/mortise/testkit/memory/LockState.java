package dev.mortise.testkit.memory;

import dev.mortise.LockKind;
import dev.mortise.internal.store.Shape;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** All that a server knows of one lock. Guarded by its server. */
final class LockState {
    final Map<String, Holder> holders = new TreeMap<>();
    final Map<String, Tombstone> tombstones = new TreeMap<>();
    final WaitQueue queue;

    /** Agreed on by whoever uses the lock first; null while nobody does. */
    @Nullable
    Shape shape;

    /** No token up to this one is issued again. */
    long lastToken;

    LockState() {
        this(new WaitQueue());
    }

    private LockState(WaitQueue queue) {
        this.queue = queue;
    }

    /** Permits on record, also those of leases that are over and were not dropped yet. */
    long used() {
        return holders.values().stream().mapToLong(holder -> holder.permits).sum();
    }

    boolean fits(Shape as, long permits) {
        return used() + permits <= as.capacity();
    }

    boolean hasRoom() {
        return shape != null && used() < shape.capacity();
    }

    @Nullable
    Holder live(String leaseId, long now) {
        Holder holder = holders.get(leaseId);
        return holder == null || holder.isOver(now) ? null : holder;
    }

    Optional<Tombstone> tombstone(String leaseId, long now) {
        return Optional.ofNullable(tombstones.get(leaseId)).filter(stone -> stone.untilMillis() > now);
    }

    void bury(String leaseId, Tombstone stone, long now) {
        if (stone.untilMillis() > now) {
            tombstones.put(leaseId, stone);
        }
    }

    /** Drops the holders whose lease is over; answers how many. */
    int expire(long now) {
        int before = holders.size();
        holders.values().removeIf(holder -> holder.isOver(now));
        return before - holders.size();
    }

    /** Makes a lease a holder, with a token above {@code floor} and every earlier one. */
    long grant(Waiter wish, long expiryMillis, long floor, long micros) {
        lastToken = Math.max(Math.max(lastToken + 1, micros), floor + 1);
        holders.put(
                wish.leaseId(),
                new Holder(wish.permits(), lastToken, micros / 1000, wish.note(), wish.leaseMillis(), expiryMillis));
        return lastToken;
    }

    /** A semaphore in use gets another capacity; whoever waits for more than that leaves the queue. */
    boolean resize(long permits, long now) {
        if (shape == null || shape.kind() != LockKind.SEMAPHORE) {
            return false;
        }
        expire(now);
        if (isIdle()) {
            return false;
        }
        shape = new Shape(LockKind.SEMAPHORE, permits);
        queue.byTicket().values().removeIf(waiter -> waiter.permits() > permits);
        return true;
    }

    /** Whether somebody waits for it, or holds it by a lease that is not over. */
    boolean isUsed(long now) {
        return !queue.isEmpty() || holders.values().stream().anyMatch(holder -> !holder.isOver(now));
    }

    /** Nobody holds it or waits for it. Such a lock is forgotten, but for its tombstones. */
    boolean isIdle() {
        return holders.isEmpty() && queue.isEmpty();
    }

    /** Forgets what need not be known any more; answers whether nothing is left. */
    boolean tidy(long now) {
        tombstones.values().removeIf(stone -> stone.untilMillis() <= now);
        if (isIdle()) {
            shape = null;
            lastToken = 0;
            queue.reset();
        }
        return isIdle() && tombstones.isEmpty();
    }

    LockState copy() {
        LockState copy = new LockState(queue.copy());
        holders.forEach((id, holder) -> copy.holders.put(id, holder.copy()));
        copy.tombstones.putAll(tombstones);
        copy.shape = shape;
        copy.lastToken = lastToken;
        return copy;
    }

    /** One line per fact, in a fixed order. */
    String describe() {
        StringBuilder text = new StringBuilder();
        if (shape != null) {
            text.append("shape ").append(shape.encode());
            text.append(" token ").append(lastToken);
            text.append(" tickets ").append(queue.lastTicket()).append('\n');
        }
        holders.forEach((id, holder) -> text.append("holder ")
                .append(id)
                .append(" permits ")
                .append(holder.permits)
                .append(" lease ")
                .append(holder.leaseMillis)
                .append(" expiry ")
                .append(holder.isEndless() ? 0 : holder.expiryMillis)
                .append(" token ")
                .append(holder.token)
                .append(" renewals ")
                .append(holder.renewals)
                .append(" since ")
                .append(holder.sinceMillis)
                .append(" adoption ")
                .append(holder.adoptions == 0 ? "" : holder.adoptions + ":" + holder.adoptedBy)
                .append(" absent ")
                .append(holder.absentSinceMillis)
                .append(" note ")
                .append(holder.note)
                .append('\n'));
        queue.byTicket()
                .forEach((ticket, waiter) -> text.append("waiter ")
                        .append(ticket)
                        .append(" lease id ")
                        .append(waiter.leaseId())
                        .append(" permits ")
                        .append(waiter.permits())
                        .append(" lease ")
                        .append(waiter.leaseMillis())
                        .append(" since ")
                        .append(waiter.sinceMillis())
                        .append(" misses ")
                        .append(waiter.misses())
                        .append(" note ")
                        .append(waiter.note())
                        .append('\n'));
        tombstones.forEach((id, stone) -> text.append("tombstone ")
                .append(id)
                .append(" until ")
                .append(stone.untilMillis())
                .append(stone.forced().map(why -> " forced " + why).orElse(" withdrawn"))
                .append('\n'));
        return text.toString();
    }
}
