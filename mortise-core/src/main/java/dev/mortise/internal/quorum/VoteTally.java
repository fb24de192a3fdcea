package dev.mortise.internal.quorum;

import dev.mortise.internal.store.VoteReply;
import org.jspecify.annotations.Nullable;

/** Counts the votes for one token. */
sealed interface VoteTally {
    /** A majority gave its vote; so many others wait. */
    record Won(long waiting) implements VoteTally {}

    /** A majority is within reach only with a token above this one. */
    record Outbid(long floor) implements VoteTally {}

    /** No majority is within reach. */
    record Lost(Answers<VoteReply> answers) implements VoteTally {}

    /**
     * What the answers so far decide; null while the others can still decide it.
     *
     * @param last whether a greater token would not be proposed any more
     */
    static @Nullable VoteTally of(Quorum quorum, Answers<VoteReply> answers, boolean last) {
        int given = answers.count(VoteReply.Given.class::isInstance);
        int outbid = last ? 0 : answers.count(VoteReply.Outbid.class::isInstance);
        if (given >= quorum.majority()) {
            return new Won(waiting(answers));
        }
        // For a node that was away when it was asked last, nobody's votes are kept waiting.
        if (given + answers.likely() >= quorum.majority()) {
            return null;
        }
        if (given + answers.likely() + outbid >= quorum.majority()) {
            return new Outbid(floor(answers));
        }
        return answers.sure() ? new Lost(answers.copy()) : null;
    }

    private static long waiting(Answers<VoteReply> answers) {
        long most = 0;
        for (Answers.Answer<VoteReply> answer : answers.given()) {
            if (answer.value() instanceof VoteReply.Given given) {
                most = Math.max(most, given.waiting());
            }
        }
        return most;
    }

    private static long floor(Answers<VoteReply> answers) {
        long most = 0;
        for (Answers.Answer<VoteReply> answer : answers.given()) {
            if (answer.value() instanceof VoteReply.Outbid outbid) {
                most = Math.max(most, outbid.floor());
            }
        }
        return most;
    }
}
