package dev.mortise.testkit.memory;

import dev.mortise.LockKind;
import dev.mortise.internal.store.Fencing;
import dev.mortise.internal.store.Shape;
import dev.mortise.internal.store.VoteReply;
import dev.mortise.internal.store.VoteRequest;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/**
 * A node's vote: one step, safe to repeat with the same token. Of those who wait, who asks first is served first, whatever
 * the queue says, as the queues of two nodes can differ; only readers let a writer pass that waits. Whoever has no place in
 * the queue lets those pass for a moment who were told.
 */
final class Voting {
    /*
     * Overview. Tokens come from clients, whose clocks differ from that of the node. lastToken is ahead of the largest that
     * was accepted by the lag that is allowed, and the clock is as good: so it can be forgotten when the clock has passed
     * it, as with tokens that the node issues, and a late copy of a vote that ended never makes a holder again.
     */
    private static final int VISITS = 104;

    private final LockState lock;
    private final VoteRequest request;
    private final Shape shape;
    private final long micros;
    private final long now;
    private final Post post;

    Voting(LockState lock, VoteRequest request, long micros, Post post) {
        this.lock = lock;
        this.request = request;
        this.shape = request.shape().inQuorum();
        this.micros = micros;
        this.now = micros / 1000;
        this.post = post;
    }

    /** As {@link Acquiring#run}. */
    VoteReply run(LongSupplier quietMillis) {
        if (lock.tombstone(request.leaseId(), now).isPresent()) {
            return new VoteReply.Stale();
        }
        lock.checkAhead(request.token(), micros);
        boolean over = lock.expire(now) > 0;
        Shape before = lock.shape;
        if (before != null && !before.equals(shape) && !lock.isIdle()) {
            if (over) {
                Settlement.settle(lock, "", quietMillis.getAsLong() > 0, micros, post);
            }
            return new VoteReply.WrongKind(before.encode());
        }
        if (!shape.equals(before)) {
            lock.shape = shape;
            lock.lastToken = lock.lastToken < micros ? 0 : lock.lastToken;
        }
        long quiet = quietMillis.getAsLong();
        VoteReply reply = quiet > 0 ? refused(new VoteReply.Quiet(quiet)) : decide();
        if (over && !(reply instanceof VoteReply.Given)) {
            Settlement.settle(lock, request.leaseId(), quiet > 0, micros, post);
        }
        return reply;
    }

    private VoteReply decide() {
        Holder mine = lock.holders.get(request.leaseId());
        long end = Holder.end(request.leaseMillis(), now);
        if (mine == null && (!lock.fits(shape, request.permits()) || letsWriterPass())) {
            return refused(held());
        }
        long kept = Nudging.keptMillis(lock, now);
        if (mine == null && kept > 0 && lock.queue.ticketOf(request.leaseId()).isEmpty()) {
            return refused(new VoteReply.Held(kept, false));
        }
        boolean again = mine != null && mine.token == request.token();
        if (!again && request.token() <= Math.max(lock.lastToken, micros) - Fencing.LAG) {
            return new VoteReply.Outbid(Math.max(lock.lastToken - Fencing.LAG, micros));
        }
        lock.lastToken = Math.max(lock.lastToken, request.token() + lock.block() - 1 + Fencing.LAG);
        if (mine == null) {
            mine = new Holder(request.permits(), request.token(), request.tag(), request.leaseMillis(), end)
                    .since(micros);
            lock.holders.put(request.leaseId(), mine);
            lock.queue.ticketOf(request.leaseId()).ifPresent(lock.queue::leave);
        } else {
            if (!again) {
                mine.become(mine.permits, request.token(), micros);
            }
            mine.extend(request.leaseMillis(), Math.max(mine.expiryMillis, end), now);
        }
        return new VoteReply.Given(lock.queue.size());
    }

    /** A writer that came before, or any if this reader does not wait yet; not far behind others, as one call looks only at some. */
    private boolean letsWriterPass() {
        if (shape.kind() != LockKind.READ_WRITE || request.permits() == shape.capacity()) {
            return false;
        }
        long ticket = lock.queue.ticketOf(request.leaseId()).orElse(Long.MAX_VALUE);
        return lock.queue.byTicket().headMap(ticket).values().stream()
                .limit(VISITS)
                .anyMatch(waiter -> waiter.permits() == shape.capacity() && Nudging.isFresh(waiter, now));
    }

    private VoteReply refused(VoteReply why) {
        if (!request.queue() || lock.holders.containsKey(request.leaseId())) {
            return why;
        }
        OptionalLong ticket = lock.queue.ticketOf(request.leaseId());
        if (ticket.isPresent()) {
            lock.queue
                    .byTicket()
                    .computeIfPresent(ticket.getAsLong(), (t, waiter) -> waiter.asked(request.leaseMillis(), now));
            return why;
        }
        if (lock.queue.size() >= request.maxWaiters()) {
            lock.queue.thin(Nudging.FRESH_MILLIS, now);
            lock.keptUntilMillis = lock.queue.isEmpty() ? 0 : lock.keptUntilMillis;
        }
        if (lock.queue.size() >= request.maxWaiters()) {
            return new VoteReply.QueueFull(lock.queue.size());
        }
        lock.queue.join(
                new Waiter(request.leaseId(), request.permits(), request.leaseMillis(), now, now, request.tag()));
        return why;
    }

    private VoteReply held() {
        long soonest = lock.soonestEnd();
        boolean ends = soonest != Holder.NEVER;
        return new VoteReply.Held(ends ? Math.max(1, soonest - now + 1) : 0, !lock.holders.isEmpty() && !ends);
    }

    /** Only a token up to that: a later round may have been given the vote since. After it the caller settles. */
    static boolean unvote(LockState lock, String leaseId, long token, long micros) {
        Holder mine = lock.live(leaseId, micros / 1000);
        if (lock.shape == null || !lock.shape.quorum() || mine == null || mine.token > token) {
            return false;
        }
        lock.end(leaseId);
        if (lock.queue.ticketOf(leaseId).isEmpty()) {
            long now = micros / 1000;
            lock.queue.join(new Waiter(leaseId, mine.permits, mine.leaseMillis, now, now, mine.tag));
        }
        return true;
    }
}
