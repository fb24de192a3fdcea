package dev.mortise.internal.quorum;

import dev.mortise.internal.runtime.Time;
import dev.mortise.internal.store.AcquireReply;
import dev.mortise.internal.store.AcquireRequest;
import dev.mortise.internal.store.Failure;
import dev.mortise.internal.store.RenewReply;
import dev.mortise.internal.store.RenewRequest;
import dev.mortise.internal.store.StoreException;
import dev.mortise.internal.store.StoreException.Effect;
import dev.mortise.internal.store.VoteReply;
import dev.mortise.internal.store.VoteRequest;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What this client does under one lease id, from its first round until its wait, or its lease, has ended. Thread-safe, never
 * blocks.
 */
final class QuorumAcquire {
    /*
     * Overview.
     *
     *   IDLE     no round is under way; it waits, or has just come      -> ASKING, OVER
     *   ASKING   a round is under way                                   -> IDLE, HELD, OVER
     *   HELD     a round was won: the lease stands on its votes         -> IDLE when lost, OVER
     *   OVER     withdrawn, released, or refused for good; final
     *
     * One round at a time, and none while the lease is held: a round that fails takes its votes back, and they could be those
     * on which a lease stands. An acquire that comes during a round is told to ask again; one that comes while the lease is
     * held renews it.
     *
     * A round that has failed may still get votes: those that are answered late, and those whose answer was lost. Each is
     * taken back when it is known, or may be there; never with a token above that of the failed round, so that it does not
     * touch what a later round has got. A vote that got no answer may also arrive after it was taken back. A later round
     * takes it over; and whatever ends the acquire leaves a tombstone on that node.
     */
    private enum Phase {
        IDLE,
        ASKING,
        HELD,
        OVER
    }

    /** How long a lease without expiry is looked after when nothing is heard of it. */
    static final long PATIENCE = TimeUnit.MINUTES.toNanos(10);

    private static final long ASK_AGAIN_MILLIS = 50;

    /** Says only that it had to wait: each node has a queue of its own. */
    private static final long TICKET = 1;

    private final Quorum quorum;
    private final String lock;
    private final String leaseId;
    private final Consumer<QuorumAcquire> onOver;
    private final OrphanVotes endless;
    private final ReentrantLock guard = new ReentrantLock();

    // Guarded by guard.
    private final List<NodeVotes> votes = new ArrayList<>();
    private final RoundBackoff backoff;
    private final BitSet forcedBy = new BitSet();
    private final BitSet gaveLast = new BitSet();
    /** Nodes that have said since the last round began that it is worth asking again. */
    private final BitSet toldBy = new BitSet();

    private Phase phase = Phase.IDLE;
    private Time.@Nullable Timer nextRound;
    private int attempts;
    private long failedUpTo;
    private long token;
    private long leaseMillis;
    private long longestMillis;
    private long overAt;

    /** @param onOver called once when it has ended by itself */
    QuorumAcquire(Quorum quorum, OrphanVotes endless, String lock, String leaseId, Consumer<QuorumAcquire> onOver) {
        this.quorum = quorum;
        this.lock = lock;
        this.leaseId = leaseId;
        this.onOver = onOver;
        this.backoff = new RoundBackoff(quorum);
        this.endless = endless;
        quorum.nodes().forEach(node -> votes.add(new NodeVotes()));
    }

    /** One acquire; null when this is over. */
    @Nullable
    CompletableFuture<AcquireReply> acquire(AcquireRequest request) {
        boolean held;
        guard.lock();
        try {
            if (phase == Phase.OVER) {
                return null;
            }
            if (phase == Phase.ASKING) {
                return alreadyAsking(request);
            }
            held = phase == Phase.HELD;
            leaseMillis = quorum.settings().onNode(request.leaseMillis());
            if (!held) {
                phase = Phase.ASKING;
                toldBy.clear();
                gaveLast.clear();
            }
        } finally {
            guard.unlock();
        }
        return held ? confirm(request) : new Round(quorum, this, request).run();
    }

    private CompletableFuture<AcquireReply> alreadyAsking(AcquireRequest request) {
        if (request.queue()) {
            long again = ASK_AGAIN_MILLIS / 2 + quorum.time().random(ASK_AGAIN_MILLIS);
            return CompletableFuture.completedFuture(new AcquireReply.Queued(TICKET, 1, again, false, 0));
        }
        return CompletableFuture.failedFuture(
                new StoreException(Effect.NONE, "the nodes are being asked for this lease already", null));
    }

    /** The lease is held: no vote is at stake. */
    private CompletableFuture<AcquireReply> confirm(AcquireRequest request) {
        RenewRequest renewal = new RenewRequest(
                request.lock(),
                request.leaseId(),
                request.leaseMillis(),
                false,
                request.shape(),
                request.permits(),
                token(),
                request.tag());
        return QuorumRenew.of(quorum, List.of(renewal)).thenCompose(replies -> {
            RenewReply reply = replies.get(0);
            if (reply instanceof RenewReply.Renewed renewed) {
                confirmed();
                return CompletableFuture.completedFuture(
                        new AcquireReply.Granted(token(), renewed.othersWait() ? 1 : 0));
            }
            if (reply instanceof RenewReply.Unknown unknown) {
                return CompletableFuture.failedFuture(new StoreException(Effect.UNKNOWN, unknown.reason(), null));
            }
            if (reply instanceof RenewReply.Forced) {
                return CompletableFuture.completedFuture(new AcquireReply.Stale());
            }
            return startAgain(request);
        });
    }

    private CompletableFuture<AcquireReply> startAgain(AcquireRequest request) {
        guard.lock();
        try {
            if (phase == Phase.HELD) {
                phase = Phase.IDLE;
                failedUpTo = token;
            }
        } finally {
            guard.unlock();
        }
        CompletableFuture<AcquireReply> reply = acquire(request);
        return reply == null ? CompletableFuture.completedFuture(new AcquireReply.Stale()) : reply;
    }

    /** Asks one node, and remembers what it may have. Sends nothing once this is over. */
    CompletableFuture<VoteReply> vote(Node node, VoteRequest request) {
        // On record before it is sent: whatever ends this either waits for the answer, or keeps the vote from being
        // sent.
        CompletableFuture<VoteReply> reply = new CompletableFuture<>();
        guard.lock();
        try {
            if (phase == Phase.OVER) {
                return CompletableFuture.failedFuture(
                        new StoreException(Effect.NONE, "it was withdrawn before this node was asked", null));
            }
            votes(node).asked(reply);
        } finally {
            guard.unlock();
        }
        node.ask(store -> store.vote(request)).whenComplete((given, failure) -> {
            try {
                answered(node, request, given, failure);
            } finally {
                if (failure == null) {
                    reply.complete(given);
                } else {
                    reply.completeExceptionally(failure);
                }
            }
        });
        return reply;
    }

    private void answered(Node node, VoteRequest request, @Nullable VoteReply reply, @Nullable Throwable failure) {
        boolean back;
        long upTo;
        guard.lock();
        try {
            NodeVotes votes = votes(node);
            if (failure != null && Failure.of(failure).effect() == Effect.UNKNOWN) {
                votes.lost(request.token());
            } else if (reply instanceof VoteReply.Given) {
                votes.stands(request.token());
                gaveLast.set(node.index());
            } else if (failure == null && request.queue()) {
                votes.touch();
            }
            upTo = failedUpTo;
            back = request.token() <= upTo && phase != Phase.OVER && votes.takeBack(upTo);
        } finally {
            guard.unlock();
        }
        if (back) {
            takeBack(node, upTo);
        }
    }

    /** A round has got a majority. */
    AcquireReply won(long won, long waiting) {
        guard.lock();
        try {
            if (phase != Phase.ASKING) {
                return new AcquireReply.Stale();
            }
            phase = Phase.HELD;
            token = won;
            stillHeld();
        } finally {
            guard.unlock();
        }
        return new AcquireReply.Granted(won, waiting);
    }

    /**
     * A round has got none: what it got goes back.
     *
     * @throws StoreException when too few nodes answered
     */
    AcquireReply lost(Answers<VoteReply> answers, long lostToken, AcquireRequest request) {
        List<Node> back = new ArrayList<>();
        AcquireReply reply = null;
        StoreException failure = null;
        boolean over;
        guard.lock();
        try {
            if (phase != Phase.ASKING) {
                return new AcquireReply.Stale();
            }
            phase = Phase.IDLE;
            attempts++;
            failedUpTo = lostToken;
            try {
                reply = reply(answers, request);
            } catch (StoreException e) {
                failure = e;
            }
            over = reply != null && !(reply instanceof AcquireReply.Queued);
            if (over) {
                phase = Phase.OVER;
            }
            for (Node node : quorum.nodes()) {
                if (!over && votes(node).takeBack(lostToken)) {
                    back.add(node);
                }
            }
        } finally {
            guard.unlock();
        }
        back.forEach(node -> takeBack(node, lostToken));
        endless.lookAt(lock, answers);
        if (over) {
            new QuorumRelease(quorum, lock, leaseId, 0, this).cleanUp();
            onOver.accept(this);
        }
        if (reply == null) {
            throw failure != null ? failure : new IllegalStateException("a round without a result");
        }
        return reply;
    }

    private AcquireReply reply(Answers<VoteReply> answers, AcquireRequest request) {
        if (!answers.enough()) {
            throw answers.tooFew(answers.count(VoteReply.Given.class::isInstance) > 0);
        }
        AcquireReply forGood = RoundFailure.forGood(quorum, answers);
        if (forGood != null) {
            return forGood;
        }
        if (!request.queue()) {
            return RoundFailure.atOnce(quorum, answers);
        }
        int most = quorum.settings().maxAttempts();
        if (most > 0 && attempts >= most) {
            return new AcquireReply.Busy(false);
        }
        return new AcquireReply.Queued(TICKET, 1, backoff.afterMillis(answers, toldBy.cardinality()), false, 0);
    }

    private void takeBack(Node node, long upTo) {
        quorum.outbox().run(node, leaseId, patienceNanos(), store -> store.unvote(lock, leaseId, upTo));
    }

    /** A node says that it is worth asking again; when a majority has, that is done soon. */
    void nudged(Node node, Runnable poll) {
        guard.lock();
        try {
            if (phase != Phase.ASKING && (phase != Phase.IDLE || gaveLast.get(node.index()))) {
                return;
            }
            boolean known = toldBy.get(node.index());
            toldBy.set(node.index());
            boolean enough = !known && toldBy.cardinality() == quorum.majority();
            if (phase == Phase.ASKING || nextRound != null && !enough) {
                return;
            }
            if (nextRound != null) {
                nextRound.cancel();
            }
            nextRound = quorum.time().schedule(backoff.untilTold(toldBy.cardinality()), () -> askAgain(poll));
        } finally {
            guard.unlock();
        }
    }

    private void askAgain(Runnable poll) {
        boolean waits;
        guard.lock();
        try {
            nextRound = null;
            waits = phase == Phase.IDLE;
        } finally {
            guard.unlock();
        }
        if (waits) {
            poll.run();
        }
    }

    /** A node says that the lease was ended by force; answers true once, when so many did that it is over. */
    boolean forced(Node node) {
        guard.lock();
        try {
            if (phase != Phase.HELD || forcedBy.get(node.index())) {
                return false;
            }
            forcedBy.set(node.index());
            return forcedBy.cardinality() == quorum.blocking();
        } finally {
            guard.unlock();
        }
    }

    /** The lease was taken over from another client, with whatever that had done for it. */
    void adopted(long withToken, long forMillis) {
        guard.lock();
        try {
            if (phase == Phase.IDLE) {
                phase = Phase.HELD;
            }
            token = withToken;
            leaseMillis = quorum.settings().onNode(forMillis);
            votes.forEach(NodeVotes::touch);
            stillHeld();
        } finally {
            guard.unlock();
        }
    }

    /** All nodes are asked to make the lease last that long, and each may do so whatever is answered. */
    void asked(long forMillis) {
        guard.lock();
        try {
            longestMillis = Math.max(longestMillis, quorum.settings().onNode(forMillis));
        } finally {
            guard.unlock();
        }
    }

    /** A majority has renewed the lease; a node that had lost it may have taken it up again. */
    void confirmed() {
        guard.lock();
        try {
            votes.forEach(NodeVotes::touch);
            stillHeld();
        } finally {
            guard.unlock();
        }
    }

    private void stillHeld() {
        assert guard.isHeldByCurrentThread();
        overAt = quorum.time().nanos() + patience();
    }

    /** Whether its lease is over by any clock, and nobody has released it here: it was given to another client. */
    boolean isForgotten() {
        guard.lock();
        try {
            return phase == Phase.HELD && quorum.time().nanos() > overAt + patience();
        } finally {
            guard.unlock();
        }
    }

    /** No round begins any more. */
    void end() {
        guard.lock();
        try {
            phase = Phase.OVER;
        } finally {
            guard.unlock();
        }
    }

    boolean isOver() {
        guard.lock();
        try {
            return phase == Phase.OVER;
        } finally {
            guard.unlock();
        }
    }

    /** Completes when no vote of that node is unanswered; never fails. */
    CompletableFuture<?> answered(Node node) {
        guard.lock();
        try {
            return votes(node).answered();
        } finally {
            guard.unlock();
        }
    }

    /** Whether a vote may still arrive at that node. */
    boolean isInDoubt(Node node) {
        guard.lock();
        try {
            return votes(node).inDoubt() || !votes(node).answered().isDone();
        } finally {
            guard.unlock();
        }
    }

    /** Whether that node may know this lease id. */
    boolean isKnownTo(Node node) {
        guard.lock();
        try {
            return votes(node).touched() || !votes(node).answered().isDone();
        } finally {
            guard.unlock();
        }
    }

    /** How long a node may keep it, ns. */
    long patienceNanos() {
        guard.lock();
        try {
            return patience();
        } finally {
            guard.unlock();
        }
    }

    private long patience() {
        assert guard.isHeldByCurrentThread();
        long longest = TimeUnit.MILLISECONDS.toNanos(Math.max(leaseMillis, longestMillis));
        return leaseMillis == 0 ? Math.max(PATIENCE, longest) : longest;
    }

    private long token() {
        guard.lock();
        try {
            return token;
        } finally {
            guard.unlock();
        }
    }

    private NodeVotes votes(Node node) {
        assert guard.isHeldByCurrentThread();
        return votes.get(node.index());
    }
}
