package dev.mortise.internal.quorum;

import dev.mortise.internal.store.Failure;
import dev.mortise.internal.store.InboxListener;
import dev.mortise.internal.store.StoreException;
import dev.mortise.internal.store.StoreException.Effect;
import dev.mortise.internal.store.VotingStore;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** How a client joins the nodes of a quorum: which of them are new, and whether they are different servers. */
final class QuorumOpening {
    /** How often a client looks for nodes when it opens. */
    private static final int MOST_LOOKS = 3;

    private final Quorum quorum;
    private final Function<String, @Nullable QuorumAcquire> acquires;

    /** @param acquires what this client does under a lease id, if anything */
    QuorumOpening(Quorum quorum, Function<String, @Nullable QuorumAcquire> acquires) {
        this.quorum = quorum;
        this.acquires = acquires;
    }

    /** Completes when all nodes have answered, or not in time, and a majority can be heard; the others go on to try. */
    CompletableFuture<Void> open(String clientId, InboxListener listener) {
        NodeInbox.Reconnects reconnects = new NodeInbox.Reconnects(quorum.time());
        return newNodes(MOST_LOOKS)
                .thenCompose(isNew -> QuorumCall.of(
                        quorum,
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

    /** A client that has just started is slow at its first requests. */
    private CompletableFuture<Set<Integer>> newNodes(int looks) {
        return newNodes()
                .exceptionallyCompose(
                        failure -> looks > 1 && Failure.of(failure).effect() != Effect.REFUSED
                                ? newNodes(looks - 1)
                                : CompletableFuture.failedFuture(failure));
    }

    /**
     * The nodes at which nothing can have been lost, as none has given a vote: all of them, or none. A node that has given
     * none while others have may have lost its votes, or is new among them; it must give none for a while. A node that cannot
     * be asked may have given some.
     */
    private CompletableFuture<Set<Integer>> newNodes() {
        return QuorumCall.of(quorum, node -> node.ask(VotingStore::isNew), (Answers<Boolean> answers) -> {
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
}
