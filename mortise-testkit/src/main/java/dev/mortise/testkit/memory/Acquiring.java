package dev.mortise.testkit.memory;

import dev.mortise.internal.store.AcquireReply;
import dev.mortise.internal.store.AcquireRequest;
import dev.mortise.internal.store.Shape;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/** Acquire, poll, claim and retry: one step, safe to repeat with the same lease id. */
final class Acquiring {
    /** How often a waiter whom no message reaches is to ask, ms. */
    private static final long DEAF_POLL = 250;

    /** When a lease ends the first looks, and then one after the other, as those before may be gone. */
    private static final long STEP_MILLIS = 25;

    private static final long SOON_MILLIS = 4000;

    private final LockState lock;
    private final AcquireRequest request;
    private final boolean deaf;
    private final long micros;
    private final long now;
    private final Post post;

    Acquiring(LockState lock, AcquireRequest request, boolean deaf, long micros, Post post) {
        this.lock = lock;
        this.request = request;
        this.deaf = deaf;
        this.micros = micros;
        this.now = micros / 1000;
        this.post = post;
    }

    /**
     * Decides.
     *
     * @param quietMillis asked only when the answer depends on it: asking may begin a quiet period
     */
    AcquireReply run(LongSupplier quietMillis) {
        if (lock.tombstone(request.leaseId(), now).isPresent()) {
            return new AcquireReply.Stale();
        }
        lock.checkAhead(request.floor(), micros);
        Holder mine = lock.live(request.leaseId(), now);
        boolean known = mine != null || lock.queue.ticketOf(request.leaseId()).isPresent();
        if (lock.shape != null && !known && !lock.shape.equals(request.shape())) {
            if (lock.isUsed(now)) {
                return new AcquireReply.WrongKind(lock.shape.encode());
            }
            lock.expire(now);
            lock.shape = null;
        }
        if (lock.shape == null) {
            lock.shape = request.shape();
        }
        if (mine != null) {
            mine.extend(
                    request.leaseMillis(), Math.max(mine.expiryMillis, Holder.end(request.leaseMillis(), now)), now);
            long token = mine.token;
            if (!lock.queue.isEmpty() && lock.hasRoom()) {
                // What an earlier call left to be handed on.
                Settlement.settle(lock, "", quietMillis.getAsLong() > 0, micros, post);
            }
            return granted(token);
        }
        if (standsBehindOthers() && !isFull()) {
            return new AcquireReply.Queued(join(0), lock.queue.size(), 0, hasNoExpiry(), lock.lastToken);
        }
        long quiet = quietMillis.getAsLong();
        Shape shape = lock.shape;
        if (asksTooMuch(shape)) {
            lock.queue.ticketOf(request.leaseId()).ifPresent(lock.queue::leave);
            Settlement.settle(lock, "", quiet > 0, micros, post);
            return new AcquireReply.WrongKind(shape.encode());
        }
        takePlace();
        boolean polls = lock.queue.ticketOf(request.leaseId()).isPresent();
        Settlement.Outcome settled = lock.expire(now) > 0 || lock.hasRoom() || polls
                ? Settlement.settle(lock, polls ? request.leaseId() : "", quiet > 0, micros, post)
                : Settlement.Outcome.NOTHING;
        if (settled.token().isPresent()) {
            return granted(settled.token().getAsLong());
        }
        OptionalLong ticket = lock.queue.ticketOf(request.leaseId());
        boolean free = quiet == 0 && !settled.blocked() && lock.fits(request.shape(), request.permits());
        if (ticket.isEmpty() && free) {
            return granted(lock.grant(waiter(now), Holder.end(request.leaseMillis(), now), request.floor(), micros));
        }
        if (!request.queue()) {
            return quiet > 0 ? new AcquireReply.Quiet(quiet) : new AcquireReply.Busy(hasNoExpiry());
        }
        if (ticket.isEmpty() && isFull()) {
            lock.queue.thin(Waiter.SILENT_MILLIS, now);
            if (isFull()) {
                return full();
            }
        }
        long place = ticket.isPresent() ? ticket.getAsLong() : join(now);
        return queued(place, lock.queue.place(place), quiet, settled.more());
    }

    /** The capacity was made less while it waited. */
    private boolean asksTooMuch(Shape shape) {
        return lock.queue.byTicket().values().stream()
                .anyMatch(waiter -> waiter.leaseId().equals(request.leaseId()) && waiter.permits() > shape.capacity());
    }

    /** Of a lock that nobody uses. */
    static long grantFree(LockState lock, AcquireRequest request, long micros) {
        long now = micros / 1000;
        Waiter waiter = new Waiter(request.leaseId(), request.permits(), request.leaseMillis(), now, 0, request.tag());
        lock.shape = request.shape();
        return lock.grant(waiter, Holder.end(request.leaseMillis(), now), request.floor(), micros);
    }

    /** There is nothing to decide then: the head of the queue watches the clock, and only its owner re-uses a ticket. */
    private boolean standsBehindOthers() {
        return request.queue()
                && !deaf
                && request.ticket() == 0
                && !lock.queue.isEmpty()
                && lock.queue.ticketOf(request.leaseId()).isEmpty()
                && lock.used() >= request.shape().capacity();
    }

    /** A poll freshens its waiter; a waiter that had to leave takes its ticket again, unless it went to another. */
    private void takePlace() {
        OptionalLong ticket = lock.queue.ticketOf(request.leaseId());
        if (ticket.isPresent()) {
            mark(micros);
            lock.queue
                    .byTicket()
                    .computeIfPresent(
                            ticket.getAsLong(),
                            (t, waiter) -> deaf
                                    ? waiter.polled(request.leaseMillis(), now).trusted(now)
                                    : waiter.polled(request.leaseMillis(), now));
        } else if (request.queue() && request.ticket() > 0 && !lock.queue.isTaken(request.ticket())) {
            mark(micros);
            lock.announce(post);
            lock.queue.rejoin(request.ticket(), waiter(now));
        }
    }

    private long join(long since) {
        mark(since == 0 ? 0 : micros);
        lock.announce(post);
        return lock.queue.join(waiter(since));
    }

    /**
     * Whatever this waiter is granted later has a greater token than anything it, or the clock, has seen by now. Nobody
     * gets the mark itself, so that tokens given back are above it.
     */
    private void mark(long clock) {
        lock.lastToken = Math.max(lock.lastToken + 1, Math.max(request.floor(), clock));
    }

    private Waiter waiter(long since) {
        Waiter waiter =
                new Waiter(request.leaseId(), request.permits(), request.leaseMillis(), since, since, request.tag());
        return deaf ? waiter.trusted(now) : waiter;
    }

    private boolean isFull() {
        return lock.queue.size() >= request.maxWaiters();
    }

    private AcquireReply full() {
        return new AcquireReply.QueueFull(lock.queue.size());
    }

    private AcquireReply granted(long token) {
        return new AcquireReply.Granted(token, lock.queue.size());
    }

    private AcquireReply queued(long ticket, long place, long quiet, boolean more) {
        long soonest = lock.soonestEnd();
        boolean ends = soonest != Holder.NEVER;
        long after = 0;
        if (quiet > 0) {
            after = quiet + 1;
        } else if (more) {
            after = 1;
        } else if (ends) {
            long look = Math.max(1, soonest - now + 1) + STEP_MILLIS * (place - 1);
            after = place == 1 || look <= SOON_MILLIS ? look : 0;
        }
        if (deaf) {
            after = Math.min(after > 0 ? after : DEAF_POLL, DEAF_POLL);
        }
        return new AcquireReply.Queued(ticket, place, after, hasNoExpiry(), lock.lastToken);
    }

    private boolean hasNoExpiry() {
        return !lock.holders.isEmpty() && lock.soonestEnd() == Holder.NEVER;
    }
}
