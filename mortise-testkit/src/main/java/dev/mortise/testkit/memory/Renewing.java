package dev.mortise.testkit.memory;

import dev.mortise.internal.store.Fencing;
import dev.mortise.internal.store.RenewReply;
import dev.mortise.internal.store.RenewRequest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Renew: extends a lease that is not over; takes one up again only where it may have been forgotten. */
final class Renewing {
    /** How far above its token those may go that a forgotten lease was given. */
    private static final long ISSUED = 16_384;

    private Renewing() {}

    static RenewReply renew(LockState lock, RenewRequest request, boolean quiet, long micros) {
        long now = micros / 1000;
        Holder holder = lock.live(request.leaseId(), now);
        // A record from before the latest grant of this lease, as after an upgrade that the server forgot.
        boolean behind = quiet && holder != null && holder.token < request.token();
        if (holder != null && !behind) {
            long end = Holder.end(request.leaseMillis(), now);
            holder.extend(request.leaseMillis(), request.mayShorten() ? end : Math.max(end, holder.expiryMillis), now);
            return new RenewReply.Renewed(!lock.queue.isEmpty());
        }
        Optional<Tombstone> stone = lock.tombstone(request.leaseId(), now);
        if (stone.isPresent()) {
            return stone.get().forced().<RenewReply>map(RenewReply.Forced::new).orElseGet(RenewReply.Lost::new);
        }
        if (quiet && reinstall(lock, request, micros)) {
            return new RenewReply.Renewed(!lock.queue.isEmpty());
        }
        return new RenewReply.Lost();
    }

    /**
     * The server may have forgotten this grant, or its renewals. It displaces leases of lower tokens, lowest first, as
     * far as it must: if both were granted, those are over.
     */
    private static boolean reinstall(LockState lock, RenewRequest request, long micros) {
        long now = micros / 1000;
        if (lock.shape != null && !lock.shape.equals(request.shape()) || lock.isAhead(request.token(), micros)) {
            return false;
        }
        long used = 0;
        List<String> displaced = new ArrayList<>();
        List<Map.Entry<String, Holder>> lower = new ArrayList<>();
        for (Map.Entry<String, Holder> entry : lock.holders.entrySet()) {
            if (entry.getKey().equals(request.leaseId())) {
                displaced.add(entry.getKey());
            } else if (!entry.getValue().isOver(now)) {
                used += entry.getValue().permits;
                if (entry.getValue().token < request.token()) {
                    lower.add(entry);
                }
            }
        }
        lower.sort(Comparator.comparingLong(entry -> entry.getValue().token));
        for (Map.Entry<String, Holder> entry : lower) {
            if (used + request.permits() > request.shape().capacity()) {
                used -= entry.getValue().permits;
                displaced.add(entry.getKey());
            }
        }
        if (used + request.permits() > request.shape().capacity()) {
            return false;
        }
        lock.expire(now);
        displaced.forEach(lock::end);
        lock.queue.ticketOf(request.leaseId()).ifPresent(lock.queue::leave);
        lock.shape = request.shape();
        long lag = request.shape().quorum() ? Fencing.LAG : 0;
        lock.lastToken = Math.max(Math.max(lock.lastToken, request.token() + ISSUED + lag), micros);
        long expiry = Holder.end(request.leaseMillis(), now);
        lock.holders.put(
                request.leaseId(),
                new Holder(request.permits(), request.token(), request.tag(), request.leaseMillis(), expiry)
                        .since(micros));
        return true;
    }
}
