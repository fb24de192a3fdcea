package dev.mortise.internal.lease;

import dev.mortise.LeaseLoss.Cause;
import dev.mortise.LeaseLostException;
import dev.mortise.LockEvent;
import dev.mortise.Renewal;
import dev.mortise.internal.lease.RenewalAsk.Answer;
import dev.mortise.internal.lease.RenewalAsk.Purpose;
import dev.mortise.internal.runtime.Time;
import dev.mortise.internal.store.Contact;
import dev.mortise.internal.store.Failure;
import dev.mortise.internal.store.LockStore;
import dev.mortise.internal.store.RenewReply;
import dev.mortise.internal.store.RenewRequest;
import dev.mortise.internal.store.StoreException;
import dev.mortise.internal.store.StoreException.Effect;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Renews the leases of one client: in batches what is due, and one at once when its holder asks. Finds the leases that are over,
 * abandoned or in danger. Thread-safe, never blocks.
 */
final class Renewals {
    /*
     * Overview. One round on the timer thread walks over all leases, and is set for the next moment at which one of them
     * needs something. What will be due within a twelfth of its lease goes along, so leases of one age share requests. A
     * new lease moves the round forward only if it is due before it, so short holds cost nothing here but an entry in a
     * map. Losing a lease does not wait for a round: asking an expired lease makes its loss.
     *
     * What is renewed is the hold. What an answer confirms holds for every lease that stands on the hold when the answer
     * comes, also for those that came after the request was sent.
     *
     * Each renewal is built, sent and applied in one way, by send(). An answer is applied on the thread that brings it, so
     * that validity does not wait for the timer. The schedules, and which holds are being renewed, belong to the timer
     * thread; so what an answer means for them is done by a task there.
     */
    private static final Logger log = LoggerFactory.getLogger(Renewals.class);

    /** The longest pause between two rounds while there are leases: a guard, nothing depends on it. */
    private static final long IDLE = TimeUnit.SECONDS.toNanos(10);

    private final LockStore store;
    private final Time time;
    private final EventDispatcher events;
    private final Contact contact;
    private final LossReports reports;
    private final Collection<Hold> holds;
    private final RoundTimer timer;

    /** @param holds those of the client, as they are at any time */
    Renewals(
            LockStore store,
            Time time,
            EventDispatcher events,
            Contact contact,
            LossReports reports,
            Collection<Hold> holds) {
        this.store = store;
        this.time = time;
        this.events = events;
        this.contact = contact;
        this.reports = reports;
        this.holds = holds;
        this.timer = new RoundTimer(time, this::round);
    }

    /**
     * Renews now, by request of the holder.
     *
     * @param leaseNanos the lifetime from now; 0 = without expiry
     * @param exactly whether an earlier end than before is meant
     * @return true when renewed; false when the lease is lost; or a {@link StoreException}
     */
    CompletableFuture<Boolean> renew(LeaseState lease, long leaseNanos, boolean exactly) {
        Purpose purpose = exactly && lease.isSole() ? Purpose.SHORTENED : Purpose.ASKED;
        return renew(new RenewalAsk(lease.hold(), lease, purpose, time.nanos(), leaseNanos));
    }

    /**
     * As {@link #renew}; running what it answers waits.
     *
     * @throws LeaseLostException when the lease is not valid
     */
    AwaitedRenewal begin(LeaseState lease, long leaseNanos, boolean exactly) {
        if (!lease.isValid()) {
            throw lease.gone();
        }
        return new AwaitedRenewal(lease, renew(lease, leaseNanos, exactly));
    }

    /**
     * A lease without expiry is about to leave this client by ticket: from now on the server ends it if no client adopts it
     * in time. Here it goes on as it was, and a renewal lifts that.
     *
     * @return as {@link #renew}
     */
    CompletableFuture<Boolean> limit(LeaseState lease, Hold own) {
        return renew(new RenewalAsk(own, lease, Purpose.TICKET, time.nanos(), Validity.TICKET_NANOS));
    }

    /** As the public one. A ticket changes no schedule: its hold is just leaving, and is not renewed meanwhile. */
    private CompletableFuture<Boolean> renew(RenewalAsk ask) {
        CompletableFuture<Boolean> kept = send(List.of(ask)).thenApply(answers -> {
            String unknown = answers.get(0).unknown();
            if (unknown != null) {
                throw new StoreException(Effect.UNKNOWN, unknown, null);
            }
            return ask.lease().isValid();
        });
        if (ask.purpose() == Purpose.TICKET) {
            return kept;
        }
        return kept.whenComplete((renewed, failure) -> {
            if (failure == null && renewed) {
                timer.later(() -> renewed(ask));
            } else if (failure != null && ask.lease().terms().renewal() == Renewal.ON) {
                timer.later(() -> tryAgain(ask.lease(), failure));
            }
        });
    }

    /** A round must come by then. Any thread. */
    void roundAt(long whenNanos) {
        timer.roundAt(whenNanos);
    }

    /** The lease needs another look: it stands on another hold than before. Any thread. */
    void lookAgain(LeaseState lease) {
        timer.later(() -> roundAt(lease.nextLookNanos()));
    }

    /** On the timer thread only. What goes wrong for one hold is tried again, and keeps no other from being renewed. */
    private long round() {
        long now = time.nanos();
        long next = now + IDLE;
        List<Hold> due = new ArrayList<>();
        for (Hold hold : holds) {
            try {
                boolean isDue = isDue(hold, now);
                if (isDue) {
                    due.add(hold);
                }
                next = Math.min(next, next(hold, now, isDue));
            } catch (RuntimeException | Error e) {
                log.error("Lock '{}' could not be looked after; please report this", hold.lock(), e);
                next = Math.min(next, now + RoundTimer.RETRY);
            }
        }
        for (int from = 0; from < due.size(); from += store.renewBatch()) {
            List<Hold> batch = due.subList(from, Math.min(due.size(), from + store.renewBatch()));
            try {
                renew(batch);
            } catch (RuntimeException | Error e) {
                next = Math.min(next, notAsked(batch, now));
                log.error("{} leases were not asked for; please report this", batch.size(), e);
            }
        }
        return holds.isEmpty() ? Long.MAX_VALUE : next;
    }

    /** Looks at each lease on it. On the timer thread only. */
    private boolean isDue(Hold hold, long now) {
        boolean isDue = false;
        for (LeaseState lease : hold.leases()) {
            isDue |= look(lease, now);
        }
        return isDue && !hold.renewing && !hold.isLeaving();
    }

    /** Whether it is to be renewed now. On the timer thread only. */
    private boolean look(LeaseState lease, long now) {
        if (!lease.isValid()) {
            reports.tell(lease);
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
            reports.leaked(lease);
            return false;
        }
        if (lease.renewal.isDangerous(now)) {
            lease.renewal.dangerReported();
            reports.endangered(lease);
        }
        return lease.renewal.isDue(now, lease.leaseNanos() / 12);
    }

    /** When the hold needs the next look. One lease that has ended but was not told needs it at once. */
    private static long next(Hold hold, long now, boolean isBeingRenewed) {
        long next = Long.MAX_VALUE;
        boolean notNow = isBeingRenewed || hold.renewing || hold.isLeaving();
        for (LeaseState lease : hold.leases()) {
            next = Math.min(next, lease.isLive() ? lease.renewal.next(lease.validUntil(), notNow) : now);
        }
        return next;
    }

    /** On the timer thread only. */
    private void renew(List<Hold> batch) {
        long base = time.nanos();
        List<RenewalAsk> asks = new ArrayList<>(batch.size());
        for (Hold hold : batch) {
            RenewalAsk ask = RenewalAsk.due(hold, base);
            if (ask != null) {
                asks.add(ask);
                hold.renewing = true;
            }
        }
        if (asks.isEmpty()) {
            return;
        }
        send(asks).whenComplete((answers, failure) -> {
            timer.later(() -> answered(asks, answers, failure));
            if (failure == null) {
                int lost = (int) answers.stream().filter(Answer::isLost).count();
                Duration roundTrip = Duration.ofNanos(time.nanos() - base);
                events.emit(() -> new LockEvent.Renewed("", asks.size(), lost, roundTrip));
            }
        });
    }

    /** None of them was asked for: each is due again after a pause. On the timer thread only. */
    private static long notAsked(List<Hold> batch, long now) {
        long next = Long.MAX_VALUE;
        for (Hold hold : batch) {
            hold.renewing = false;
            hold.leases().forEach(lease -> lease.renewal.failed("it was not asked for", now, lease.leaseNanos()));
            next = Math.min(next, next(hold, now, false));
        }
        return next;
    }

    /** A round was answered, or not. On the timer thread only. */
    private void answered(List<RenewalAsk> asks, List<Answer> known, @Nullable Throwable failure) {
        // Before all that may fail: what is not renewed by this is due in the next round.
        asks.forEach(ask -> ask.hold().renewing = false);
        List<Answer> answers =
                failure == null ? known : Collections.nCopies(asks.size(), Answer.unknown(reason(failure)));
        long now = time.nanos();
        long next = Long.MAX_VALUE;
        for (int i = 0; i < asks.size(); i++) {
            RenewalAsk ask = asks.get(i);
            String unknown = answers.get(i).unknown();
            for (LeaseState lease : ask.hold().leases()) {
                if (unknown == null) {
                    lease.renewal.schedule(lease, ask.sentAtNanos(), ask.hold().atLeast(ask.lifetimeNanos()));
                } else {
                    lease.renewal.failed(unknown, now, lease.leaseNanos());
                }
            }
            next = Math.min(next, next(ask.hold(), now, false));
        }
        List<String> reasons =
                answers.stream().map(Answer::unknown).filter(Objects::nonNull).toList();
        if (!reasons.isEmpty()) {
            log.warn("{} leases could not be renewed, will be tried again: {}", reasons.size(), reasons.get(0));
        }
        roundAt(next);
    }

    /** On the timer thread only. */
    private void renewed(RenewalAsk ask) {
        LeaseState lease = ask.lease();
        lease.renewal.schedule(lease, ask.sentAtNanos(), lease.hold().atLeast(ask.lifetimeNanos()));
        roundAt(lease.nextLookNanos());
    }

    /** On the timer thread only. */
    private void tryAgain(LeaseState lease, Throwable failure) {
        lease.renewal.failed(reason(failure), time.nanos(), lease.leaseNanos());
        roundAt(lease.nextLookNanos());
    }

    /** Sends all in one request, and applies each answer. Fails when there is none at all. */
    private CompletableFuture<List<Answer>> send(List<RenewalAsk> asks) {
        List<RenewRequest> requests = asks.stream().map(RenewalAsk::begin).toList();
        long sentAt = time.nanos();
        return Failure.or(() -> store.renew(requests)).handle((replies, failure) -> {
            if (failure != null) {
                contact.failed(failure);
                boolean settled = Failure.isHarmless(failure);
                asks.forEach(ask -> ask.ended(settled));
                throw new CompletionException(Failure.cause(failure));
            }
            contact.renewed(replies, sentAt);
            List<Answer> answers = new ArrayList<>(asks.size());
            for (int i = 0; i < asks.size(); i++) {
                answers.add(apply(asks.get(i), replies.get(i)));
            }
            return answers;
        });
    }

    /** On the thread that brings the answer. What it says about loss or validity counts from here, before any schedule. */
    private Answer apply(RenewalAsk ask, RenewReply reply) {
        ask.ended(!(reply instanceof RenewReply.Unknown));
        if (reply instanceof RenewReply.Unknown without) {
            return Answer.unknown(without.reason());
        }
        if (ask.isByHolder()) {
            ask.lease().countFrom(ask.sentAtNanos());
        }
        if (reply instanceof RenewReply.Renewed renewed) {
            return confirmed(ask, renewed.othersWait());
        }
        if (reply instanceof RenewReply.Forced forced) {
            reports.lose(ask.hold(), Cause.FORCED, forced.reason());
        } else {
            reports.lose(ask.hold(), Cause.GONE, "the server has it no more: expired there, or its data is gone");
        }
        return Answer.LOST;
    }

    private Answer confirmed(RenewalAsk ask, boolean othersWait) {
        ask.confirm();
        Answer answer = Answer.KEPT;
        for (LeaseState lease : ask.hold().leases()) {
            if (!lease.refresh()) {
                reports.tell(lease);
                answer = Answer.LOST;
            }
        }
        if (othersWait) {
            ask.hold().contended();
        }
        return answer;
    }

    private static String reason(Throwable failure) {
        return Objects.requireNonNullElse(Failure.cause(failure).getMessage(), "no reason given");
    }
}
