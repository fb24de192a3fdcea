package dev.mortise.internal.lease;

import dev.mortise.LeaseLoss;
import dev.mortise.LeaseLoss.Cause;
import dev.mortise.LockEvent;
import dev.mortise.Renewal;
import dev.mortise.internal.runtime.Time;
import dev.mortise.internal.store.Failure;
import dev.mortise.internal.store.LockStore;
import dev.mortise.internal.store.RenewReply;
import dev.mortise.internal.store.RenewRequest;
import dev.mortise.internal.store.StoreException;
import dev.mortise.internal.store.StoreException.Effect;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after every lease of one client: renews in batches what is due, finds what is over, abandoned or in danger. The
 * list is explicit: what is not on it is not kept alive.
 */
public final class Keeper {
    /*
     * One round on the timer thread walks over all leases, and is set for the next moment at which one of them needs
     * something. What will be due within a twelfth of its lease goes along, so that leases of one age share a request
     * and 10,000 of them cost 20 requests a period. A new lease moves the round forward only if it is due before it, so
     * short holds cost nothing here but an entry in a map. Losing a lease does not wait for this: whoever asks an
     * expired lease makes its loss.
     *
     * What is renewed is the hold; what it confirms holds for every lease that stands on it when the answer comes, also
     * for those that came after the request was sent.
     */
    private static final Logger log = LoggerFactory.getLogger(Keeper.class);

    /** The longest pause between two rounds while there are leases: a guard, nothing depends on it. */
    private static final long IDLE = TimeUnit.SECONDS.toNanos(10);

    private final LockStore store;
    private final Time time;
    private final EventDispatcher events;
    private final LeaseLimits limits;
    private final UnderWay underWay;
    private final ConcurrentMap<String, Hold> holds = new ConcurrentHashMap<>();
    private final ReentrantLock guard = new ReentrantLock();

    /** When the next round is set for. Written under {@link #guard}; read without it as a hint. */
    private volatile long nextRound = Long.MAX_VALUE;

    /** Guarded by {@link #guard}. */
    private Time.@Nullable Timer timer;

    public Keeper(LockStore store, Time time, EventDispatcher events, LeaseLimits limits, UnderWay underWay) {
        this.store = store;
        this.time = time;
        this.events = events;
        this.limits = limits;
        this.underWay = underWay;
    }

    /** From now on the lease is looked after. If that cannot be, this throws, and everything is as it was before. */
    public void add(LeaseState lease) {
        Hold hold = lease.hold();
        Hold former = holds.get(hold.id());
        try {
            follow(lease);
        } catch (RuntimeException | Error e) {
            hold.leases().remove(lease);
            if (former == null) {
                holds.remove(hold.id(), hold);
            } else {
                holds.replace(hold.id(), hold, former);
            }
            throw e;
        }
    }

    private void follow(LeaseState lease) {
        Hold hold = lease.hold();
        holds.put(hold.id(), hold);
        hold.leases().add(lease);
        LeaseLoss loss = hold.loss();
        if (loss == null) {
            roundAt(lease.renewal.next(lease.validUntil(), false));
        } else {
            lose(lease, loss.cause(), loss.detail());
        }
    }

    /** It ended otherwise. Its hold may go on. */
    public void remove(LeaseState lease) {
        lease.hold().leases().remove(lease);
    }

    /** It has left that hold for another one. */
    public void moved(LeaseState lease, Hold from) {
        from.leases().remove(lease);
        follow(lease);
        if (lease.hasEndedWell()) {
            remove(lease);
            forget(lease.hold());
        } else if (!lease.isLive()) {
            // Whoever lost it meanwhile looked for it on neither.
            reap(lease);
        }
    }

    /** Nothing will stand on this hold any more. */
    public void forget(Hold hold) {
        holds.remove(hold.id(), hold);
        underWay.less();
    }

    /** Whether nothing that the server has is of this client, as far as it stands on no release. */
    public boolean isEmpty() {
        return holds.isEmpty();
    }

    UnderWay underWay() {
        return underWay;
    }

    public boolean knows(String leaseId) {
        return holds.containsKey(leaseId);
    }

    public List<LeaseState> all() {
        return holds.values().stream().flatMap(hold -> hold.leases().stream()).toList();
    }

    /** The leases that stand on what the server knows by that id; none when it is not of this client. */
    public List<LeaseState> standingOn(String leaseId) {
        Hold hold = holds.get(leaseId);
        return hold == null ? List.of() : List.copyOf(hold.leases());
    }

    LeaseLimits limits() {
        return limits;
    }

    /** The server said that it was ended by force. */
    public void forced(String leaseId, String reason) {
        Hold hold = holds.get(leaseId);
        if (hold != null) {
            lose(hold, Cause.FORCED, reason);
        }
    }

    /**
     * Ends the lease for that reason, tells whoever wants to know, and cleans up on the server; completes when that is
     * done.
     */
    public CompletableFuture<?> lose(LeaseState lease, Cause cause, String detail) {
        lease.lose(cause, detail);
        return reap(lease);
    }

    private void lose(Hold hold, Cause cause, String detail) {
        hold.lost(new LeaseLoss(cause, detail));
        hold.leases().forEach(lease -> lose(lease, cause, detail));
    }

    /**
     * Renews now, by request of its holder.
     *
     * @param leaseNanos the lifetime from now; 0 = without expiry
     * @param exactly whether an earlier end than before is meant
     * @return true when renewed; false when the lease is lost; or a {@link StoreException}
     */
    public CompletableFuture<Boolean> renewNow(LeaseState lease, long leaseNanos, boolean exactly) {
        long base = time.nanos();
        boolean shorter = exactly && lease.isSole();
        Hold hold = lease.hold();
        if (shorter) {
            hold.shortens(leaseNanos);
        }
        CompletableFuture<RenewReply> answer =
                send(List.of(request(hold, lease, leaseNanos, shorter))).thenApply(Keeper::theKnown);
        answer.whenComplete((reply, failure) -> {
            if (shorter) {
                hold.shortened(failure == null || Failure.isHarmless(failure));
            }
            if (failure != null && lease.terms().renewal() == Renewal.ON) {
                time.schedule(0, () -> tryAgain(lease, failure));
            }
        });
        return answer.thenApply(reply -> {
            lease.countFrom(base);
            apply(hold, reply, base, leaseNanos, shorter);
            boolean kept = lease.isValid();
            if (kept) {
                time.schedule(0, () -> rescheduled(lease, base, leaseNanos));
            }
            return kept;
        });
    }

    /**
     * A lease without expiry is about to leave this client by ticket: from now on the server ends it if nobody adopts it in
     * time. Here it goes on as it was, and a renewal lifts that.
     *
     * @return as {@link #renewNow}
     */
    CompletableFuture<Boolean> limit(LeaseState lease, Hold own) {
        long base = time.nanos();
        return send(List.of(request(own, lease, Validity.TICKET_NANOS, true)))
                .thenApply(Keeper::theKnown)
                .thenApply(reply -> apply(own, reply, base, 0, false) && lease.isValid());
    }

    private static RenewReply theKnown(List<RenewReply> replies) {
        if (replies.get(0) instanceof RenewReply.Unknown without) {
            throw new StoreException(Effect.UNKNOWN, without.reason(), null);
        }
        return replies.get(0);
    }

    /** On the timer thread only. */
    private void tryAgain(LeaseState lease, Throwable failure) {
        lease.renewal.failed(reason(failure), time.nanos(), lease.leaseNanos());
        roundAt(lease.renewal.next(lease.validUntil(), false));
    }

    /** On the timer thread only. */
    private void rescheduled(LeaseState lease, long base, long leaseNanos) {
        lease.renewal.schedule(lease, base, lease.hold().surely(leaseNanos));
        roundAt(lease.renewal.next(lease.validUntil(), false));
    }

    private void roundAt(long when) {
        if (when >= nextRound) {
            return;
        }
        guard.lock();
        try {
            if (when >= nextRound) {
                return;
            }
            // If this throws, the round that was set before is still to come.
            Time.Timer next = time.schedule(when - time.nanos(), this::round);
            if (timer != null) {
                timer.cancel();
            }
            nextRound = when;
            timer = next;
        } finally {
            guard.unlock();
        }
    }

    /** On the timer thread only. */
    private void round() {
        guard.lock();
        try {
            nextRound = Long.MAX_VALUE;
            timer = null;
        } finally {
            guard.unlock();
        }
        long now = time.nanos();
        long next = now + IDLE;
        try {
            List<Hold> due = new ArrayList<>();
            for (Hold hold : holds.values()) {
                boolean isDue = false;
                for (LeaseState lease : hold.leases()) {
                    isDue |= look(lease, now);
                }
                if (isDue && !hold.renewing && !hold.isLeaving()) {
                    hold.renewing = true;
                    due.add(hold);
                }
                next = Math.min(next, next(hold, now));
            }
            for (int from = 0; from < due.size(); from += store.renewBatch()) {
                renew(List.copyOf(due.subList(from, Math.min(due.size(), from + store.renewBatch()))));
            }
        } finally {
            if (!holds.isEmpty()) {
                roundAt(next);
            }
        }
    }

    /** One that has ended meanwhile, but was not reaped, is looked at again at once. */
    private static long next(Hold hold, long now) {
        long next = Long.MAX_VALUE;
        boolean notNow = hold.renewing || hold.isLeaving();
        for (LeaseState lease : hold.leases()) {
            next = Math.min(next, lease.isLive() ? lease.renewal.next(lease.validUntil(), notNow) : now);
        }
        return next;
    }

    /** A store that fails at once fails like any other. */
    private CompletableFuture<List<RenewReply>> send(List<RenewRequest> requests) {
        try {
            return store.renew(requests);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** Whether it is to be renewed now. */
    private boolean look(LeaseState lease, long now) {
        if (!lease.isValid()) {
            reap(lease);
            return false;
        }
        if (lease.terms().threadBound() && !lease.terms().acquirer().isAlive()) {
            log.warn(
                    "The thread that holds lock '{}' has ended without unlocking it; its lease is not renewed any more",
                    lease.terms().lock());
            lease.renewal.stop();
            return false;
        }
        if (lease.isAbandoned()) {
            leaked(lease);
            return false;
        }
        if (lease.renewal.isDangerous(now)) {
            lease.renewal.dangerReported();
            if (lease.endanger()) {
                Duration left = Duration.ofNanos(lease.remaining());
                log.warn(
                        "Lock '{}' is in danger: not renewed in time, {} ms left",
                        lease.terms().lock(),
                        left.toMillis());
                events.emit(() -> new LockEvent.RenewalOverdue(lease.terms().lock(), lease.token(), left));
            }
        }
        return lease.renewal.isDue(now, lease.leaseNanos() / 12);
    }

    private void renew(List<Hold> batch) {
        long base = time.nanos();
        List<Hold> sent = new ArrayList<>(batch.size());
        List<Long> worths = new ArrayList<>(batch.size());
        List<RenewRequest> requests = new ArrayList<>(batch.size());
        for (Hold hold : batch) {
            LeaseState longest = longest(hold, base);
            if (longest == null) {
                hold.renewing = false;
            } else {
                long worth = worth(longest, base);
                sent.add(hold);
                worths.add(worth);
                requests.add(request(hold, longest, worth, false));
            }
        }
        if (sent.isEmpty()) {
            return;
        }
        send(requests).whenComplete((answered, failure) -> {
            List<Optional<String>> unknown = new ArrayList<>(sent.size());
            int lost = 0;
            for (int i = 0; i < sent.size(); i++) {
                RenewReply reply = failure == null ? answered.get(i) : new RenewReply.Unknown(reason(failure));
                if (reply instanceof RenewReply.Unknown without) {
                    unknown.add(Optional.of(without.reason()));
                } else {
                    unknown.add(Optional.empty());
                    lost += apply(sent.get(i), reply, base, worths.get(i), false) ? 0 : 1;
                }
            }
            if (failure == null) {
                int lostInAll = lost;
                Duration roundTrip = Duration.ofNanos(time.nanos() - base);
                events.emit(() -> new LockEvent.Renewed("", sent.size(), lostInAll, roundTrip));
            }
            time.schedule(0, () -> answered(sent, worths, base, unknown));
        });
    }

    /** The lease on it that needs the longest lifetime; null when none stands on it any more. */
    private @Nullable LeaseState longest(Hold hold, long now) {
        LeaseState longest = null;
        for (LeaseState lease : hold.leases()) {
            if (longest == null || lease.leaseNanos() == 0 || worth(lease, now) > worth(longest, now)) {
                longest = lease;
            }
        }
        return longest;
    }

    /** On the timer thread only. */
    private void answered(List<Hold> batch, List<Long> worths, long base, List<Optional<String>> unknown) {
        long now = time.nanos();
        long next = Long.MAX_VALUE;
        for (int i = 0; i < batch.size(); i++) {
            Hold hold = batch.get(i);
            hold.renewing = false;
            for (LeaseState lease : hold.leases()) {
                if (unknown.get(i).isPresent()) {
                    lease.renewal.failed(unknown.get(i).get(), now, lease.leaseNanos());
                } else {
                    lease.renewal.schedule(lease, base, hold.surely(worths.get(i)));
                }
            }
            next = Math.min(next, next(hold, now));
        }
        List<String> reasons = unknown.stream().flatMap(Optional::stream).toList();
        if (!reasons.isEmpty()) {
            log.warn("{} leases could not be renewed, will be tried again: {}", reasons.size(), reasons.get(0));
        }
        roundAt(next);
    }

    /** Whether the hold lives on, and all its leases with it. */
    private boolean apply(Hold hold, RenewReply reply, long base, long lifetimeNanos, boolean exactly) {
        if (reply instanceof RenewReply.Renewed renewed) {
            hold.confirm(base, lifetimeNanos, exactly);
            boolean inTime = true;
            for (LeaseState lease : hold.leases()) {
                if (!lease.refresh()) {
                    reap(lease);
                    inTime = false;
                }
            }
            if (renewed.othersWait()) {
                hold.contended();
            }
            return inTime;
        }
        if (reply instanceof RenewReply.Forced forced) {
            lose(hold, Cause.FORCED, forced.reason());
        } else {
            lose(hold, Cause.GONE, "the server has it no more: expired there, or its data is gone");
        }
        return false;
    }

    /** What a renewal asks for: up to the longest hold, and for a fixed lease what is left of it. */
    private long worth(LeaseState lease, long now) {
        long nanos = lease.leaseNanos();
        if (nanos == 0) {
            return 0;
        }
        if (lease.terms().renewal() == Renewal.OFF) {
            nanos -= now - lease.grantedAt();
        }
        if (lease.hasHoldEnd()) {
            nanos = Math.min(nanos, Validity.reaching(lease.holdEnd(), now));
        }
        long millis = TimeUnit.NANOSECONDS.toMillis(nanos);
        return TimeUnit.MILLISECONDS.toNanos(Math.max(1, millis));
    }

    private RenewRequest request(Hold hold, LeaseState lease, long leaseNanos, boolean exactly) {
        hold.asked(leaseNanos);
        return new RenewRequest(
                hold.lock(),
                hold.id(),
                TimeUnit.NANOSECONDS.toMillis(leaseNanos),
                exactly,
                hold.shape(),
                hold.permits(),
                lease.token(),
                lease.terms().tag());
    }

    /** Takes an ended lease off the list, once; a lost one is reported and cleaned up. */
    private CompletableFuture<?> reap(LeaseState lease) {
        LeaseLoss loss = lease.hold().leases().remove(lease) ? lease.loss().orElse(null) : null;
        if (loss == null) {
            return CompletableFuture.completedFuture(null);
        }
        Duration held = Duration.ofNanos(time.nanos() - lease.grantedAt());
        log.warn(
                "Lock '{}' was lost after {} ms ({}): {}",
                lease.terms().lock(),
                held.toMillis(),
                loss.cause(),
                loss.detail());
        events.emit(() -> new LockEvent.Lost(lease.terms().lock(), lease.token(), held, loss));
        return lease.hold().ended(lease);
    }

    private void leaked(LeaseState lease) {
        if (lease.hold().leases().remove(lease) && lease.release()) {
            Duration held = Duration.ofNanos(time.nanos() - lease.grantedAt());
            log.warn(
                    "A lease of lock '{}', acquired by {} {} ms ago, was dropped without being released",
                    lease.terms().lock(),
                    lease.terms().owner(),
                    held.toMillis());
            events.emit(() -> new LockEvent.Leaked(lease.terms().lock(), lease.token(), held));
            lease.hold().ended(lease);
        }
    }

    private static String reason(Throwable failure) {
        return Objects.requireNonNullElse(Failure.cause(failure).getMessage(), "no reason given");
    }
}
