package dev.mortise.testkit.memory;

import dev.mortise.LockKind;
import dev.mortise.internal.store.AcquireReply;
import dev.mortise.internal.store.AcquireRequest;
import java.util.Optional;
import java.util.function.LongSupplier;

/** A reader becomes the writer: at once if it is the only one, else before everybody else who waits. */
final class Upgrading {
    private final LockState lock;
    private final AcquireRequest request;
    private final long micros;
    private final long now;
    private final Post post;

    Upgrading(LockState lock, AcquireRequest request, long micros, Post post) {
        this.lock = lock;
        this.request = request;
        this.micros = micros;
        this.now = micros / 1000;
        this.post = post;
    }

    /** As {@link Acquiring#run}. */
    AcquireReply run(LongSupplier quietMillis) {
        if (lock.tombstone(request.leaseId(), now).isPresent()) {
            return new AcquireReply.Stale();
        }
        lock.checkAhead(request.floor(), micros);
        if (lock.shape != null && !lock.shape.equals(request.shape())) {
            return new AcquireReply.WrongKind(lock.shape.encode());
        }
        Holder mine = lock.live(request.leaseId(), now);
        if (mine == null || request.shape().kind() != LockKind.READ_WRITE) {
            return new AcquireReply.Stale();
        }
        if (request.ticket() < mine.firstAttempt) {
            return new AcquireReply.Busy(lock.soonestEnd() == Holder.NEVER);
        }
        long end = Holder.end(request.leaseMillis(), now);
        if (mine.permits == request.shape().capacity()) {
            mine.firstAttempt = request.ticket();
            mine.extend(request.leaseMillis(), Math.max(mine.expiryMillis, end), now);
            return granted(mine.token);
        }
        long quiet = quietMillis.getAsLong();
        lock.expire(now);
        if (quiet == 0 && lock.used() == mine.permits) {
            mine.firstAttempt = request.ticket();
            lock.queue.leave(WaitQueue.FRONT);
            return granted(lock.promote(
                    mine, request.shape().capacity(), request.leaseMillis(), end, request.floor(), micros));
        }
        Optional<Waiter> front = lock.queue.upgrade();
        boolean waits =
                front.map(waiter -> waiter.leaseId().equals(request.leaseId())).orElse(request.queue());
        if (waits) {
            mine.firstAttempt = request.ticket();
            takePlace(front, mine);
        }
        Settlement.settle(lock, "", quiet > 0, micros, post);
        if (waits) {
            return queued(quiet);
        }
        if (front.isPresent()) {
            return new AcquireReply.Conflict(front.get().tag());
        }
        return quiet > 0 ? new AcquireReply.Quiet(quiet) : new AcquireReply.Busy(lock.soonestEnd() == Holder.NEVER);
    }

    private void takePlace(Optional<Waiter> front, Holder mine) {
        lock.lastToken = Math.max(lock.lastToken + 1, Math.max(request.floor(), micros));
        lock.announce(post);
        Waiter waiter = front.map(before -> before.polled(request.leaseMillis(), now))
                .orElseGet(() -> new Waiter(
                        request.leaseId(),
                        request.shape().capacity() - mine.permits,
                        request.leaseMillis(),
                        now,
                        now,
                        request.tag()));
        lock.queue.rejoin(WaitQueue.FRONT, waiter);
    }

    private AcquireReply granted(long token) {
        return new AcquireReply.Granted(token, lock.queue.size());
    }

    private AcquireReply queued(long quiet) {
        long soonest = lock.soonestEnd();
        boolean ends = soonest != Holder.NEVER;
        long after = quiet > 0 ? quiet + 1 : ends ? Math.max(1, soonest - now + 1) : 0;
        return new AcquireReply.Queued(WaitQueue.FRONT, 1, after, !ends, lock.lastToken);
    }
}
