package dev.mortise.internal.acquire;

import dev.mortise.LockEvent;
import dev.mortise.LockException;
import dev.mortise.LockUnavailableException;
import dev.mortise.Renewal;
import dev.mortise.internal.lease.Hold;
import dev.mortise.internal.lease.HoldFacts;
import dev.mortise.internal.lease.LeaseHandle;
import dev.mortise.internal.lease.LeaseTerms;
import dev.mortise.internal.lease.Validity;
import dev.mortise.internal.queue.LocalWaiter;
import dev.mortise.internal.queue.Passage;
import dev.mortise.internal.runtime.Backoff;
import dev.mortise.internal.runtime.Time;
import dev.mortise.internal.runtime.Work;
import dev.mortise.internal.store.AcquireReply;
import dev.mortise.internal.store.AcquireRequest;
import dev.mortise.internal.store.Failure;
import dev.mortise.internal.store.LockRecord;
import dev.mortise.internal.store.ReachedCopies;
import dev.mortise.internal.store.RequiredCopies;
import dev.mortise.internal.store.StoreException;
import dev.mortise.internal.store.StoreException.Effect;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One acquire. Thread-safe; nothing here blocks. */
public final class Acquire implements LocalWaiter, Work {
    /*
     * Overview.
     *
     *   PARKED   waits in the local queue, nothing was sent     -> ASKING, WAITING, TAKEN, LEFT
     *   ASKING   the first request has not been answered         -> WAITING, COPYING, TAKEN, LEAVING
     *   WAITING  the server has put us into the queue, or will   -> COPYING, TAKEN, LEAVING
     *   COPYING  granted, but it is to be copied first           -> WAITING, TAKEN, LEAVING
     *   TAKEN    granted; final
     *   LEAVING  withdrawing, the caller waits for that          -> LEFT
     *   LEFT     gone; final
     *
     * Grants come as replies, as messages and from the local queue, and race with the end of the wait. One guarded transition
     * decides: the one that makes TAKEN has the grant, the one that makes LEAVING withdraws. A later grant is undone by that
     * withdrawal on the server; a request that comes after the withdrawal is refused by a tombstone, see Late. The guard is never
     * held while a request is sent or a result handed out.
     *
     * The local queue decides which acquire asks: see LocalQueue. An acquire that has already waited there, behind a holder or
     * behind another that the server has answered, starts in WAITING, not ASKING. Its wait therefore outlasts an outage.
     *
     * Order that must not change: into the register of waits before the first request and after the passage is known,
     * so that a message which overtakes the reply finds us; out of it only after the lease is registered, so
     * that a second message about a grant that was taken does not look like one for nobody.
     *
     * A wait ends at its deadline, but never before the first reply or one command time-out. Otherwise tryAcquire(1 ms) could
     * give up where tryAcquire() succeeds.
     *
     * Validity counts from one of our own send times: of the request that was answered 'granted'; for a message, of the
     * last request answered 'queued', as the grant came after that; if none was answered yet, of the first, as without
     * it there would be no grant. A lease id can be granted, lose its claim, queue again and be granted again; a
     * message about the earlier grant may come last, so only tokens above the mark of the last answer count. If too
     * little of the claim is left by that rule, we ask again instead of entering: the same request confirms the grant.
     *
     * Where a grant is to be copied, no reply and no message makes TAKEN by itself: the same request is sent once more, which
     * writes, and is answered when that is copied. It has one command time-out, also if it has to be repeated, as nobody
     * holds the lock meanwhile; then it is given back. Answers to requests that were sent before count no more by then. If
     * the grant is over, it waits again.
     *
     * An answer, a message and a turn come once. An error that is thrown while one of them is dealt with, such as that no
     * timer can be set, would leave a wait that nothing ends. So it ends the acquire as a failure of the server does: the
     * caller gets it, and the request is withdrawn. TAKEN is then not final: a grant whose lease cannot be made goes on to
     * the next waiter here, or is withdrawn.
     */
    private enum Phase {
        PARKED,
        ASKING,
        WAITING,
        COPYING,
        TAKEN,
        LEAVING,
        LEFT
    }

    private static final String NO_ANSWER = "Redis did not answer in time";
    private static final long SHORTEST_POLL = TimeUnit.MILLISECONDS.toNanos(250);
    private static final long LONGEST_POLL = TimeUnit.SECONDS.toNanos(4);
    private static final Backoff.Pauses PAUSES = Backoff.Pauses.ofMillis(5, 500);

    private static final Logger log = LoggerFactory.getLogger(Acquire.class);

    private final AcquireContext context;
    private final Time time;
    private final AcquireSpec spec;
    private final LeaseTerms terms;
    private final String leaseId;
    private final Petition petition;
    private final Passage.Door door;
    private final long lifetimeNanos;
    private final long began;
    private final CompletableFuture<AcquireResult> result = new CompletableFuture<>();
    private final LateRequests requests = new LateRequests();
    private final ReentrantLock guard = new ReentrantLock();

    /** Set once, by the local queue, before it decides anything. */
    private volatile @Nullable Passage passage;

    /** Set at most once, by the local queue, when it comes in. */
    private volatile long placeHere;

    // Guarded by guard.
    private Phase phase = Phase.PARKED;
    private final ReplicationStep replication;
    private long ticket;
    private long place;
    private long queuedBase;
    private long mark;
    private int asked;
    private boolean pollIsDue;

    /** Whether the latest request was not answered yet, and did not fail. */
    private boolean underWay;

    private boolean answered;
    private boolean overdue;
    private boolean toldQueued;

    /** Since the last answer; made at the first failure. */
    private @Nullable Backoff backoff;

    private Time.@Nullable Timer pollTimer;
    private Time.@Nullable Timer deadline;
    private Time.@Nullable Timer bound;
    private @Nullable StoreException failure;

    /** An acquire with a lease id of its own. */
    public Acquire(AcquireContext context, AcquireSpec spec, String leaseId, Passage.Door door) {
        this(context, spec, leaseId, new Admission(context, spec.terms(), leaseId), door);
    }

    /** An acquire of that kind. */
    public Acquire(AcquireContext context, AcquireSpec spec, String leaseId, Petition petition, Passage.Door door) {
        this.context = context;
        this.time = context.time();
        this.spec = spec;
        this.terms = spec.terms();
        this.leaseId = leaseId;
        this.petition = petition;
        this.door = door;
        this.lifetimeNanos = terms.lifetimeNanos();
        this.began = time.nanos();
        this.queuedBase = began;
        this.replication = ReplicationStep.of(context, spec, began);
    }

    String leaseId() {
        return leaseId;
    }

    /** Completes once, never exceptionally, on any thread. */
    @Override
    public CompletableFuture<AcquireResult> result() {
        return result;
    }

    /** The local queue does not wait for an acquire that did not get there. */
    @Override
    public void start() {
        try {
            enter();
        } catch (RuntimeException | Error e) {
            giveUp();
            throw e;
        }
    }

    private void enter() {
        door.knock(this);
        if (spec.queues() && (tellIfQueuedHere() || spec.maxWaitNanos() < context.commandTimeoutNanos())) {
            armDeadline();
        }
    }

    @Override
    public LeaseTerms terms() {
        return terms;
    }

    @Override
    public long began() {
        return began;
    }

    @Override
    public void standsAt(Passage at) {
        passage = at;
        context.waits().enter(this);
    }

    @Override
    public boolean isShared() {
        return terms.permits() < terms.shape().capacity();
    }

    @Override
    public boolean isPatient() {
        return spec.queues();
    }

    @Override
    public long lifetimeNanos() {
        return lifetimeNanos;
    }

    @Override
    public void lead(long takenOver, boolean outlasts, @Nullable StoreException failure) {
        boolean inVain;
        guard.lock();
        try {
            if (phase != Phase.PARKED) {
                return;
            }
            long now = time.nanos();
            inVain = failure != null && !outlasts && (overdue || now - began >= context.commandTimeoutNanos());
            if (!inVain) {
                phase = outlasts ? Phase.WAITING : Phase.ASKING;
                ticket = takenOver;
                queuedBase = now;
                if (phase == Phase.ASKING && now > began) {
                    // Who begins to ask so late has a little time nevertheless.
                    boundAnswer(context.commandTimeoutNanos() / 4);
                }
            }
        } finally {
            guard.unlock();
        }
        if (inVain) {
            leave(LeaveReason.UNAVAILABLE, failure);
        } else {
            ask(false);
        }
    }

    /** An error came in place of a next step: nothing else would end this. */
    private void broken(Throwable thrown) {
        leave(LeaveReason.UNAVAILABLE, Failure.of(thrown));
        log.warn("An acquire of lock '{}' has met an internal error", terms.lock(), thrown);
    }

    /** The first answer must be here when a command time-out is over since the wait began, or that much later. */
    private void boundAnswer(long leastNanos) {
        assert guard.isHeldByCurrentThread();
        if (bound == null) {
            long left = began + context.commandTimeoutNanos() - time.nanos();
            bound = time.schedule(Math.max(left, leastNanos), this::answerIsDue);
        }
    }

    private void answerIsDue() {
        StoreException reason;
        guard.lock();
        try {
            if (answered || phase != Phase.ASKING && !(phase == Phase.PARKED && overdue)) {
                return;
            }
            reason = failure;
        } finally {
            guard.unlock();
        }
        leave(LeaveReason.UNAVAILABLE, reason);
    }

    @Override
    public void queuesAt(long place) {
        placeHere = place;
    }

    @Override
    public void heard() {
        timeIsUp();
    }

    @Override
    public boolean handTo(Hold hold, long token) {
        Grant grant;
        guard.lock();
        try {
            if (phase != Phase.PARKED) {
                return false;
            }
            phase = Phase.TAKEN;
            stopTimers();
            boolean toppedUp = hold.lifetimeNanos() < lifetimeNanos || terms.renewal() == Renewal.OFF;
            grant = new Grant(hold, token, toppedUp && lifetimeNanos > 0, true);
        } finally {
            guard.unlock();
        }
        LeaseHandle lease;
        try {
            lease = lease(grant);
        } catch (RuntimeException | Error e) {
            notMade(e, false);
            return false;
        }
        deliver(lease, grant);
        return true;
    }

    @Override
    public void refuseFull(long waiting) {
        end(LeaveReason.REFUSED, Admission.queueFull(terms.lock(), waiting));
    }

    /** Told with the guard, so that it comes before whatever happens next. */
    private boolean tellIfQueuedHere() {
        guard.lock();
        try {
            if (phase == Phase.PARKED) {
                toldQueued = true;
                context.events()
                        .emit(() -> new LockEvent.Queued(terms.lock(), terms.owner(), (int) Math.max(1, placeHere)));
            }
            // Also one that asks by now, and has waited behind a holder: its first answer arms nothing.
            return phase == Phase.PARKED || phase == Phase.WAITING;
        } finally {
            guard.unlock();
        }
    }

    /** Ends the wait unless it is over; the result tells. Withdraws on the server first. */
    public void leave(LeaveReason why) {
        leave(why, failureFor(why, null));
    }

    /** Asks again as soon as may be: a message may have been lost. */
    void pollNow() {
        guard.lock();
        try {
            if (phase != Phase.WAITING) {
                return;
            }
        } finally {
            guard.unlock();
        }
        isDue();
    }

    /** The inbox says that we were granted the lock, for the claim time at first. */
    void pushed(long token, long claimNanos, long others) {
        try {
            grantedByMessage(token, claimNanos, others);
        } catch (RuntimeException | Error e) {
            broken(e);
        }
    }

    private void grantedByMessage(long token, long claimNanos, long others) {
        HoldFacts grant = null;
        boolean claimOnly = false;
        guard.lock();
        try {
            if (phase == Phase.COPYING) {
                replication.grantedAnew(token);
            }
            if (phase != Phase.ASKING && phase != Phase.WAITING || token <= mark) {
                return;
            }
            if (replication.isWanted()) {
                beginCopying();
            }
            long worth = lifetimeNanos == 0 ? claimNanos : Math.min(claimNanos, lifetimeNanos);
            long left = Validity.until(queuedBase, worth) - time.nanos();
            boolean isClaim = lifetimeNanos == 0 || claimNanos < lifetimeNanos;
            // A claim is confirmed a while after it is entered. Who has asked more than once may ask before that.
            if (phase != Phase.COPYING && left >= (isClaim && asked > 1 ? worth * 3 / 4 : worth / 2)) {
                claimOnly = isClaim;
                grant = take(token, queuedBase, worth, others);
            }
        } finally {
            guard.unlock();
        }
        if (grant != null) {
            deliver(grant, claimOnly);
        } else {
            ask(false);
        }
    }

    private void ask(boolean isPoll) {
        try {
            send(isPoll);
        } catch (RuntimeException | Error e) {
            if (isPoll) {
                context.waits().endPoll();
            }
            broken(e);
        }
    }

    private void send(boolean isPoll) {
        long known;
        Optional<RequiredCopies> copies;
        guard.lock();
        try {
            boolean copied = phase == Phase.COPYING && !isPoll;
            if (phase != Phase.ASKING && phase != Phase.WAITING && !copied) {
                if (isPoll) {
                    context.waits().endPoll();
                }
                return;
            }
            requests.sent();
            if (copied) {
                requests.goesApart();
            }
            underWay = true;
            asked++;
            known = ticket;
            copies = copied ? Optional.of(replication.request(time.nanos())) : Optional.empty();
        } finally {
            guard.unlock();
        }
        long base = time.nanos();
        AcquireRequest request = new AcquireRequest(
                terms.lock(),
                leaseId,
                terms.shape(),
                terms.permits(),
                TimeUnit.NANOSECONDS.toMillis(lifetimeNanos),
                spec.queues(),
                context.floors().of(terms.lock()),
                terms.tag(),
                context.maxWaiters(),
                known,
                copies);
        Failure.or(() -> petition.ask(request)).whenComplete((reply, failure) -> {
            if (isPoll) {
                context.waits().endPoll();
            }
            if (copies.isPresent()) {
                requests.wentApart();
            }
            try {
                if (failure == null) {
                    answered(reply, base, copies.isPresent());
                } else if (copies.isPresent()) {
                    notCopied(Failure.of(failure));
                } else {
                    failed(Failure.of(failure));
                }
            } catch (RuntimeException | Error e) {
                broken(e);
            }
        });
    }

    /** @param copied whether a grant would have been copied by now */
    private void answered(AcquireReply reply, long base, boolean copied) {
        if (reply instanceof AcquireReply.Granted granted) {
            if (copied || !replication.isWanted()) {
                granted(granted, base);
            } else {
                grantedUncopied();
            }
        } else if (reply instanceof AcquireReply.NotCopied notCopied) {
            notCopied(notCopied.reached());
        } else if (reply instanceof AcquireReply.Queued queued) {
            queued(queued, base, copied);
        } else {
            refused(reply);
        }
    }

    private void grantedUncopied() {
        guard.lock();
        try {
            settled();
            if (phase != Phase.ASKING && phase != Phase.WAITING) {
                return;
            }
            beginCopying();
        } finally {
            guard.unlock();
        }
        passage().queued(this);
        ask(false);
    }

    private void beginCopying() {
        assert guard.isHeldByCurrentThread();
        phase = Phase.COPYING;
        replication.begin(time.nanos());
        if (pollTimer != null) {
            pollTimer.cancel();
        }
    }

    private void notCopied(ReachedCopies reached) {
        LockException failure;
        guard.lock();
        try {
            settled();
            failure = replication.notReached(reached, time.nanos());
        } finally {
            guard.unlock();
        }
        leave(LeaveReason.NOT_COPIED, failure);
    }

    /** Tries again with the same lease id: that writes, and so waits for copies, anew. */
    private void notCopied(StoreException failure) {
        LockException reason;
        guard.lock();
        try {
            requests.failed(failure.effect() == Effect.UNKNOWN);
            if (phase != Phase.COPYING) {
                return;
            }
            if (failure.effect() != Effect.REFUSED && !replication.isOver(time.nanos())) {
                pollTimer = time.schedule(pauseNanos(), () -> ask(false));
                return;
            }
            reason = replication.failed(failure);
        } finally {
            guard.unlock();
        }
        leave(LeaveReason.NOT_COPIED, reason);
    }

    private void granted(AcquireReply.Granted granted, long base) {
        HoldFacts grant = null;
        boolean tooSlow = false;
        guard.lock();
        try {
            settled();
            if (!asks()) {
                return;
            }
            long left = Validity.until(base, lifetimeNanos) - time.nanos();
            if (lifetimeNanos == 0 || left >= lifetimeNanos / 2 || left > 0 && asked > 1) {
                grant = take(granted.token(), base, lifetimeNanos, granted.waiting());
            } else {
                tooSlow = time.nanos() - began >= (spec.queues() ? spec.maxWaitNanos() : context.commandTimeoutNanos())
                        || phase == Phase.COPYING && replication.isOver(time.nanos());
            }
        } finally {
            guard.unlock();
        }
        if (grant != null) {
            deliver(grant, false);
        } else if (tooSlow) {
            String detail = "Redis answers too slowly for a lease this short";
            leave(LeaveReason.UNAVAILABLE, new StoreException(Effect.UNKNOWN, detail, null));
        } else {
            ask(false);
        }
    }

    private void queued(AcquireReply.Queued queued, long base, boolean copied) {
        boolean first;
        boolean look;
        boolean late;
        boolean grantedAnew;
        guard.lock();
        try {
            settled();
            if (!asks() || phase == Phase.COPYING && !copied) {
                return;
            }
            grantedAnew = phase == Phase.COPYING && replication.isGrantedAfter(queued.mark());
            first = phase != Phase.WAITING && !toldQueued;
            toldQueued = true;
            phase = Phase.WAITING;
            ticket = queued.ticket();
            place = queued.place();
            queuedBase = Math.max(queuedBase, base);
            mark = Math.max(mark, queued.mark());
            backoff = null;
            // The first in the queue, and now and then somebody behind them: they may be gone.
            look = queued.endless() && (place <= 2 || time.random(place) == 0);
            late = overdue;
            if (grantedAnew && !late) {
                beginCopying();
            } else if (!late) {
                pollIn(untilNextPoll(queued.pollAfterMillis()));
            }
        } finally {
            guard.unlock();
        }
        passage().queued(this);
        if (late) {
            leave(LeaveReason.TIMEOUT);
            return;
        }
        if (first) {
            armDeadline();
            context.events().emit(() -> new LockEvent.Queued(terms.lock(), terms.owner(), (int) queued.place()));
        }
        if (look) {
            context.endless().look(terms.lock());
        }
        if (grantedAnew) {
            ask(false);
        }
    }

    private void refused(AcquireReply reply) {
        guard.lock();
        try {
            settled();
        } finally {
            guard.unlock();
        }
        if (reply instanceof AcquireReply.Busy || reply instanceof AcquireReply.Quiet) {
            if (reply instanceof AcquireReply.Busy busy && busy.endless()) {
                context.endless().look(terms.lock());
            }
            end(LeaveReason.TIMEOUT, null);
        } else {
            end(LeaveReason.REFUSED, petition.refusal(reply));
        }
    }

    private void failed(StoreException reason) {
        boolean giveUp;
        boolean waits;
        guard.lock();
        try {
            failure = reason;
            underWay = false;
            requests.failed(reason.effect() == Effect.UNKNOWN);
            if (phase != Phase.ASKING && phase != Phase.WAITING) {
                return;
            }
            boolean outOfTime = overdue || time.nanos() - began >= context.commandTimeoutNanos();
            waits = phase == Phase.WAITING;
            giveUp = reason.effect() == Effect.REFUSED || phase == Phase.ASKING && outOfTime;
            if (!giveUp) {
                if (!waits) {
                    boundAnswer(0);
                }
                pollIn(pauseNanos());
            }
        } finally {
            guard.unlock();
        }
        if (giveUp) {
            leave(LeaveReason.UNAVAILABLE, reason);
        } else {
            passage().unanswered(this, reason, waits);
        }
    }

    /** A request was answered: as long as none is open, no late duplicate can be on its way. */
    private void settled() {
        assert guard.isHeldByCurrentThread();
        requests.answered();
        answered = true;
    }

    private HoldFacts take(long token, long base, long worth, long others) {
        assert guard.isHeldByCurrentThread();
        phase = Phase.TAKEN;
        stopTimers();
        return new HoldFacts(
                terms.lock(),
                leaseId,
                terms.shape(),
                terms.permits(),
                token,
                base,
                worth,
                ticket + 1,
                others,
                requests::late);
    }

    private void deliver(HoldFacts granted, boolean claimOnly) {
        Hold hold = null;
        Grant grant;
        LeaseHandle lease;
        try {
            hold = passage().granted(this, granted);
            grant = new Grant(hold, granted.token(), claimOnly, granted.releaseHint() > 1);
            lease = lease(grant);
        } catch (RuntimeException | Error e) {
            boolean withdraw = true;
            try {
                withdraw = hold == null || !passage().notTaken(hold);
            } finally {
                notMade(e, withdraw);
            }
            return;
        }
        deliver(lease, grant);
    }

    /** From there on it is registered. */
    private LeaseHandle lease(Grant grant) {
        context.floors().raise(terms.lock(), grant.token());
        return petition.lease(terms, grant);
    }

    private void deliver(LeaseHandle lease, Grant grant) {
        try {
            Duration waited = Duration.ofNanos(time.nanos() - began);
            context.events()
                    .emit(() ->
                            new LockEvent.Acquired(terms.lock(), terms.owner(), grant.token(), waited, grant.queued()));
        } catch (RuntimeException | Error e) {
            log.warn("No event tells that lock '{}' was acquired", terms.lock(), e);
        }
        if (!result.complete(new AcquireResult.Granted(lease))) {
            lease.startRelease();
        }
        context.waits().leave(this);
    }

    /**
     * The lease of a grant could not be made.
     *
     * @param withdraw whether the grant goes back to the server from here; else its queue has taken care of it
     */
    private void notMade(Throwable thrown, boolean withdraw) {
        guard.lock();
        try {
            phase = withdraw ? Phase.LEAVING : Phase.LEFT;
            failure = Failure.of(thrown);
        } finally {
            guard.unlock();
        }
        try {
            depart(LeaveReason.UNAVAILABLE, failureFor(LeaveReason.UNAVAILABLE, Failure.of(thrown)), withdraw);
        } finally {
            // Also when the caller waits no more, so that its result is there already.
            context.waits().leave(this);
        }
        log.warn("A grant of lock '{}' was given back, as its lease could not be made", terms.lock(), thrown);
    }

    private void isDue() {
        guard.lock();
        try {
            if (pollIsDue || phase != Phase.WAITING && phase != Phase.ASKING) {
                return;
            }
            pollIsDue = true;
        } finally {
            guard.unlock();
        }
        context.waits().wantsToPoll(this);
    }

    /** Its turn to poll has come; it tells when that is over. */
    void poll() {
        guard.lock();
        try {
            pollIsDue = false;
        } finally {
            guard.unlock();
        }
        ask(true);
    }

    private long pauseNanos() {
        assert guard.isHeldByCurrentThread();
        if (backoff == null) {
            backoff = new Backoff(time, PAUSES);
        }
        return backoff.nextNanos();
    }

    private void pollIn(long nanos) {
        assert guard.isHeldByCurrentThread();
        if (pollTimer != null) {
            pollTimer.cancel();
        }
        pollTimer = time.schedule(nanos, this::isDue);
    }

    /**
     * As the server advised, but never rarer than a lease or 4 s, with jitter so that waiters do not come together. The
     * server takes who has not asked for a claim's time, 5 s, for gone.
     */
    private long untilNextPoll(long advisedMillis) {
        long most = lifetimeNanos == 0 ? LONGEST_POLL : Math.min(LONGEST_POLL, Math.max(SHORTEST_POLL, lifetimeNanos));
        if (advisedMillis > 0) {
            return Math.min(TimeUnit.MILLISECONDS.toNanos(advisedMillis), most);
        }
        return most - time.random(most / 4);
    }

    private void armDeadline() {
        if (!spec.isLimited()) {
            return;
        }
        Time.Timer timer = time.schedule(began + spec.maxWaitNanos() - time.nanos(), this::timeIsUp);
        guard.lock();
        try {
            if (deadline != null || phase == Phase.TAKEN || phase == Phase.LEAVING || phase == Phase.LEFT) {
                timer.cancel();
            } else {
                deadline = timer;
            }
        } finally {
            guard.unlock();
        }
    }

    /**
     * To be called when the time of the wait is over, by the timer and by a thread that waits. A wait that is shorter than a
     * round trip still gets the first answer, as one that asks once does; if it leaves that to others of this client, it
     * gets theirs.
     */
    public void timeIsUp() {
        boolean known;
        StoreException failed;
        guard.lock();
        try {
            overdue = true;
            boolean asks = phase == Phase.ASKING && !answered;
            failed = asks && !underWay ? failure : null;
            if (asks && failed == null || phase == Phase.COPYING) {
                return;
            }
            known = answered;
        } finally {
            guard.unlock();
        }
        if (failed != null) {
            leave(LeaveReason.UNAVAILABLE, failed);
            return;
        }
        Passage.Tidings tidings = known ? null : passage().tidings(this, began);
        if (tidings == null || tidings.isAnswered()) {
            leave(LeaveReason.TIMEOUT);
        } else if (tidings.failure() != null || time.nanos() - began >= context.commandTimeoutNanos()) {
            leave(LeaveReason.UNAVAILABLE, tidings.failure());
        } else {
            guard.lock();
            try {
                if (isOpen()) {
                    boundAnswer(0);
                }
            } finally {
                guard.unlock();
            }
        }
    }

    private void stopTimers() {
        assert guard.isHeldByCurrentThread();
        if (pollTimer != null) {
            pollTimer.cancel();
        }
        if (deadline != null) {
            deadline.cancel();
        }
        if (bound != null) {
            bound.cancel();
        }
    }

    /** Ends an acquire that was refused. */
    private void end(LeaveReason why, @Nullable LockException failure) {
        boolean withdraw;
        guard.lock();
        try {
            if (!isOpen()) {
                return;
            }
            withdraw = requests.canCome();
            phase = withdraw ? Phase.LEAVING : Phase.LEFT;
            stopTimers();
        } finally {
            guard.unlock();
        }
        depart(why, failure, withdraw);
    }

    private void leave(LeaveReason why, @Nullable StoreException cause) {
        leave(why, failureFor(why, cause));
    }

    private void leave(LeaveReason why, @Nullable LockException failure) {
        boolean withdraw;
        guard.lock();
        try {
            if (!isOpen()) {
                return;
            }
            withdraw = phase != Phase.PARKED;
            phase = withdraw ? Phase.LEAVING : Phase.LEFT;
            stopTimers();
        } finally {
            guard.unlock();
        }
        depart(why, failure, withdraw);
    }

    private boolean isOpen() {
        assert guard.isHeldByCurrentThread();
        return phase == Phase.PARKED || asks();
    }

    private boolean asks() {
        assert guard.isHeldByCurrentThread();
        return phase == Phase.ASKING || phase == Phase.WAITING || phase == Phase.COPYING;
    }

    /** With the guard free. Whoever asked waits for the withdrawal, unless the server does not answer anyway. */
    private void depart(LeaveReason why, @Nullable LockException failure, boolean withdraw) {
        boolean explains = spec.explain() && why == LeaveReason.TIMEOUT;
        long here = explains && !withdraw ? passage().place(this) : 0;
        CompletableFuture<Optional<LockRecord>> seen = explains
                ? Failure.or(() -> context.store().inspect(terms.lock()))
                        .handle((lock, unknown) -> Optional.ofNullable(lock))
                : CompletableFuture.completedFuture(Optional.empty());
        CompletableFuture<?> gone = withdraw ? withdrawn() : seen;
        if (why == LeaveReason.UNAVAILABLE) {
            try {
                passage().left(this, 0, reason());
            } finally {
                left(why, null, here, failure);
            }
        } else {
            if (withdraw) {
                gone.whenComplete((done, unknown) -> passage().left(this, knownTicket(), null));
            } else {
                passage().left(this, 0, null);
            }
            gone.thenCombine(seen, (done, lock) -> lock)
                    .thenAccept(lock -> left(why, lock.orElse(null), here, failure));
        }
    }

    /** Never fails: the server drops by itself what cannot be withdrawn. */
    private CompletableFuture<?> withdrawn() {
        try {
            return petition.withdraw(requests::late, requests.mayBeKnown()).handle((done, unknown) -> "");
        } catch (RuntimeException | Error e) {
            log.warn("An acquire of lock '{}' could not be withdrawn", terms.lock(), e);
            return CompletableFuture.completedFuture("");
        }
    }

    private StoreException reason() {
        guard.lock();
        try {
            return failure != null ? failure : new StoreException(Effect.UNKNOWN, noAnswer(), null);
        } finally {
            guard.unlock();
        }
    }

    private long knownTicket() {
        guard.lock();
        try {
            return ticket;
        } finally {
            guard.unlock();
        }
    }

    private Passage passage() {
        return Objects.requireNonNull(passage, "an acquire that has not begun");
    }

    private void left(LeaveReason why, @Nullable LockRecord lock, long here, @Nullable LockException failure) {
        long lastPlace;
        guard.lock();
        try {
            if (phase == Phase.TAKEN || result.isDone()) {
                return;
            }
            phase = Phase.LEFT;
            lastPlace = here > 0 ? here : place;
        } finally {
            guard.unlock();
        }
        long waited = time.nanos() - began;
        context.events()
                .emit(() ->
                        new LockEvent.NotAcquired(terms.lock(), terms.owner(), Duration.ofNanos(waited), why.reason()));
        result.complete(new AcquireResult.Left(why, waited, lastPlace, leaseId, lock, failure));
        context.waits().leave(this);
    }

    @Override
    public void close() {
        leave(LeaveReason.CLOSED);
    }

    @Override
    public void abandon() {
        leave(LeaveReason.CLOSED);
        left(LeaveReason.CLOSED, null, 0, failureFor(LeaveReason.CLOSED, null));
    }

    /** Completes the result at once: the caller has waited long enough for what would have ended this. */
    public void giveUp() {
        LeaveReason why = hasAnswer() ? LeaveReason.TIMEOUT : LeaveReason.UNAVAILABLE;
        LockException failure = failureFor(why, null);
        if (passage != null) {
            leave(why, failure);
            passage().left(this, knownTicket(), null);
            left(why, null, 0, failure);
        }
        // Granted, and whoever was to deliver it did not: it is released if that happens yet.
        result.complete(new AcquireResult.Left(why, time.nanos() - began, 0, leaseId, null, failure));
    }

    private boolean hasAnswer() {
        guard.lock();
        try {
            if (answered) {
                return true;
            }
        } finally {
            guard.unlock();
        }
        Passage at = passage;
        return at != null && at.tidings(this, began).isAnswered();
    }

    /** Our time may be over before the request has failed, which would have told why. */
    private String noAnswer() {
        String why = context.store().whyNot(terms.lock());
        return why.isEmpty() ? NO_ANSWER : NO_ANSWER + ": " + why;
    }

    private @Nullable LockException failureFor(LeaveReason why, @Nullable StoreException cause) {
        String name = "Lock '" + terms.lock() + "'";
        if (why == LeaveReason.UNAVAILABLE) {
            String detail = cause == null ? noAnswer() : cause.getMessage();
            return new LockUnavailableException(terms.lock(), name + " cannot be asked for: " + detail, cause);
        }
        if (why == LeaveReason.CLOSED) {
            return new LockUnavailableException(terms.lock(), name + ": the client was closed during the wait", null);
        }
        return null;
    }
}
