package dev.mortise.internal.quorum;

import java.util.concurrent.CompletableFuture;

/** What one node may have of one lease id. Guarded by its acquire. */
final class NodeVotes {
    /** The largest token of a vote that may stand there and was not taken back; 0 = none. */
    private long stands;

    /** A vote got no answer and may come late. Once true stays true. */
    private boolean inDoubt;

    /** Something was answered, or may have been done. Once true stays true. */
    private boolean touched;

    private CompletableFuture<?> answered = CompletableFuture.completedFuture(null);

    void asked(CompletableFuture<?> vote) {
        CompletableFuture<?> all = vote.handle((reply, failure) -> null);
        answered = answered.isDone() ? all : CompletableFuture.allOf(answered, all);
    }

    void touch() {
        touched = true;
    }

    void stands(long token) {
        touched = true;
        stands = Math.max(stands, token);
    }

    void lost(long token) {
        inDoubt = true;
        stands(token);
    }

    /** Whether there is something to take back, of rounds up to that one, which then counts as done. */
    boolean takeBack(long upTo) {
        boolean something = stands > 0 && stands <= upTo;
        if (something) {
            stands = 0;
        }
        return something;
    }

    /** Whether a vote may still arrive there. */
    boolean isInDoubt() {
        return inDoubt || !answered.isDone();
    }

    /** Whether the node may know the lease id. */
    boolean isKnown() {
        return touched || !answered.isDone();
    }

    /** Completes when no vote is unanswered any more; never fails. */
    CompletableFuture<?> answered() {
        return answered;
    }
}
