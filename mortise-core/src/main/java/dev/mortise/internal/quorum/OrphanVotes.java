package dev.mortise.internal.quorum;

import dev.mortise.internal.store.Looks;
import dev.mortise.internal.store.OrphanCheck;
import dev.mortise.internal.store.VoteReply;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has single nodes look after their votes without expiry: one that nobody renews may be in the way on too few nodes to be a
 * lease that anybody sees.
 */
final class OrphanVotes {
    private static final Logger log = LoggerFactory.getLogger(OrphanVotes.class);

    private final Quorum quorum;
    private final Looks looks;

    OrphanVotes(Quorum quorum) {
        this.quorum = quorum;
        this.looks = new Looks(quorum.time());
    }

    /** Looks at the nodes that said so in a round that failed, now and then. */
    void lookAt(String lock, Answers<VoteReply> answers) {
        if (answers.count(OrphanVotes::hasNoExpiry) == 0 || !looks.isDue(lock)) {
            return;
        }
        for (Answers.Answer<VoteReply> answer : answers.given()) {
            if (hasNoExpiry(answer.value())) {
                look(lock, answer.node());
            }
        }
    }

    private void look(String lock, Node node) {
        long grace = quorum.settings().onNode(OrphanCheck.GRACE_MILLIS);
        node.ask(store -> store.collect(lock, grace)).whenComplete((dropped, failure) -> {
            if (failure != null) {
                log.debug("Lock '{}' could not be looked after on {}", lock, node.name(), failure);
            } else if (dropped > 0) {
                log.warn(
                        "A vote of {} for lock '{}' without expiry, which nobody renewed, was collected",
                        node.name(),
                        lock);
            }
        });
    }

    private static boolean hasNoExpiry(VoteReply reply) {
        return reply instanceof VoteReply.Held held && held.noExpiry();
    }
}
