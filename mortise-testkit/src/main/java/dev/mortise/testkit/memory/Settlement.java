package dev.mortise.testkit.memory;

import dev.mortise.internal.store.Shape;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who holds the lock next: one call of it ends every operation. What is free goes to the head of the queue, in order,
 * until one does not fit; those whose client nobody can reach are passed over.
 */
final class Settlement {
    /*
     * Overview. In rounds, because a step on the server first writes all it decides and then speaks: a round makes
     * holders of as many as fit, tells them, and takes back what nobody heard. The clients that were not heard are out
     * for the rest of the call, with all their waiters, so that the next round comes to those behind them. Each waiter
     * that is passed over so counts one miss a call; after three its ticket is free. The caller needs no message.
     */
    private static final long CLAIM_MILLIS = 5000;
    private static final int ROUNDS = 8;

    private final LockState lock;
    private final String caller;
    private final long micros;
    private final Post post;
    private final Set<String> unreachable = new HashSet<>();
    private final Set<String> missed = new HashSet<>();
    private OptionalLong callersToken = OptionalLong.empty();
    private boolean blocked;

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
            return new Outcome(OptionalLong.empty(), true);
        }
        Settlement settlement = new Settlement(lock, caller, micros, post);
        if (!quiet && lock.shape != null) {
            settlement.handOn(lock.shape);
        }
        return new Outcome(settlement.callersToken, settlement.blocked);
    }

    private void handOn(Shape shape) {
        boolean again = true;
        for (int round = 0; again && round < ROUNDS; round++) {
            again = !tell(choose(shape));
        }
    }

    private List<Grant> choose(Shape shape) {
        List<Grant> grants = new ArrayList<>();
        blocked = false;
        for (Map.Entry<Long, Waiter> entry : List.copyOf(lock.queue.byTicket().entrySet())) {
            long ticket = entry.getKey();
            Waiter waiter = entry.getValue();
            boolean mine = waiter.leaseId().equals(caller);
            if (!lock.hasRoom()) {
                blocked = true;
                break;
            }
            Holder reader = ticket == WaitQueue.FRONT ? lock.holders.get(waiter.leaseId()) : null;
            String owner = reader == null ? waiter.leaseId() : reader.ownedBy(waiter.leaseId());
            if (unreachable.contains(InMemoryServer.clientOf(owner)) && !mine && !waiter.isTrusted(micros / 1000)) {
                if (missed.add(waiter.leaseId())) {
                    lock.queue.leave(ticket);
                    keep(ticket, waiter.missed());
                }
                continue;
            }
            if (!lock.fits(shape, waiter.permits())) {
                blocked = true;
                break;
            }
            lock.queue.leave(ticket);
            long claim = mine ? waiter.leaseMillis() : claim(waiter);
            long end = Holder.end(claim, micros / 1000);
            Holder before = reader == null ? null : reader.copy();
            long token = reader == null
                    ? lock.grant(waiter, end, 0, micros)
                    : lock.promote(reader, shape.capacity(), waiter.leaseMillis(), end, 0, micros);
            grants.add(new Grant(ticket, waiter, owner, token, claim, before));
        }
        return grants;
    }

    /** Answers whether all were heard. */
    private boolean tell(List<Grant> grants) {
        boolean allHeard = true;
        for (Grant grant : grants) {
            Waiter waiter = grant.waiter;
            String client = InMemoryServer.clientOf(grant.owner);
            if (waiter.leaseId().equals(caller)) {
                callersToken = OptionalLong.of(grant.token);
            } else if ((unreachable.contains(client)
                            || !post.granted(
                                    waiter.leaseId(), grant.owner, grant.token, grant.claimMillis, lock.queue.size()))
                    && !waiter.isTrusted(micros / 1000)) {
                unreachable.add(client);
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
        keep(grant.ticket, grant.waiter.missed());
    }

    private void keep(long ticket, Waiter waiter) {
        if (!waiter.isGivenUp()) {
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

    /**
     * What the caller may know.
     *
     * @param token the caller's, if its turn had come
     * @param blocked whether somebody who can be reached waits and does not fit, so that nobody may pass
     */
    record Outcome(OptionalLong token, boolean blocked) {}
}
