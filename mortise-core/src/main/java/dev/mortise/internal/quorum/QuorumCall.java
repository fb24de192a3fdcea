package dev.mortise.internal.quorum;

import dev.mortise.internal.store.Failure;
import dev.mortise.internal.store.VotingStore;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One question to all nodes at once. Ends as soon as the answers so far decide it: nobody waits for the slowest. */
final class QuorumCall<T, R> {
    private final Decision<T, R> decision;
    private final CompletableFuture<R> result = new CompletableFuture<>();
    private final ReentrantLock guard = new ReentrantLock();

    /** Guarded by guard. */
    private final Answers<T> answers;

    private QuorumCall(Quorum quorum, Decision<T, R> decision) {
        this.answers = new Answers<>(quorum);
        this.decision = decision;
    }

    /** Every node is asked, whatever the others answer meanwhile. */
    static <T, R> CompletableFuture<R> of(
            Quorum quorum, Function<Node, CompletableFuture<T>> question, Decision<T, R> decision) {
        QuorumCall<T, R> poll = new QuorumCall<>(quorum, decision);
        List<CompletableFuture<T>> asked = quorum.nodes().stream().map(question).toList();
        for (Node node : quorum.nodes()) {
            asked.get(node.index()).whenComplete((value, failure) -> poll.answered(node, value, failure));
        }
        return poll.result;
    }

    /** Completes when all have answered, or not in time, with the greatest number of a majority at least. */
    static CompletableFuture<Integer> most(Quorum quorum, Function<VotingStore, CompletableFuture<Integer>> request) {
        return of(quorum, node -> node.ask(request), (Answers<Integer> answers) -> {
            if (answers.open() > 0) {
                return null;
            }
            if (!answers.enough()) {
                throw answers.tooFew(answers.answered() > 0);
            }
            return answers.given().stream()
                    .mapToInt(Answers.Answer::value)
                    .max()
                    .orElse(0);
        });
    }

    /** Completes when a majority has done it. */
    static CompletableFuture<Void> byMajority(
            Quorum quorum, BiFunction<Node, VotingStore, CompletableFuture<Void>> request) {
        CompletableFuture<Boolean> done =
                of(quorum, node -> node.ask(store -> request.apply(node, store)), (Answers<Void> answers) -> {
                    if (answers.sure() && !answers.enough()) {
                        throw answers.tooFew(answers.answered() > 0);
                    }
                    return answers.enough() ? true : null;
                });
        return done.thenApply(enough -> null);
    }

    private void answered(Node node, T value, @Nullable Throwable failure) {
        R decided = null;
        RuntimeException failed = null;
        guard.lock();
        try {
            if (failure == null) {
                answers.add(node, value);
            } else {
                answers.add(node, Failure.of(failure));
            }
            if (!result.isDone()) {
                decided = decision.of(answers);
            }
        } catch (RuntimeException e) {
            failed = e;
        } finally {
            guard.unlock();
        }
        if (failed != null) {
            result.completeExceptionally(failed);
        } else if (decided != null) {
            result.complete(decided);
        }
    }

    /** Made from what is known so far; null while it is open. One at a time; must decide when no answer is open. */
    interface Decision<T, R> {
        /**
         * The result, or null.
         *
         * @throws dev.mortise.internal.store.StoreException when it is decided that there is none
         */
        @Nullable
        R of(Answers<T> answers);
    }
}
