package dev.mortise.internal.quorum;

import dev.mortise.internal.store.AcquireReply;
import dev.mortise.internal.store.AcquireRequest;
import dev.mortise.internal.store.Fencing;
import dev.mortise.internal.store.VoteReply;
import dev.mortise.internal.store.VoteRequest;
import java.util.concurrent.CompletableFuture;

/** All nodes asked for their vote, with one fencing token; and again with a greater one when that was used up. */
final class Round {
    private static final int MOST_PROPOSALS = 3;

    private final Quorum quorum;
    private final QuorumAcquire acquire;
    private final AcquireRequest request;

    Round(Quorum quorum, QuorumAcquire acquire, AcquireRequest request) {
        this.quorum = quorum;
        this.acquire = acquire;
        this.request = request;
    }

    CompletableFuture<AcquireReply> run() {
        return propose(request.floor() + Fencing.BLOCK - 1, MOST_PROPOSALS);
    }

    private CompletableFuture<AcquireReply> propose(long floor, int proposals) {
        long token = quorum.proposals().next(request.lock(), floor);
        VoteRequest vote = new VoteRequest(
                request.lock(),
                request.leaseId(),
                request.shape().inQuorum(),
                request.permits(),
                quorum.settings().onNode(request.leaseMillis()),
                request.queue(),
                token,
                request.tag(),
                request.maxWaiters());
        if (acquire.isOver()) {
            return CompletableFuture.completedFuture(new AcquireReply.Stale());
        }
        return QuorumCall.<VoteReply, VoteTally>of(
                        quorum,
                        node -> acquire.vote(node, vote),
                        answers -> VoteTally.of(quorum, answers, proposals == 1))
                .thenCompose(tally -> {
                    if (tally instanceof VoteTally.Outbid outbid) {
                        return propose(outbid.floor(), proposals - 1);
                    }
                    return CompletableFuture.completedFuture(
                            tally instanceof VoteTally.Won won
                                    ? acquire.won(token, won.waiting())
                                    : acquire.lost(((VoteTally.Lost) tally).answers(), token, request));
                });
    }
}
