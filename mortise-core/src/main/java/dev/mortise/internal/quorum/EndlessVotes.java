package dev.mortise.internal.quorum;

import dev.mortise.internal.store.VoteReply;
import dev.mortise.internal.waiting.EndlessWatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has single nodes look after their votes without expiry: one whose client is gone may be in the way on too few nodes to be
 * a lease that anybody sees.
 */
final class EndlessVotes {
    private static final Logger log = LoggerFactory.getLogger(EndlessVotes.class);
    private static final long PERIOD = TimeUnit.SECONDS.toNanos(5);

    private final Quorum quorum;
    private final String lock;
    private final AtomicLong next = new AtomicLong(Long.MIN_VALUE);

    EndlessVotes(Quorum quorum, String lock) {
        this.quorum = quorum;
        this.lock = lock;
    }

    /** Looks at the nodes that said so in a round that failed, now and then. */
    void lookAt(Answers<VoteReply> answers) {
        long due = next.get();
        long now = quorum.time().nanos();
        if (answers.count(EndlessVotes::isEndless) == 0 || now < due || !next.compareAndSet(due, now + PERIOD)) {
            return;
        }
        for (Answers.Answer<VoteReply> answer : answers.given()) {
            if (isEndless(answer.value())) {
                look(answer.node());
            }
        }
    }

    private void look(Node node) {
        node.ask(store -> new EndlessWatch(store).collect(lock)).whenComplete((dropped, failure) -> {
            if (failure != null) {
                log.debug("Lock '{}' could not be looked after on {}", lock, node.name(), failure);
            } else if (dropped > 0) {
                log.warn(
                        "A vote of {} for lock '{}' without expiry was collected: its client is gone",
                        node.name(),
                        lock);
            }
        });
    }

    private static boolean isEndless(VoteReply reply) {
        return reply instanceof VoteReply.Held held && held.endless();
    }
}
