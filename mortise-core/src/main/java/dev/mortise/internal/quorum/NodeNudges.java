package dev.mortise.internal.quorum;

import dev.mortise.internal.runtime.Time;
import dev.mortise.internal.store.VoteReply;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/** Which nodes have said that it is worth asking again, and when that is done. Guarded by its acquire. */
final class NodeNudges {
    private final Quorum quorum;
    private final RoundBackoff backoff;

    /** Nodes that gave their vote in the last round. */
    private final BitSet gaveLast = new BitSet();

    /** Nodes that have said so since the last round began. */
    private final BitSet toldBy = new BitSet();

    /** Asks again. */
    private Time.@Nullable Timer nextRound;

    NodeNudges(Quorum quorum) {
        this.quorum = quorum;
        this.backoff = new RoundBackoff(quorum);
    }

    void roundBegins() {
        toldBy.clear();
        gaveLast.clear();
    }

    /** The node gave its vote in this round: what it says now may be about that. */
    void gave(Node node) {
        gaveLast.set(node.index());
    }

    /** After a round that has failed: when to ask again if no node says so before, ms. */
    long afterMillis(Answers<VoteReply> answers) {
        return backoff.afterMillis(answers, toldBy.cardinality());
    }

    /**
     * The node says so. When a majority has, that is done soon.
     *
     * @param isAsking whether a round is under way, which asks anyway
     * @param askAgain called by the timer, with no guard held
     */
    void told(Node node, boolean isAsking, Runnable askAgain) {
        if (!isAsking && gaveLast.get(node.index())) {
            return;
        }
        boolean known = toldBy.get(node.index());
        toldBy.set(node.index());
        boolean enough = !known && toldBy.cardinality() == quorum.majority();
        if (isAsking || nextRound != null && !enough) {
            return;
        }
        if (nextRound != null) {
            nextRound.cancel();
        }
        nextRound = quorum.time().schedule(backoff.untilTold(toldBy.cardinality()), askAgain);
    }

    /** The timer has come. */
    void asksAgain() {
        nextRound = null;
    }
}
