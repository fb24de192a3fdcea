package dev.mortise.internal.quorum;

import dev.mortise.internal.store.Dropping;
import dev.mortise.internal.store.FoundLeftovers;
import dev.mortise.internal.store.Leftover;
import dev.mortise.internal.store.Remains;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What clients have left behind on the nodes of a quorum. A majority must answer. What one node has heard of within the grace
 * time is stale on none: its client lives, and has only not reached the others. Each node drops what is stale there.
 */
record QuorumRemains(Quorum quorum) implements Remains {
    @Override
    public CompletableFuture<FoundLeftovers> of(String lock, long graceMillis) {
        return asked(remains -> remains.of(lock, quorum.settings().onNode(graceMillis)), QuorumRemains::staleOnAll);
    }

    private static FoundLeftovers staleOnAll(List<FoundLeftovers> nodes) {
        Map<String, Leftover> stale = new LinkedHashMap<>();
        Set<String> fresh = new HashSet<>();
        for (FoundLeftovers node : nodes) {
            fresh.addAll(node.fresh());
            node.stale().forEach(each -> stale.merge(each.kind() + each.id(), each, QuorumRemains::later));
        }
        return new FoundLeftovers(
                stale.values().stream()
                        .filter(each -> !fresh.contains(each.id()))
                        .toList(),
                fresh);
    }

    private static Leftover later(Leftover one, Leftover other) {
        return one.sinceMillis() >= other.sinceMillis() ? one : other;
    }

    @Override
    public CompletableFuture<List<Dropping>> drop(String lock, List<Leftover> some, long graceMillis) {
        List<Leftover> copy = List.copyOf(some);
        return asked(
                remains -> remains.drop(lock, copy, quorum.settings().onNode(graceMillis)),
                nodes -> IntStream.range(0, copy.size())
                        .mapToObj(i -> nodes.stream()
                                .map(node -> node.get(i))
                                .reduce(Dropping::or)
                                .orElse(Dropping.KEPT))
                        .toList());
    }

    @Override
    public CompletableFuture<List<Leftover>> waits(long graceMillis, boolean drop) {
        return asked(remains -> remains.waits(graceMillis, drop), nodes -> {
            Map<String, Leftover> all = new LinkedHashMap<>();
            nodes.stream().flatMap(List::stream).forEach(each -> all.merge(each.id(), each, QuorumRemains::later));
            return List.copyOf(all.values());
        });
    }

    @Override
    public CompletableFuture<Boolean> endHeartbeat(String clientId, long graceMillis) {
        return asked(remains -> remains.endHeartbeat(clientId, graceMillis), nodes -> nodes.contains(true));
    }

    /** All nodes are waited for, as each has its own; a majority must have answered. */
    private <T, R> CompletableFuture<R> asked(
            Function<Remains, CompletableFuture<T>> question, Function<List<T>, R> merged) {
        return QuorumCall.of(
                quorum,
                node -> node.ask(store -> question.apply(store.remains())),
                (Answers<T> answers) -> decided(answers, merged));
    }

    private static <T, R> @Nullable R decided(Answers<T> answers, Function<List<T>, R> merged) {
        if (answers.open() > 0) {
            return null;
        }
        if (!answers.enough()) {
            throw answers.tooFew(answers.answered() > 0);
        }
        return merged.apply(answers.given().stream().map(Answers.Answer::value).toList());
    }
}
