package dev.mortise.internal.acquire;

import dev.mortise.LockException;
import dev.mortise.internal.acquire.Next.Step;
import dev.mortise.internal.store.AcquireReply;
import dev.mortise.internal.store.AcquireRequest;
import dev.mortise.internal.store.RequiredCopies;
import dev.mortise.internal.store.StoreException;
import dev.mortise.internal.store.StoreException.Effect;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The talk of one acquire with the server, as a state machine: a reply, a message or a time in, the next step out. It sends
 * nothing, sets no timer and reads no clock, so a test can try all orders. Guarded by its acquire.
 */
final class ServerWait {
    /*
     * Overview. The states and who may leave them: see WaitState.
     *
     * A wait ends at its deadline, but never before the first reply or one command time-out. Otherwise tryAcquire(1 ms) could
     * give up where tryAcquire() succeeds.
     */

    private final AcquireSpec spec;
    private final long lifetime;
    private final String leaseId;
    private final long commandTimeoutNanos;
    private final long began;
    private final ReplicationStep replication;
    private final LateRequests requests;

    private WaitState state = WaitState.LOCAL;

    /** Its place in the server's queue, or that of a waiter here whose place it takes; 0 = none. */
    private long ticket;

    /** How many stood before it at the last answer, it included; 0 = none. */
    private long place;

    /** When the request was sent from which a grant by message counts, ns. */
    private long sentAtNanos;

    /** A message about a token up to this one is about an earlier grant. */
    private long tokenMark;

    /** How many requests were sent. */
    private int asked;

    /** Whether the latest request was not answered yet, and did not fail. */
    private boolean underWay;

    /** Whether the server has answered any request. */
    private boolean answered;

    /** Whether its deadline has passed, or would have if it were asked. */
    private boolean overdue;

    /** Whether it waits for its turn to poll. */
    private boolean pollIsDue;

    /** Of the last request that failed. */
    private @Nullable StoreException failure;

    /** @param began when the wait began, ns */
    ServerWait(AcquireSpec spec, String leaseId, long commandTimeoutNanos, long began, LateRequests requests) {
        this.spec = spec;
        this.lifetime = spec.terms().lifetimeNanos();
        this.leaseId = leaseId;
        this.commandTimeoutNanos = commandTimeoutNanos;
        this.began = began;
        this.sentAtNanos = began;
        this.replication = ReplicationStep.of(spec, commandTimeoutNanos, began);
        this.requests = requests;
    }

    /** The local queue lets it ask the server; see {@link dev.mortise.internal.queue.LocalWaiter#lead}. */
    Next lead(long takenOver, boolean outlasts, @Nullable StoreException failed, long now) {
        if (state != WaitState.LOCAL) {
            return Step.NOTHING;
        }
        if (failed != null && !outlasts && (overdue || isOutOfTime(now))) {
            return leave(LeaveReason.UNAVAILABLE, failed, null);
        }
        state = outlasts ? WaitState.WAITING : WaitState.ASKING;
        ticket = takenOver;
        sentAtNanos = now;
        return Step.ASK;
    }

    /** The local queue hands it a hold; false = it is not there for that any more. */
    boolean handedTo() {
        boolean isHere = state == WaitState.LOCAL;
        state = isHere ? WaitState.GRANTED : state;
        return isHere;
    }

    /**
     * The request to be sent now; null = none any more.
     *
     * @param isPoll whether its turn to poll has come
     * @param minToken what the fencing token of the grant must exceed
     */
    @Nullable
    AcquireRequest request(boolean isPoll, long minToken, int maxWaiters, long now) {
        if (isPoll) {
            pollIsDue = false;
        }
        boolean copies = state == WaitState.COPYING && !isPoll;
        if (!mayAsk() && !copies) {
            return null;
        }
        requests.sent();
        if (copies) {
            requests.goesApart();
        }
        underWay = true;
        asked++;
        Optional<RequiredCopies> wanted = copies ? Optional.of(replication.request(now)) : Optional.empty();
        return spec.request(leaseId, minToken, maxWaiters, ticket, wanted);
    }

    /**
     * The server has answered a request.
     *
     * @param sentAt when that was sent, ns
     * @param copied whether a grant would have been copied by now
     */
    Next answered(AcquireReply reply, long sentAt, boolean copied, long now) {
        // As long as none is open, no late duplicate can be on its way.
        requests.answered();
        answered = true;
        if (reply instanceof AcquireReply.Granted granted) {
            if (copied || !replication.isWanted()) {
                return granted(granted, sentAt, now);
            }
            return mayAsk() ? copy(now) : Step.NOTHING;
        }
        if (reply instanceof AcquireReply.NotCopied missing) {
            return leave(LeaveReason.NOT_COPIED, null, replication.notReached(missing.reached(), now));
        }
        if (reply instanceof AcquireReply.Queued queued) {
            return queued(queued, sentAt, copied, now);
        }
        return isOpen()
                ? new Next.Refused(reply, true, leaves(requests.canCome()))
                : new Next.Refused(reply, false, false);
    }

    private Next granted(AcquireReply.Granted granted, long sentAt, long now) {
        if (!hasAsked()) {
            return Step.NOTHING;
        }
        if (EntryRule.byReply(lifetime, sentAt, asked, now)) {
            return take(granted.token(), sentAt, lifetime, granted.waiting(), false);
        }
        boolean over = now - began >= (spec.queues() ? spec.maxWaitNanos() : commandTimeoutNanos)
                || state == WaitState.COPYING && replication.isOver(now);
        return over ? leave(LeaveReason.UNAVAILABLE, EntryRule.tooSlow(), null) : Step.ASK;
    }

    private Next queued(AcquireReply.Queued reply, long sentAt, boolean copied, long now) {
        if (!hasAsked() || state == WaitState.COPYING && !copied) {
            return Step.NOTHING;
        }
        boolean grantedAnew = state == WaitState.COPYING && replication.isGrantedAfter(reply.mark());
        boolean isFirst = state != WaitState.WAITING;
        state = WaitState.WAITING;
        ticket = reply.ticket();
        place = reply.place();
        sentAtNanos = Math.max(sentAtNanos, sentAt);
        tokenMark = Math.max(tokenMark, reply.mark());
        Step then = overdue ? Step.NOTHING : grantedAnew ? copy(now) : Step.POLL;
        return new Next.Queued(reply, isFirst, then);
    }

    /** A message says that it was granted the lock, for the claim time at first. */
    Next pushed(long token, long claimNanos, long others, long now) {
        if (state == WaitState.COPYING) {
            replication.grantedAnew(token);
        }
        if (!mayAsk() || token <= tokenMark) {
            return Step.NOTHING;
        }
        if (replication.isWanted()) {
            return copy(now);
        }
        long claimed = lifetime == 0 ? claimNanos : Math.min(claimNanos, lifetime);
        boolean isClaim = lifetime == 0 || claimNanos < lifetime;
        return EntryRule.byMessage(claimed, isClaim, sentAtNanos, asked, now)
                ? take(token, sentAtNanos, claimed, others, isClaim)
                : Step.ASK;
    }

    /** A request has failed that did not wait for copies. */
    Next failed(StoreException reason, long now) {
        failure = reason;
        underWay = false;
        requests.failed(reason.effect() == Effect.UNKNOWN);
        if (!mayAsk()) {
            return Step.NOTHING;
        }
        boolean inVain = state == WaitState.ASKING && (overdue || isOutOfTime(now));
        return reason.effect() == Effect.REFUSED || inVain
                ? leave(LeaveReason.UNAVAILABLE, reason, null)
                : new Next.Unanswered(reason, state == WaitState.WAITING);
    }

    /** The request has failed that waits for copies. Sent again with the same lease id it writes, and waits, anew. */
    Next copyFailed(StoreException reason, long now) {
        requests.failed(reason.effect() == Effect.UNKNOWN);
        if (state != WaitState.COPYING) {
            return Step.NOTHING;
        }
        return replication.triesAgain(reason, now)
                ? Step.COPY_AGAIN
                : leave(LeaveReason.NOT_COPIED, null, replication.failed(reason));
    }

    /** The time to ask again has come. */
    Next isDue() {
        if (pollIsDue || !mayAsk()) {
            return state == WaitState.COPYING && replication.isDue() ? Step.ASK : Step.NOTHING;
        }
        pollIsDue = true;
        return Step.POLL;
    }

    /** A message may have been lost: it asks again as soon as may be. */
    Next nudged() {
        return state == WaitState.WAITING ? isDue() : Step.NOTHING;
    }

    /**
     * The deadline has passed. A wait that is shorter than a round trip still gets the first answer, as one that asks once
     * does; if it leaves that to others of this client, it gets theirs.
     */
    Next timeIsUp() {
        overdue = true;
        if (!isOpen() || state == WaitState.COPYING) {
            return Step.NOTHING;
        }
        if (answered) {
            return leave(LeaveReason.TIMEOUT, null, null);
        }
        boolean hasFailed = !underWay && failure != null;
        return state != WaitState.ASKING
                ? Step.CONSULT_QUEUE
                : hasFailed ? leave(LeaveReason.UNAVAILABLE, failure, null) : Step.NOTHING;
    }

    /**
     * What the local queue knew at the deadline: whether the server has answered any of them, and why not. Meanwhile an
     * answer may have come.
     */
    Next consulted(boolean isAnswered, @Nullable StoreException failed, long now) {
        if (!isOpen() || state == WaitState.COPYING) {
            return Step.NOTHING;
        }
        if (isAnswered || answered) {
            return leave(LeaveReason.TIMEOUT, null, null);
        }
        return failed != null || isOutOfTime(now) ? leave(LeaveReason.UNAVAILABLE, failed, null) : Step.AWAIT_ANSWER;
    }

    /** The first answer must be here by now. */
    Next answerIsDue() {
        boolean isMissed = !answered && (state == WaitState.ASKING || state == WaitState.LOCAL && overdue);
        return isMissed ? leave(LeaveReason.UNAVAILABLE, failure, null) : Step.NOTHING;
    }

    /** Ends the wait, unless it is over; see {@link Next.Leave}. */
    Next leave(LeaveReason why, @Nullable StoreException cause, @Nullable LockException explained) {
        return isOpen() ? new Next.Leave(why, cause, explained, leaves(state != WaitState.LOCAL)) : Step.NOTHING;
    }

    private boolean leaves(boolean withdraw) {
        state = withdraw ? WaitState.LEAVING : WaitState.LEFT;
        return withdraw;
    }

    /** Its lease could not be made. */
    void notMade(boolean withdraw, StoreException why) {
        failure = why;
        leaves(withdraw);
    }

    /** It is gone; false = it has the grant. */
    boolean hasLeft() {
        boolean leaves = state != WaitState.GRANTED;
        state = leaves ? WaitState.LEFT : state;
        return leaves;
    }

    WaitState state() {
        return state;
    }

    /** When the wait began, ns. */
    long began() {
        return began;
    }

    long ticket() {
        return ticket;
    }

    long place() {
        return place;
    }

    boolean isAnswered() {
        return answered;
    }

    /** Why the last request failed; null = none did. */
    @Nullable
    StoreException failure() {
        return failure;
    }

    /** Whether it has neither a grant nor left. */
    boolean isOpen() {
        return state == WaitState.LOCAL || hasAsked();
    }

    private boolean hasAsked() {
        return mayAsk() || state == WaitState.COPYING;
    }

    private boolean mayAsk() {
        return state == WaitState.ASKING || state == WaitState.WAITING;
    }

    private boolean isOutOfTime(long now) {
        return now - began >= commandTimeoutNanos;
    }

    private Step copy(long now) {
        state = WaitState.COPYING;
        replication.begin(now);
        return Step.COPY;
    }

    private Next take(long token, long sentAt, long lifetime, long others, boolean claimOnly) {
        state = WaitState.GRANTED;
        return new Next.Granted(spec.hold(leaseId, token, sentAt, lifetime, ticket + 1, others, requests), claimOnly);
    }
}
