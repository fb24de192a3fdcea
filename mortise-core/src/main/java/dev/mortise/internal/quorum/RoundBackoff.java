package dev.mortise.internal.quorum;

import dev.mortise.internal.store.VoteReply;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** When one who waits asks again. Guarded by its acquire. */
final class RoundBackoff {
    /*
     * Overview. A round fails because others hold the lock, or because several ask at once and each gets some of the votes.
     *
     * Held: it is worth asking again when a node says so, or when so many of the leases are over that a majority is free.
     * Those who release a lock do so on all nodes, which then say so one after the other. When a majority has, nothing is to
     * be waited for: nodes are kept for whom they told, but not for long. So a pause after that never grows.
     *
     * Split: nobody knows who should be first, so everybody gives back what they got and comes again after a random pause,
     * which grows. That also happens where somebody holds a bare majority, and nodes that are free give their vote in vain to
     * one after the other, who tell each other by giving it back. So a node that has just given its vote need not tell;
     * and when that goes on, it counts as held.
     */
    private static final int MOST_SPLITS = 3;
    private static final int MOST_COUNTED = 16;
    private static final long TOLD_SPREAD = TimeUnit.MILLISECONDS.toNanos(4);
    private static final long END_SPREAD_MILLIS = 10;

    private final Quorum quorum;
    private final long min;
    private final long max;

    /** Rounds in which the votes were split, less those in which they were not; bounded. */
    private int splits;

    RoundBackoff(Quorum quorum) {
        this.quorum = quorum;
        this.min = quorum.settings().retryDelayMin().toMillis();
        this.max = quorum.settings().retryDelayMax().toMillis();
    }

    /** So many nodes say that they are free: how long until all are asked, ns. Nodes are kept longer for whom they told. */
    long untilTold(int nodes) {
        if (nodes < quorum.majority()) {
            return TOLD_SPREAD + quorum.time().random(TOLD_SPREAD);
        }
        return splits == 0 ? 0 : quorum.time().random(TOLD_SPREAD);
    }

    /**
     * How long to wait after that round, ms; 0 = until somebody says something.
     *
     * @param told how many nodes said meanwhile that they are free
     */
    long afterMillis(Answers<VoteReply> answers, int told) {
        int taken = answers.count(reply -> reply instanceof VoteReply.Held || reply instanceof VoteReply.Quiet);
        int split = answers.count(reply -> reply instanceof VoteReply.Given || reply instanceof VoteReply.Outbid);
        splits = split > 0 ? Math.min(splits + 1, MOST_COUNTED) : Math.max(splits - 1, 0);
        if (told > 0) {
            return 1 + TimeUnit.NANOSECONDS.toMillis(untilTold(told));
        }
        if (split > 0 && (taken < quorum.majority() || splits <= MOST_SPLITS)) {
            long bound = Math.min(max, min << (splits - 1));
            return min + quorum.time().random(Math.max(1, bound - min + 1));
        }
        long free = untilFree(quorum, answers);
        return free == 0 ? 0 : free + quorum.time().random(END_SPREAD_MILLIS);
    }

    /** When so many leases, or quiet periods, are over that a majority is free; 0 = not known. */
    static long untilFree(Quorum quorum, Answers<VoteReply> answers) {
        List<Long> ends = new ArrayList<>();
        for (Answers.Answer<VoteReply> answer : answers.given()) {
            if (answer.value() instanceof VoteReply.Held held && held.endsAfterMillis() > 0) {
                ends.add(held.endsAfterMillis());
            } else if (answer.value() instanceof VoteReply.Quiet quiet) {
                ends.add(quiet.millis() + 1);
            } else if (answer.value() instanceof VoteReply.Given || answer.value() instanceof VoteReply.Outbid) {
                ends.add(1L);
            }
        }
        Collections.sort(ends);
        return ends.size() < quorum.majority() ? 0 : ends.get(quorum.majority() - 1);
    }
}
