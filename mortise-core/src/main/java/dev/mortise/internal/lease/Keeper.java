package dev.mortise.internal.lease;

import dev.mortise.LeaseLoss;
import dev.mortise.LeaseLoss.Cause;
import dev.mortise.LockEvent;
import dev.mortise.Renewal;
import dev.mortise.internal.store.LockStore;
import dev.mortise.internal.store.RenewReply;
import dev.mortise.internal.store.RenewRequest;
import dev.mortise.internal.store.StoreException;
import dev.mortise.internal.time.Time;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
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
     */
    private static final Logger log = LoggerFactory.getLogger(Keeper.class);

    /** The longest pause between two rounds while there are leases: a guard, nothing depends on it. */
    private static final long IDLE = TimeUnit.SECONDS.toNanos(10);

    private final LockStore store;
    private final Time time;
    private final Events events;
    private final Releaser releaser;
    private final LeaseLimits limits;
    private final ConcurrentMap<String, HeldLease> leases = new ConcurrentHashMap<>();
    private final ReentrantLock guard = new ReentrantLock();

    /** When the next round is set for. Written under {@link #guard}; read without it as a hint. */
    private volatile long nextRound = Long.MAX_VALUE;

    /** Guarded by {@link #guard}. */
    private Time.@Nullable Timer timer;

    public Keeper(LockStore store, Time time, Events events, Releaser releaser, LeaseLimits limits) {
        this.store = store;
        this.time = time;
        this.events = events;
        this.releaser = releaser;
        this.limits = limits;
    }

    /** From now on the lease is looked after. */
    public void add(HeldLease lease) {
        leases.put(lease.id(), lease);
        roundAt(lease.renewal.next(lease.validUntil()));
    }

    /** It ended otherwise. */
    public void remove(HeldLease lease) {
        leases.remove(lease.id(), lease);
    }

    public boolean knows(String leaseId) {
        return leases.containsKey(leaseId);
    }

    public List<HeldLease> all() {
        return List.copyOf(leases.values());
    }

    LeaseLimits limits() {
        return limits;
    }

    /** The server said that it was ended by force. */
    public void forced(String leaseId, String reason) {
        HeldLease lease = leases.get(leaseId);
        if (lease != null) {
            lose(lease, Cause.FORCED, reason);
        }
    }

    /**
     * Ends the lease for that reason, tells whoever wants to know, and cleans up on the server; completes when that is
     * done.
     */
    public CompletableFuture<?> lose(HeldLease lease, Cause cause, String detail) {
        lease.lose(cause, detail);
        return reap(lease);
    }

    /**
     * Renews now, by request of its holder.
     *
     * @param leaseNanos the lifetime from now; 0 = without expiry
     * @param exactly whether an earlier end than before is meant
     * @return true when renewed; false when the lease is lost; or a {@link StoreException}
     */
    public CompletableFuture<Boolean> renewNow(HeldLease lease, long leaseNanos, boolean exactly) {
        long base = time.nanos();
        CompletableFuture<List<RenewReply>> answer = store.renew(List.of(request(lease, leaseNanos, exactly)));
        answer.whenComplete((replies, failure) -> {
            if (failure != null && lease.terms().renewal() == Renewal.ON) {
                time.schedule(0, () -> tryAgain(lease, failure));
            }
        });
        return answer.thenApply(replies -> {
            boolean kept = apply(lease, replies.get(0), base, leaseNanos, exactly);
            if (kept) {
                time.schedule(0, () -> rescheduled(lease, base, leaseNanos));
            }
            return kept;
        });
    }

    /** On the timer thread only. */
    private void tryAgain(HeldLease lease, Throwable failure) {
        lease.renewal.failed(reason(failure), time.nanos(), lease.leaseNanos());
        roundAt(lease.renewal.next(lease.validUntil()));
    }

    /** On the timer thread only. */
    private void rescheduled(HeldLease lease, long base, long leaseNanos) {
        lease.renewal.schedule(lease, base, leaseNanos);
        roundAt(lease.renewal.next(lease.validUntil()));
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
            if (timer != null) {
                timer.cancel();
            }
            nextRound = when;
            timer = time.schedule(when - time.nanos(), this::round);
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
            List<HeldLease> due = new ArrayList<>();
            for (HeldLease lease : leases.values()) {
                if (look(lease, now)) {
                    due.add(lease);
                }
                if (lease.isLive()) {
                    next = Math.min(next, lease.renewal.next(lease.validUntil()));
                }
            }
            for (int from = 0; from < due.size(); from += store.renewBatch()) {
                renew(due.subList(from, Math.min(due.size(), from + store.renewBatch())));
            }
        } finally {
            if (!leases.isEmpty()) {
                roundAt(next);
            }
        }
    }

    /** Whether it is to be renewed now. */
    private boolean look(HeldLease lease, long now) {
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
                events.emit(() -> new LockEvent.InDanger(lease.terms().lock(), lease.token(), left));
            }
        }
        if (lease.renewal.isDue(now, lease.leaseNanos() / 12)) {
            lease.renewal.sent();
            return true;
        }
        return false;
    }

    private void renew(List<HeldLease> batch) {
        long base = time.nanos();
        List<HeldLease> leasesSent = List.copyOf(batch);
        List<Long> worths = new ArrayList<>(batch.size());
        List<RenewRequest> requests = new ArrayList<>(batch.size());
        for (HeldLease lease : leasesSent) {
            long worth = worth(lease, base);
            worths.add(worth);
            requests.add(request(lease, worth, false));
        }
        CompletableFuture<List<RenewReply>> replies = store.renew(requests);
        replies.whenComplete((answered, failure) -> {
            int lost = 0;
            if (failure == null) {
                for (int i = 0; i < leasesSent.size(); i++) {
                    lost += apply(leasesSent.get(i), answered.get(i), base, worths.get(i), false) ? 0 : 1;
                }
                int lostInAll = lost;
                Duration roundTrip = Duration.ofNanos(time.nanos() - base);
                events.emit(() -> new LockEvent.Renewed("", leasesSent.size(), lostInAll, roundTrip));
            }
            time.schedule(0, () -> answered(leasesSent, worths, base, failure));
        });
    }

    /** On the timer thread only. */
    private void answered(List<HeldLease> batch, List<Long> worths, long base, @Nullable Throwable failure) {
        long now = time.nanos();
        long next = Long.MAX_VALUE;
        for (int i = 0; i < batch.size(); i++) {
            HeldLease lease = batch.get(i);
            lease.renewal.answered();
            if (failure != null) {
                lease.renewal.failed(reason(failure), now, lease.leaseNanos());
            } else {
                lease.renewal.schedule(lease, base, worths.get(i));
            }
            if (lease.isLive()) {
                next = Math.min(next, lease.renewal.next(lease.validUntil()));
            }
        }
        if (failure != null) {
            log.warn("{} leases could not be renewed, will be tried again: {}", batch.size(), reason(failure));
        }
        roundAt(next);
    }

    /** Whether the lease lives on. */
    private boolean apply(HeldLease lease, RenewReply reply, long base, long worthNanos, boolean exactly) {
        if (reply instanceof RenewReply.Renewed) {
            boolean inTime = lease.renewed(base, worthNanos, exactly);
            if (!inTime) {
                reap(lease);
            }
            return inTime;
        }
        if (reply instanceof RenewReply.Forced forced) {
            lose(lease, Cause.FORCED, forced.reason());
        } else {
            lose(lease, Cause.TAKEN, "the server has it no more: expired there, or its data is gone");
        }
        return false;
    }

    /** What a renewal asks for: up to the longest hold, and for a fixed lease what is left of it. */
    private long worth(HeldLease lease, long now) {
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

    private RenewRequest request(HeldLease lease, long leaseNanos, boolean exactly) {
        Terms terms = lease.terms();
        return new RenewRequest(
                terms.lock(),
                lease.id(),
                TimeUnit.NANOSECONDS.toMillis(leaseNanos),
                exactly,
                terms.shape(),
                terms.permits(),
                lease.token(),
                terms.note());
    }

    /** Takes an ended lease off the list, once; a lost one is reported and cleaned up. */
    private CompletableFuture<?> reap(HeldLease lease) {
        LeaseLoss loss = leases.remove(lease.id(), lease) ? lease.loss().orElse(null) : null;
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
        return releaser.cleanUp(lease);
    }

    private void leaked(HeldLease lease) {
        leases.remove(lease.id(), lease);
        if (lease.release()) {
            Duration held = Duration.ofNanos(time.nanos() - lease.grantedAt());
            log.warn(
                    "A lease of lock '{}', acquired by {} {} ms ago, was dropped without being released",
                    lease.terms().lock(),
                    lease.terms().owner(),
                    held.toMillis());
            events.emit(() -> new LockEvent.Leaked(lease.terms().lock(), lease.token(), held));
            releaser.cleanUp(lease);
        }
    }

    private static String reason(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        return Objects.requireNonNullElse(
                Objects.requireNonNullElse(cause, failure).getMessage(), "no reason given");
    }
}
