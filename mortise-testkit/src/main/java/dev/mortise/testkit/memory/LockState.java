package dev.mortise.testkit.memory;

import dev.mortise.LockKind;
import dev.mortise.internal.store.ExactHold;
import dev.mortise.internal.store.Fencing;
import dev.mortise.internal.store.Shape;
import dev.mortise.internal.store.StoreException;
import dev.mortise.internal.store.StoreException.Effect;
import dev.mortise.internal.store.Tag;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** All that a server knows of one lock. Guarded by its server. */
final class LockState {
    private static final long MOST_AHEAD = TimeUnit.DAYS.toMicros(1);

    final Map<String, Holder> holders = new TreeMap<>();
    final Map<String, Tombstone> tombstones = new TreeMap<>();
    final WaitQueue queue;

    /** Clients that want to know when somebody waits, in the order of asking; only while nobody does. */
    final Set<String> curious = new LinkedHashSet<>();

    /** Agreed on by whoever uses the lock first; null while nobody does. */
    @Nullable
    Shape shape;

    /** No token up to this one is issued again. */
    long lastToken;

    /** Of a node of a quorum: until when it is kept for those who were told that it is free, ms. */
    long keptUntilMillis;

    /** Whether permits were free before this step. */
    private boolean wasIdle;

    /** Whether a lease was found to be over in this step. */
    private boolean hasExpired;

    LockState() {
        this(new WaitQueue());
    }

    private LockState(WaitQueue queue) {
        this.queue = queue;
    }

    /** To be called before each step. */
    void begin() {
        wasIdle = hasRoom();
        hasExpired = false;
    }

    /** Whether what is free now was not let go by its holder: then nobody hands it on who would wait for that. */
    boolean wasLeft() {
        return wasIdle || hasExpired;
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

    /** Whether that hold is on record like that, and not over. */
    boolean has(ExactHold hold, long now) {
        Holder holder = live(hold.leaseId(), now);
        return holder != null && holder.token == hold.token();
    }

    /** When the first of the leases ends, or never. */
    long soonestEnd() {
        return holders.values().stream()
                .mapToLong(holder -> holder.expiryMillis)
                .min()
                .orElse(Holder.NEVER);
    }

    Optional<Tombstone> tombstone(String leaseId, long now) {
        return Optional.ofNullable(tombstones.get(leaseId)).filter(stone -> stone.untilMillis() > now);
    }

    void bury(String leaseId, Tombstone stone, long now) {
        if (stone.untilMillis() > now) {
            tombstones.put(leaseId, stone);
        }
    }

    /** A hold ends, and with it what it waits for. */
    @Nullable
    Holder end(String leaseId) {
        Holder ended = holders.remove(leaseId);
        if (ended != null) {
            queue.upgrade()
                    .filter(waiter -> waiter.leaseId().equals(leaseId))
                    .ifPresent(w -> queue.leave(WaitQueue.FRONT));
        }
        if (holders.isEmpty()) {
            curious.clear();
        }
        return ended;
    }

    /** A holder ends whose lease is over. */
    void endOver(String leaseId) {
        end(leaseId);
        hasExpired = true;
    }

    /**
     * A holder that is forgotten ends, or it is remembered that it was seen so.
     *
     * @param sure whether the server cannot have forgotten a renewal; if not, that must be seen twice
     * @return whether it has ended
     */
    boolean collect(String leaseId, Holder holder, boolean sure, long graceMillis, long now) {
        if (sure || holder.absentSinceMillis >= 0 && now - holder.absentSinceMillis >= graceMillis) {
            end(leaseId);
            return true;
        }
        if (holder.absentSinceMillis < 0) {
            holder.absentSinceMillis = now;
        }
        return false;
    }

    /** Drops the holders whose lease is over; answers how many. */
    int expire(long now) {
        List<String> over = holders.entrySet().stream()
                .filter(entry -> entry.getValue().isOver(now))
                .map(Map.Entry::getKey)
                .toList();
        over.forEach(this::end);
        hasExpired |= !over.isEmpty();
        return over.size();
    }

    /**
     * A token from outside may raise what is on record, but not to more than a day ahead of the clock.
     *
     * @throws StoreException when it would
     */
    void checkAhead(long token, long micros) {
        if (isAhead(token, micros)) {
            throw new StoreException(
                    Effect.REFUSED,
                    "MORTISE_AHEAD a fencing token is more than a day ahead of the clock of the server",
                    null);
        }
    }

    boolean isAhead(long token, long micros) {
        return token > Math.max(lastToken, micros) + MOST_AHEAD;
    }

    /** The next tokens; answers the first. */
    long issue(long count, long floor, long micros) {
        long token = Math.max(Math.max(lastToken + 1, micros), floor + 1);
        lastToken = token + count - 1;
        return token;
    }

    /** How many tokens come with a grant. */
    long block() {
        return shape != null && shape.kind() == LockKind.SEMAPHORE ? 1 : Fencing.BLOCK;
    }

    /** As far as anybody knows of tokens: those that are for clocks behind this one are not counted. */
    long lastIssued() {
        return shape == null ? 0 : shape.quorum() ? Math.max(0, lastToken - Fencing.LAG) : lastToken;
    }

    /** Those above {@code last} of the block of that token were not used; none was issued after it, or they stay. */
    void giveBack(long token, long last) {
        if (lastToken == token + block() - 1) {
            lastToken = Math.min(lastToken, last);
        }
    }

    /** The only reader becomes the writer; answers its token. */
    long promote(Holder reader, long capacity, long leaseMillis, long expiryMillis, long floor, long micros) {
        reader.become(capacity, issue(block(), floor, micros), micros);
        reader.extend(leaseMillis, Math.max(reader.expiryMillis, expiryMillis), micros / 1000);
        return reader.token;
    }

    /** Somebody is about to wait: those who asked for it hear of that, once. */
    void announce(Post post) {
        if (queue.isEmpty()) {
            curious.forEach(post::contended);
            curious.clear();
        }
    }

    /** Makes a lease a holder, with a token above {@code floor} and every earlier one. */
    long grant(Waiter waiter, long expiryMillis, long floor, long micros) {
        long token = issue(block(), floor, micros);
        holders.put(
                waiter.leaseId(),
                new Holder(waiter.permits(), token, waiter.tag(), waiter.leaseMillis(), expiryMillis).since(micros));
        return token;
    }

    /** A semaphore in use gets another capacity; whoever waits for more than that leaves the queue when its turn comes. */
    boolean resize(long permits, long now) {
        if (shape == null || shape.kind() != LockKind.SEMAPHORE) {
            return false;
        }
        expire(now);
        if (isIdle()) {
            return false;
        }
        shape = new Shape(LockKind.SEMAPHORE, permits);
        return true;
    }

    /** Whether somebody waits for it, or holds it by a lease that is not over: a reader's wait to be the writer ends with that. */
    boolean isUsed(long now) {
        return !queue.byTicket().tailMap(WaitQueue.FRONT, false).isEmpty()
                || holders.values().stream().anyMatch(holder -> !holder.isOver(now));
    }

    /** Nobody holds it or waits for it. Such a lock is forgotten, but for its tombstones and tokens ahead of the clock. */
    boolean isIdle() {
        return holders.isEmpty() && queue.isEmpty();
    }

    /** Forgets what need not be known any more; answers whether nothing is left. */
    boolean tidy(long micros) {
        tombstones.values().removeIf(stone -> stone.untilMillis() <= micros / 1000);
        if (queue.isEmpty()) {
            keptUntilMillis = 0;
        }
        if (isIdle()) {
            shape = null;
            lastToken = lastToken < micros ? 0 : lastToken;
            queue.reset();
        }
        return isIdle() && tombstones.isEmpty() && lastToken == 0;
    }

    LockState copy() {
        LockState copy = new LockState(queue.copy());
        holders.forEach((id, holder) -> copy.holders.put(id, holder.copy()));
        copy.tombstones.putAll(tombstones);
        copy.shape = shape;
        copy.lastToken = lastToken;
        copy.keptUntilMillis = keptUntilMillis;
        copy.curious.addAll(curious);
        return copy;
    }

    /** One line per fact, in a fixed order. */
    String describe() {
        StringBuilder text = new StringBuilder();
        if (shape != null) {
            text.append("shape ").append(shape.encode());
            text.append(" token ").append(lastToken);
            text.append(" tickets ").append(queue.lastTicket()).append('\n');
        } else if (lastToken > 0) {
            text.append("token ").append(lastToken).append('\n');
        }
        if (keptUntilMillis > 0) {
            text.append("kept until ").append(keptUntilMillis).append('\n');
        }
        if (!curious.isEmpty()) {
            text.append("curious ").append(String.join(" ", curious)).append('\n');
        }
        holders.forEach((id, holder) -> text.append("holder ")
                .append(id)
                .append(" permits ")
                .append(holder.permits)
                .append(" lease ")
                .append(holder.leaseMillis)
                .append(" expiry ")
                .append(holder.hasNoExpiry() ? 0 : holder.expiryMillis)
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
                .append(" attempt ")
                .append(holder.firstAttempt)
                .append(" note ")
                .append(asStored(holder.tag))
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
                        .append(" asked ")
                        .append(waiter.askedMillis())
                        .append(" note ")
                        .append(asStored(waiter.tag()))
                        .append('\n'));
        tombstones.forEach((id, stone) -> text.append("tombstone ")
                .append(id)
                .append(" until ")
                .append(stone.untilMillis())
                .append(stone.forced().map(why -> " forced " + why).orElse(" withdrawn"))
                .append('\n'));
        return text.toString();
    }

    private static String asStored(Tag tag) {
        return tag.owner() + '\t' + tag.label();
    }
}
