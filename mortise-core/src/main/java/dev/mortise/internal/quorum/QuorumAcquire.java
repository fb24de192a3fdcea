package dev.mortise.internal.quorum;

import dev.mortise.internal.runtime.Guarded;
import dev.mortise.internal.runtime.Steps;
import dev.mortise.internal.store.AcquireReply;
import dev.mortise.internal.store.AcquireRequest;
import dev.mortise.internal.store.RenewReply;
import dev.mortise.internal.store.StoreException;
import dev.mortise.internal.store.StoreException.Effect;
import dev.mortise.internal.store.VoteReply;
import dev.mortise.internal.store.VoteRequest;
import java.util.BitSet;
import java.util.concurrent.CompletableFuture;
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
     * What the nodes may still have of rounds that have failed: see VoteRecord.
     */
    private enum Phase {
        IDLE,
        ASKING,
        HELD,
        OVER
    }

    private static final long ASK_AGAIN_MILLIS = 50;

    /** Says only that it had to wait: each node has a queue of its own. */
    private static final long TICKET = 1;

    private final Quorum quorum;
    private final String lock;
    private final String leaseId;
    private final Consumer<QuorumAcquire> onOver;
    private final OrphanVotes orphans;
    private final Guarded guard = new Guarded();

    /** Guarded by guard. */
    private final VoteRecord votes;

    /** Guarded by guard. */
    private final NodeNudges nudges;

    /** Nodes that have said that the lease was ended by force. Guarded by guard. */
    private final BitSet forcedBy = new BitSet();

    /** Guarded by guard. */
    private Phase phase = Phase.IDLE;

    /** Rounds that have failed. Guarded by guard. */
    private int attempts;

    /** Of the round that was won. Guarded by guard. */
    private long token;

    /** @param onOver called once when it has ended by itself */
    QuorumAcquire(Quorum quorum, OrphanVotes orphans, String lock, String leaseId, Consumer<QuorumAcquire> onOver) {
        this.quorum = quorum;
        this.lock = lock;
        this.leaseId = leaseId;
        this.onOver = onOver;
        this.nudges = new NodeNudges(quorum);
        this.orphans = orphans;
        this.votes = new VoteRecord(quorum);
    }

    /** One acquire; null when this is over. */
    @Nullable
    CompletableFuture<AcquireReply> acquire(AcquireRequest request) {
        boolean isHeld;
        try (Guarded held = guard.enter()) {
            assert held.isHeld();
            if (phase == Phase.OVER) {
                return null;
            }
            if (phase == Phase.ASKING) {
                return alreadyAsking(request);
            }
            isHeld = phase == Phase.HELD;
            votes.lasts(request.leaseMillis());
            if (!isHeld) {
                phase = Phase.ASKING;
                nudges.roundBegins();
            }
        }
        return isHeld ? confirm(request) : new Round(quorum, this, request).run();
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
        return QuorumRenew.again(quorum, request, token()).thenCompose(reply -> {
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
        guard.change(() -> {
            if (phase == Phase.HELD) {
                phase = Phase.IDLE;
                votes.failed(token);
            }
        });
        CompletableFuture<AcquireReply> reply = acquire(request);
        return reply == null ? CompletableFuture.completedFuture(new AcquireReply.Stale()) : reply;
    }

    /** Asks one node, and remembers what it may have. Sends nothing once this is over. */
    CompletableFuture<VoteReply> vote(Node node, VoteRequest request) {
        // On record before it is sent: whatever ends this either waits for the answer, or keeps the vote from being
        // sent.
        CompletableFuture<VoteReply> reply = new CompletableFuture<>();
        boolean isOver = guard.read(() -> {
            if (phase != Phase.OVER) {
                votes.of(node).asked(reply);
            }
            return phase == Phase.OVER;
        });
        if (isOver) {
            return CompletableFuture.failedFuture(
                    new StoreException(Effect.NONE, "it was withdrawn before this node was asked", null));
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
        try (Steps then = guard.decide()) {
            if (failure == null && reply instanceof VoteReply.Given) {
                nudges.gave(node);
            }
            if (votes.answered(node, request, reply, failure, phase == Phase.OVER)) {
                long upTo = votes.failedUpTo();
                then.add(() -> takeBack(node, upTo));
            }
        }
    }

    /** A round has got a majority. */
    AcquireReply won(long won, long waiting) {
        boolean isStale = guard.read(() -> {
            if (phase == Phase.ASKING) {
                phase = Phase.HELD;
                token = won;
                votes.stillHeld();
                return false;
            }
            return true;
        });
        if (isStale) {
            return new AcquireReply.Stale();
        }
        return new AcquireReply.Granted(won, waiting);
    }

    /**
     * A round has got none: what it got goes back.
     *
     * @throws StoreException when too few nodes answered
     */
    AcquireReply lost(Answers<VoteReply> answers, long lostToken, AcquireRequest request) {
        AcquireReply reply = null;
        StoreException failure = null;
        try (Steps then = guard.decide()) {
            if (phase != Phase.ASKING) {
                return new AcquireReply.Stale();
            }
            phase = Phase.IDLE;
            attempts++;
            votes.failed(lostToken);
            try {
                reply = reply(answers, request);
            } catch (StoreException e) {
                failure = e;
            }
            if (reply != null && !(reply instanceof AcquireReply.Queued)) {
                phase = Phase.OVER;
                then.add(() -> orphans.lookAt(lock, answers));
                then.add(() -> new QuorumRelease(quorum, lock, leaseId, 0, this).cleanUp());
                then.add(() -> onOver.accept(this));
            } else {
                votes.toTakeBack().forEach(node -> then.add(() -> takeBack(node, lostToken)));
                then.add(() -> orphans.lookAt(lock, answers));
            }
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
        return new AcquireReply.Queued(TICKET, 1, nudges.afterMillis(answers), false, 0);
    }

    private void takeBack(Node node, long upTo) {
        quorum.outbox().run(node, leaseId, patienceNanos(), store -> store.unvote(lock, leaseId, upTo));
    }

    /** A node says that it is worth asking again; when a majority has, that is done soon. */
    void nudged(Node node, Runnable poll) {
        guard.change(() -> {
            if (phase == Phase.ASKING || phase == Phase.IDLE) {
                nudges.told(node, phase == Phase.ASKING, () -> askAgain(poll));
            }
        });
    }

    private void askAgain(Runnable poll) {
        try (Steps then = guard.decide()) {
            nudges.asksAgain();
            if (phase == Phase.IDLE) {
                then.add(poll);
            }
        }
    }

    /** A node says that the lease was ended by force; answers true once, when so many did that it is over. */
    boolean forced(Node node) {
        return guard.read(() -> {
            if (phase != Phase.HELD || forcedBy.get(node.index())) {
                return false;
            }
            forcedBy.set(node.index());
            return forcedBy.cardinality() == quorum.blocking();
        });
    }

    /** The lease was taken over from another client, with whatever that had done for it. */
    void adopted(long withToken, long forMillis) {
        guard.change(() -> {
            if (phase == Phase.IDLE) {
                phase = Phase.HELD;
            }
            token = withToken;
            votes.lasts(forMillis);
            votes.confirmed();
        });
    }

    /** All nodes are asked to make the lease last that long, and each may do so whatever is answered. */
    void asked(long forMillis) {
        guard.change(() -> votes.asked(forMillis));
    }

    /** A majority has renewed the lease; a node that had lost it may have taken it up again. */
    void confirmed() {
        guard.change(votes::confirmed);
    }

    /** Whether its lease is over by any clock, and was not released here: it was given to another client. */
    boolean isForgotten() {
        return guard.read(() -> phase == Phase.HELD && votes.isOver());
    }

    /** No round begins any more. */
    void end() {
        guard.change(() -> phase = Phase.OVER);
    }

    boolean isOver() {
        return guard.read(() -> phase == Phase.OVER);
    }

    /** Completes when no vote of that node is unanswered; never fails. */
    CompletableFuture<?> answered(Node node) {
        return guard.read(() -> votes.of(node).answered());
    }

    /** Whether a vote may still arrive at that node. */
    boolean isInDoubt(Node node) {
        return guard.read(() -> votes.of(node).isInDoubt());
    }

    /** Whether that node may know this lease id. */
    boolean isKnownTo(Node node) {
        return guard.read(() -> votes.of(node).isKnown());
    }

    /** How long a node may keep it, ns. */
    long patienceNanos() {
        return guard.read(votes::patience);
    }

    private long token() {
        return guard.read(() -> token);
    }
}
