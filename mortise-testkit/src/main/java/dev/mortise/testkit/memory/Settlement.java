package dev.mortise.testkit.memory;

import dev.mortise.internal.store.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who holds the lock next: one call of it ends every operation. What is free goes to the head of the queue, in order,
 * until one does not fit; those whose client nobody can reach are passed over.
 */
final class Settlement {
    /*
     * Overview. In two rounds, because a step on the server first writes all it decides and then speaks: the first makes
     * holders of as many as fit, tells them, and takes back what nobody heard. If that happens the second one asks of
     * each client first whether anybody listens. The clients that were not heard are out for the rest of the call, with
     * all their waiters. Each waiter that is passed over so counts as older, once a call. Who has not asked for long
     * leaves the queue, and is told to ask: if it lives it comes back at its place. The caller needs no message.
     */
    private static final long CLAIM_MILLIS = 5000;

    /** One call looks at no more waiters, and grants no more: the next one, which is asked for, goes on. */
    private static final int VISITS = 104;

    private static final int GRANTS = 16;

    private final LockState lock;
    private final String caller;
    private final long micros;
    private final Post post;
    private final Map<String, Boolean> unreachable = new HashMap<>();
    private final Set<String> missed = new HashSet<>();
    private OptionalLong callersToken = OptionalLong.empty();
    private boolean blocked;
    private boolean more;
    private int visits = VISITS;
    private int grantsLeft = GRANTS;
    private @Nullable First first;

    private Settlement(LockState lock, String caller, long micros, Post post) {
        this.lock = lock;
        this.caller = caller;
        this.micros = micros;
        this.post = post;
    }

    /**
     * Drops what is over and, unless it is quiet, hands on; or, on a node of a quorum, only tells those whose turn it is.
     *
     * @param caller lease id of the waiter who asks, or ""; it is not told
     */
    static Outcome settle(LockState lock, String caller, boolean quiet, long micros, Post post) {
        lock.expire(micros / 1000);
        if (lock.shape != null && lock.shape.quorum()) {
            if (!quiet) {
                Nudging.nudge(lock, lock.shape, caller, micros / 1000, post);
            }
            return Outcome.NOTHING;
        }
        Settlement settlement = new Settlement(lock, caller, micros, post);
        if (!quiet && lock.shape != null) {
            settlement.handOn(lock.shape);
        }
        return new Outcome(
                settlement.callersToken, settlement.blocked, settlement.more, Optional.ofNullable(settlement.first));
    }

    private void handOn(Shape shape) {
        if (!tell(choose(shape))) {
            tell(choose(shape));
        }
        if (more && first != null && (caller.isEmpty() || callersToken.isPresent())) {
            post.nudged(first.leaseId, first.owner);
        }
    }

    private List<Grant> choose(Shape shape) {
        List<Grant> grants = new ArrayList<>();
        List<Grant> silent = new ArrayList<>();
        blocked = false;
        first = null;
        boolean wasFull = !lock.hasRoom();
        for (Map.Entry<Long, Waiter> entry : List.copyOf(lock.queue.byTicket().entrySet())) {
            long ticket = entry.getKey();
            Waiter waiter = entry.getValue();
            boolean mine = waiter.leaseId().equals(caller);
            if (!lock.hasRoom() && !wasFull) {
                blocked = true;
                break;
            }
            Holder reader = ticket == WaitQueue.FRONT ? lock.holders.get(waiter.leaseId()) : null;
            String owner = reader == null ? waiter.leaseId() : reader.ownedBy(waiter.leaseId());
            if (visits == 0 || grantsLeft == 0) {
                more = true;
                blocked = true;
                first = new First(ticket, waiter.leaseId(), owner);
                break;
            }
            visits--;
            if (!mine && isSilent(waiter) || waiter.permits() > shape.capacity()) {
                lock.queue.leave(ticket);
                silent.add(new Grant(ticket, waiter, owner, 0, 0, null));
                continue;
            }
            if (!mine && !waiter.isTrusted(millis()) && isGone(owner)) {
                if (missed.add(waiter.leaseId())) {
                    lock.queue.leave(ticket);
                    keep(ticket, waiter.missed(millis()));
                }
                continue;
            }
            if (!lock.fits(shape, waiter.permits())) {
                if (waiter.askedMillis() == 0) {
                    lock.queue.see(ticket, millis());
                }
                blocked = true;
                first = new First(ticket, waiter.leaseId(), owner);
                break;
            }
            grantsLeft--;
            lock.queue.leave(ticket);
            long claim = mine ? waiter.leaseMillis() : claim(waiter);
            long end = Holder.end(claim, millis());
            Holder before = reader == null ? null : reader.copy();
            long token = reader == null
                    ? lock.grant(waiter, end, 0, micros)
                    : lock.promote(reader, shape.capacity(), waiter.leaseMillis(), end, 0, micros);
            grants.add(new Grant(ticket, waiter, owner, token, claim, before));
        }
        silent.forEach(gone -> post.nudged(gone.waiter.leaseId(), gone.owner));
        return grants;
    }

    /** A lock that nobody has let go just now is not given to who would have asked for it by now. */
    private boolean isSilent(Waiter waiter) {
        return waiter.isSilent(lock.wasLeft() ? CLAIM_MILLIS : Waiter.SILENT_MILLIS, millis());
    }

    /** Asked only when somebody was not heard in this call. */
    private boolean isGone(String owner) {
        return !unreachable.isEmpty()
                && unreachable.computeIfAbsent(InMemoryServer.clientOf(owner), client -> !post.reaches(client));
    }

    private long millis() {
        return micros / 1000;
    }

    /** Answers whether all were heard. */
    private boolean tell(List<Grant> grants) {
        boolean allHeard = true;
        for (Grant grant : grants) {
            Waiter waiter = grant.waiter;
            String client = InMemoryServer.clientOf(grant.owner);
            if (waiter.leaseId().equals(caller)) {
                callersToken = OptionalLong.of(grant.token);
            } else if ((unreachable.getOrDefault(client, false)
                            || !post.granted(
                                    waiter.leaseId(), grant.owner, grant.token, grant.claimMillis, lock.queue.size()))
                    && !waiter.isTrusted(millis())) {
                unreachable.put(client, true);
                missed.add(waiter.leaseId());
                takeBack(grant);
                allHeard = false;
            }
        }
        return allHeard;
    }

    private void takeBack(Grant grant) {
        if (grant.before == null) {
            lock.holders.remove(grant.waiter.leaseId());
        } else {
            lock.holders.put(grant.waiter.leaseId(), grant.before);
        }
        lock.giveBack(grant.token, grant.token - 1);
        keep(grant.ticket, grant.waiter.missed(millis()));
    }

    private void keep(long ticket, Waiter waiter) {
        if (!waiter.isSilent(Waiter.SILENT_MILLIS, millis())) {
            lock.queue.rejoin(ticket, waiter);
        }
    }

    private static long claim(Waiter waiter) {
        return waiter.leaseMillis() == 0 ? CLAIM_MILLIS : Math.min(waiter.leaseMillis(), CLAIM_MILLIS);
    }

    /** {@code before}: the reader that became the writer, as it was. */
    private record Grant(
            long ticket,
            Waiter waiter,
            String owner,
            long token,
            long claimMillis,
            @Nullable Holder before) {}

    /** Who stands first in the queue, and waits on. */
    private record First(long ticket, String leaseId, String owner) {}

    /**
     * What the caller may know.
     *
     * @param token the caller's, if its turn had come
     * @param blocked whether somebody who can be reached waits and does not fit, so that nobody may pass
     * @param more whether work is left for the next call
     */
    record Outcome(OptionalLong token, boolean blocked, boolean more, Optional<First> first) {
        /** Nobody is granted anything. */
        static final Outcome NOTHING = new Outcome(OptionalLong.empty(), true, false, Optional.empty());

        /** Whoever is first in place of that ticket does not know yet when the leases of those who hold end. */
        void tellIfAfter(OptionalLong ticket, Post post) {
            first.filter(next -> !more && ticket.isPresent() && ticket.getAsLong() < next.ticket)
                    .ifPresent(next -> post.nudged(next.leaseId, next.owner));
        }
    }
}
