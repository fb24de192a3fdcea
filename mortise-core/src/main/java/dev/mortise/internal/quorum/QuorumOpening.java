package dev.mortise.internal.quorum;

import dev.mortise.internal.runtime.Backoff;
import dev.mortise.internal.store.Failure;
import dev.mortise.internal.store.InboxListener;
import dev.mortise.internal.store.StoreException;
import dev.mortise.internal.store.StoreException.Effect;
import dev.mortise.internal.store.VotingStore;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How a client joins the nodes of a quorum: which of them are new, and whether they are different servers. Asks again what no
 * majority has answered, for as long as opening may take.
 */
final class QuorumOpening {
    /*
     * Overview. On a machine that is busy, a client that has just started is slow at its first requests, and nodes have little
     * time to answer. So a question that nodes have left unanswered is asked again, of all nodes, if those could make up a
     * majority. A node that was not connected is not waited for, and neither is a minority: a quorum opens without it.
     *
     * Whether nodes are new is asked before the first attempt to join. A node that has not answered that attempt does not count
     * as new any more when it is asked again: meanwhile it may have given votes and lost them.
     */
    private static final Backoff.Pauses PAUSES = Backoff.Pauses.ofMillis(10, 300);

    private final Quorum quorum;
    private final Function<String, @Nullable QuorumAcquire> acquires;

    /** From then on nothing is asked again, ns. */
    private final long untilNanos;

    /**
     * @param acquires what this client does under a lease id, if anything
     * @param untilNanos from then on nothing is asked again
     */
    QuorumOpening(Quorum quorum, Function<String, @Nullable QuorumAcquire> acquires, long untilNanos) {
        this.quorum = quorum;
        this.acquires = acquires;
        this.untilNanos = untilNanos;
    }

    /** Completes when all nodes have answered, or not in time, and a majority can be heard; the others go on to try. */
    CompletableFuture<Void> open(String clientId, InboxListener listener) {
        NodeInbox.Reconnects reconnects = new NodeInbox.Reconnects(quorum.time());
        return newNodes()
                .thenCompose(isNew -> untilAnswered(
                        node -> node.ask(store -> store.join(
                                clientId,
                                new NodeInbox(node, acquires, listener, reconnects),
                                isNew.contains(node.index()))),
                        QuorumOpening::joined))
                .thenApply(joined -> null);
    }

    private static @Nullable Boolean joined(Answers<String> answers) {
        if (answers.open() > 0) {
            return null;
        }
        if (!answers.enough()) {
            throw answers.tooFew(true);
        }
        Map<String, Node> processes = new HashMap<>();
        for (Answers.Answer<String> answer : answers.given()) {
            Node same = answer.value().isEmpty() ? null : processes.put(answer.value(), answer.node());
            if (same != null) {
                throw new StoreException(
                        Effect.REFUSED,
                        same.name() + " and " + answer.node().name() + " are one server, which would vote twice",
                        null);
            }
        }
        return true;
    }

    /**
     * The nodes at which nothing can have been lost, as none has given a vote: all of them, or none. A node that has given
     * none while others have may have lost its votes, or is new among them; it must give none for a while. A node that cannot
     * be asked may have given some.
     */
    private CompletableFuture<Set<Integer>> newNodes() {
        return untilAnswered(node -> node.ask(VotingStore::isNew), answers -> {
            if (answers.count(isNew -> !isNew) > 0) {
                return Set.of();
            }
            if (answers.open() > 0) {
                return null;
            }
            if (!answers.enough()) {
                throw answers.tooFew(false);
            }
            return answers.answered() < quorum.nodes().size()
                    ? Set.of()
                    : answers.given().stream()
                            .map(answer -> answer.node().index())
                            .collect(Collectors.toUnmodifiableSet());
        });
    }

    private <T, R> CompletableFuture<R> untilAnswered(
            Function<Node, CompletableFuture<T>> question, QuorumCall.Decision<T, R> decision) {
        Question<T, R> asked = new Question<>(question, decision);
        asked.ask();
        return asked.result;
    }

    /** One question to all nodes, asked again while those without an answer could make up a majority. */
    private final class Question<T, R> {
        private final Function<Node, CompletableFuture<T>> question;
        private final QuorumCall.Decision<T, R> decision;
        private final CompletableFuture<R> result = new CompletableFuture<>();
        private final long beganNanos = quorum.time().nanos();

        // One attempt is under way at a time, so these have one writer at a time.
        private final Backoff backoff = new Backoff(quorum.time(), PAUSES);
        private int attempts;

        /** Whether the nodes that may have been too slow at the last attempt could make up a majority. */
        private volatile boolean isSlow;

        private Question(Function<Node, CompletableFuture<T>> question, QuorumCall.Decision<T, R> decision) {
            this.question = question;
            this.decision = decision;
        }

        private void ask() {
            attempts++;
            CompletableFuture<R> asked = Failure.or(() -> QuorumCall.of(quorum, question, this::decide));
            asked.whenComplete((value, failure) -> {
                if (failure == null) {
                    result.complete(value);
                } else {
                    failed(Failure.of(failure));
                }
            });
        }

        private @Nullable R decide(Answers<T> answers) {
            isSlow = !answers.enough() && answers.answered() + answers.inDoubt() >= quorum.majority();
            return decision.of(answers);
        }

        private void failed(StoreException failure) {
            long pause = backoff.nextNanos();
            boolean isOver = quorum.time().nanos() + pause >= untilNanos;
            if (!isSlow || isOver || failure.effect() == Effect.REFUSED) {
                result.completeExceptionally(attempts == 1 ? failure : afterAll(failure));
                return;
            }
            try {
                quorum.time().schedule(pause, this::ask);
            } catch (RuntimeException | Error noTimer) {
                result.completeExceptionally(failure);
            }
        }

        /** The last failure tells of each node why; and that it was not the only one. */
        private StoreException afterAll(StoreException last) {
            long millis = TimeUnit.NANOSECONDS.toMillis(quorum.time().nanos() - beganNanos);
            return new StoreException(
                    last.effect(),
                    "asked " + attempts + " times within " + millis + " ms; the last time, " + last.getMessage(),
                    last);
        }
    }
}
