package dev.mortise.internal.quorum;

import dev.mortise.internal.store.AcquireReply;
import dev.mortise.internal.store.StoreException;
import dev.mortise.internal.store.StoreException.Effect;
import dev.mortise.internal.store.VoteReply;
import org.jspecify.annotations.Nullable;

/** What a round without a majority means for whoever asked. */
final class RoundFailure {
    private RoundFailure() {}

    /** Why no later round will do better either; null when one may. */
    static @Nullable AcquireReply forGood(Quorum quorum, Answers<VoteReply> answers) {
        if (answers.count(VoteReply.Stale.class::isInstance) >= quorum.blocking()) {
            return new AcquireReply.Stale();
        }
        if (answers.count(VoteReply.WrongKind.class::isInstance) >= quorum.blocking()) {
            return new AcquireReply.WrongKind(actual(answers));
        }
        if (answers.count(VoteReply.QueueFull.class::isInstance) >= quorum.blocking()) {
            return new AcquireReply.QueueFull(waiting(answers));
        }
        return null;
    }

    /**
     * For whoever does not wait.
     *
     * @throws StoreException when the tokens of others were in the way, and nothing else
     */
    static AcquireReply atOnce(Quorum quorum, Answers<VoteReply> answers) {
        int held = answers.count(VoteReply.Held.class::isInstance);
        int quiet = answers.count(VoteReply.Quiet.class::isInstance);
        if (held < quorum.blocking() && quiet > 0) {
            return new AcquireReply.Quiet(Math.max(1, RoundBackoff.untilFree(quorum, answers)));
        }
        if (held == 0 && answers.count(VoteReply.Outbid.class::isInstance) > 0) {
            boolean done = answers.count(VoteReply.Given.class::isInstance) > 0;
            Effect effect = done || answers.open() + answers.inDoubt() > 0 ? Effect.UNKNOWN : Effect.NONE;
            throw new StoreException(effect, "others were faster each time that a fencing token was proposed", null);
        }
        return new AcquireReply.Busy(false);
    }

    private static String actual(Answers<VoteReply> answers) {
        for (Answers.Answer<VoteReply> answer : answers.given()) {
            if (answer.value() instanceof VoteReply.WrongKind wrong) {
                return wrong.actual();
            }
        }
        return "";
    }

    private static long waiting(Answers<VoteReply> answers) {
        long most = 0;
        for (Answers.Answer<VoteReply> answer : answers.given()) {
            if (answer.value() instanceof VoteReply.QueueFull full) {
                most = Math.max(most, full.waiting());
            }
        }
        return most;
    }
}
