package dev.mortise.internal.quorum;

import dev.mortise.internal.store.VotingStore;
import dev.mortise.internal.store.WithdrawReply;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Withdraws a lease id from every node, from whichever side of its votes: a release is one too, as the lease may still stand
 * in the queue of a node whose vote it did not need. Where a node does not acknowledge it, it is repeated until it does or the
 * lease is over there.
 */
final class QuorumRelease {
    private final Quorum quorum;
    private final String lock;
    private final String leaseId;
    private final long tombstoneMillis;
    private final @Nullable QuorumAcquire acquire;

    /**
     * @param tombstoneMillis how long a late vote is to be refused, on every node; 0 = only where one may be on its way
     * @param acquire null when this client knows nothing of that lease id
     */
    QuorumRelease(Quorum quorum, String lock, String leaseId, long tombstoneMillis, @Nullable QuorumAcquire acquire) {
        this.quorum = quorum;
        this.lock = lock;
        this.leaseId = leaseId;
        this.tombstoneMillis = tombstoneMillis;
        this.acquire = acquire;
    }

    /** Completes with what it was, as soon as that is decided. */
    CompletableFuture<WithdrawReply> run() {
        return QuorumCall.of(quorum, this::withdraw, this::decide);
    }

    /** Only where it may be known, and nobody waits for that. */
    void cleanUp() {
        for (Node node : quorum.nodes()) {
            if (isKnownTo(node)) {
                settled(node).thenRun(() -> {
                    if (isKnownTo(node)) {
                        quorum.outbox().run(node, leaseId, patience(), request(node)::apply);
                    }
                });
            }
        }
    }

    private CompletableFuture<WithdrawReply> withdraw(Node node) {
        return quorum.outbox().underWay(settled(node).thenCompose(settled -> {
            Function<VotingStore, CompletableFuture<WithdrawReply>> request = request(node);
            return node.ask(request).whenComplete((reply, failure) -> {
                if (failure != null && isKnownTo(node)) {
                    quorum.outbox().repeat(node, leaseId, patience(), request::apply);
                }
            });
        }));
    }

    /** Without a tombstone it must come after the votes. */
    private CompletableFuture<?> settled(Node node) {
        return acquire == null || tombstoneMillis > 0
                ? CompletableFuture.completedFuture(null)
                : acquire.answered(node);
    }

    private Function<VotingStore, CompletableFuture<WithdrawReply>> request(Node node) {
        boolean late = acquire != null && acquire.isInDoubt(node);
        long tombstone =
                Math.max(tombstoneMillis, late ? quorum.settings().late().toMillis() : 0);
        return store -> store.withdraw(lock, leaseId, tombstone);
    }

    private boolean isKnownTo(Node node) {
        return acquire == null || acquire.isKnownTo(node);
    }

    private long patience() {
        return acquire == null ? VoteRecord.PATIENCE : acquire.patienceNanos();
    }

    private @Nullable WithdrawReply decide(Answers<WithdrawReply> answers) {
        int held = answers.count(reply -> reply == WithdrawReply.GRANTED);
        if (held >= quorum.majority()) {
            return WithdrawReply.GRANTED;
        }
        if (answers.enough() && answers.answered() - held >= quorum.blocking()) {
            return answers.count(reply -> reply == WithdrawReply.WAITING) > 0
                    ? WithdrawReply.WAITING
                    : WithdrawReply.UNKNOWN;
        }
        if (answers.open() > 0 && answers.answered() + answers.open() >= quorum.majority()) {
            return null;
        }
        if (!answers.enough()) {
            throw answers.tooFew(answers.answered() > 0);
        }
        // A node that did not answer may have been the one that made it a majority.
        return WithdrawReply.GRANTED;
    }
}
