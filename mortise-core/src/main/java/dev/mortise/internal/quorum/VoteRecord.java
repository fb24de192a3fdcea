package dev.mortise.internal.quorum;

import dev.mortise.internal.store.Failure;
import dev.mortise.internal.store.StoreException.Effect;
import dev.mortise.internal.store.VoteReply;
import dev.mortise.internal.store.VoteRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What the nodes may have of one lease id, and for how long. Guarded by its acquire. */
final class VoteRecord {
    /*
     * Overview. A round that has failed may still get votes: those that are answered late, and those whose answer was lost. Each
     * is taken back when it is known, or may be there; never with a token above that of the failed round, so that it does not
     * touch what a later round has got. A vote that got no answer may also arrive after it was taken back. A later round
     * takes it over; and whatever ends the acquire leaves a tombstone on that node.
     */

    /** How long a lease without expiry is looked after when nothing is heard of it. */
    static final long PATIENCE = TimeUnit.MINUTES.toNanos(10);

    private final Quorum quorum;

    /** By the index of the node. */
    private final List<NodeVotes> votes = new ArrayList<>();

    /** The greatest token of a round that has failed; 0 = none has. */
    private long failedUpTo;

    /** What the lease is to last on a node; 0 = without expiry. */
    private long leaseMillis;

    /** The longest that a node was asked to make it last. */
    private long longestMillis;

    /** When a lease that was confirmed last time is over by any clock, ns. */
    private long overAt;

    VoteRecord(Quorum quorum) {
        this.quorum = quorum;
        quorum.nodes().forEach(node -> votes.add(new NodeVotes()));
    }

    NodeVotes of(Node node) {
        return votes.get(node.index());
    }

    /** The lease is to last that long at the authority. */
    void lasts(long forMillis) {
        leaseMillis = quorum.settings().onNode(forMillis);
    }

    /** All nodes are asked to make it last that long, and each may do so whatever is answered. */
    void asked(long forMillis) {
        longestMillis = Math.max(longestMillis, quorum.settings().onNode(forMillis));
    }

    /**
     * A node has answered, or not.
     *
     * @return whether its vote is to be taken back, as its round has failed
     */
    boolean answered(
            Node node, VoteRequest request, @Nullable VoteReply reply, @Nullable Throwable failure, boolean isOver) {
        NodeVotes here = of(node);
        if (failure != null && Failure.of(failure).effect() == Effect.UNKNOWN) {
            here.lost(request.token());
        } else if (reply instanceof VoteReply.Given) {
            here.stands(request.token());
        } else if (failure == null && request.queue()) {
            here.touch();
        }
        return request.token() <= failedUpTo && !isOver && here.takeBack(failedUpTo);
    }

    /** Rounds up to that token have failed. */
    void failed(long upTo) {
        failedUpTo = upTo;
    }

    long failedUpTo() {
        return failedUpTo;
    }

    /** The nodes at which votes of failed rounds stand, which count as taken back from here on. */
    List<Node> toTakeBack() {
        return quorum.nodes().stream()
                .filter(node -> of(node).takeBack(failedUpTo))
                .toList();
    }

    /** A majority has confirmed the lease; any node may have taken it up again. */
    void confirmed() {
        votes.forEach(NodeVotes::touch);
        stillHeld();
    }

    void stillHeld() {
        overAt = quorum.time().nanos() + patience();
    }

    /** Whether the lease is over by any clock. */
    boolean isOver() {
        return quorum.time().nanos() > overAt + patience();
    }

    /** How long a node may keep it, ns. */
    long patience() {
        long longest = TimeUnit.MILLISECONDS.toNanos(Math.max(leaseMillis, longestMillis));
        return leaseMillis == 0 ? Math.max(PATIENCE, longest) : longest;
    }
}
