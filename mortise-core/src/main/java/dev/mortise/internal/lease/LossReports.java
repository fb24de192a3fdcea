package dev.mortise.internal.lease;

import dev.mortise.LeaseLoss;
import dev.mortise.LeaseLoss.Cause;
import dev.mortise.LockEvent;
import dev.mortise.internal.runtime.Time;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells each lost, leaked or endangered lease once, in the log and to the listener, and ends what the server may still have of
 * it. Thread-safe: the one that takes the lease off its hold tells.
 */
final class LossReports {
    /*
     * Overview. An end has two halves, and each is done once. LeaseState decides that the lease is lost, and why; from then
     * on it is not valid, its thread was interrupted if that was agreed on, and lost() is complete. Then it is told here:
     * taken off its hold, logged, given to the listener, and cleaned up on the server. Any number of threads may find a
     * loss at the same time: a round, a renewal's answer, a message, isValid(), the closing. The one that takes the lease
     * off its hold does the second half.
     *
     * The clean-up is a release whose outcome no holder waits for. It is sent whatever the cause: a lease that is over by
     * this client's clock may still stand on the server.
     */
    private static final Logger log = LoggerFactory.getLogger(LossReports.class);

    private final Time time;
    private final EventDispatcher events;
    private final UnreleasedLog unreleased;

    /** Set once, when the client is made. */
    private volatile OwnerClaims claims = OwnerClaims.NONE;

    LossReports(Time time, EventDispatcher events) {
        this.time = time;
        this.events = events;
        this.unreleased = new UnreleasedLog(time);
    }

    /** These are held when their client is closed: told in the log, before each of them is lost. */
    void heldAtClosing(List<LeaseState> leases) {
        unreleased.heldAtClosing(leases);
    }

    /** Who is told before a hold goes on to another owner. */
    void claims(OwnerClaims known) {
        claims = known;
    }

    /** Ends the lease for that reason and tells it; completes when the server has been cleaned up. */
    CompletableFuture<?> lose(LeaseState lease, Cause cause, String detail) {
        lease.lose(cause, detail);
        return tell(lease);
    }

    /** The server has the hold no more, for that reason: every lease on it is lost, and each that still comes to it. */
    void lose(Hold hold, Cause cause, String detail) {
        hold.lost(new LeaseLoss(cause, detail));
        hold.leases().forEach(lease -> lose(lease, cause, detail));
    }

    /**
     * Takes an ended lease off its hold, once; a lost one is told and cleaned up. Does nothing when another thread has done
     * so.
     *
     * @return completes when the server has been told; at once when there is nothing to tell
     */
    CompletableFuture<?> tell(LeaseState lease) {
        LeaseLoss loss = lease.hold().leases().remove(lease) ? lease.loss().orElse(null) : null;
        if (loss == null) {
            return CompletableFuture.completedFuture(null);
        }
        events.counts().countLost();
        tellEvenIfThatFails(lease, () -> {
            Duration held = held(lease);
            if (loss.cause() != Cause.CLIENT_CLOSED) {
                log.warn(
                        "Lock '{}' was lost after {} ms ({}): {}",
                        lease.terms().lock(),
                        held.toMillis(),
                        loss.cause(),
                        loss.detail());
            }
            LeaseTerms terms = lease.terms();
            events.emit(() -> new LockEvent.Lost(
                    terms.lock(), terms.kind(), terms.owner(), terms.label(), lease.token(), held, loss));
        });
        return ended(lease);
    }

    /** Its hold may go on to another owner of this client: only when no client believes any more that this owner has it. */
    private CompletableFuture<?> ended(LeaseState lease) {
        return claims.takeBack(lease.terms().party())
                .thenCompose(done -> lease.hold().ended(lease));
    }

    /** Its user has dropped it without releasing it: it is released here, unless it was lost meanwhile. */
    void leaked(LeaseState lease) {
        if (!lease.release()) {
            tell(lease);
        } else if (lease.hold().leases().remove(lease)) {
            events.counts().countLeaked();
            tellEvenIfThatFails(lease, () -> {
                Duration held = held(lease);
                unreleased.dropped(lease);
                LeaseTerms terms = lease.terms();
                events.emit(() -> new LockEvent.Leaked(
                        terms.lock(),
                        terms.kind(),
                        terms.owner(),
                        terms.label(),
                        lease.token(),
                        held,
                        AcquireSite.calls(terms.site())));
            });
            ended(lease);
        }
    }

    /** Its renewal is overdue. */
    void endangered(LeaseState lease) {
        if (lease.endanger()) {
            Duration left = Duration.ofNanos(lease.remaining());
            log.warn(
                    "Lock '{}' is in danger: not renewed in time, {} ms left",
                    lease.terms().lock(),
                    left.toMillis());
            LeaseTerms terms = lease.terms();
            events.emit(() -> new LockEvent.RenewalOverdue(
                    terms.lock(), terms.kind(), terms.owner(), terms.label(), lease.token(), left));
        }
    }

    /** An error while an end is told does not keep the server from being cleaned up. */
    private static void tellEvenIfThatFails(LeaseState lease, Runnable telling) {
        try {
            telling.run();
        } catch (RuntimeException | Error e) {
            log.warn(
                    "The end of a lease of lock '{}' could not be told",
                    lease.terms().lock(),
                    e);
        }
    }

    private Duration held(LeaseState lease) {
        return Duration.ofNanos(time.nanos() - lease.grantedAt());
    }
}
