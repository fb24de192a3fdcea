package dev.mortise.internal.quorum;

import dev.mortise.internal.store.WaitRecord;
import dev.mortise.internal.store.WaitRecord.Held;
import dev.mortise.internal.store.WaitRegister;
import dev.mortise.internal.store.Waits;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The register of waits as a majority of nodes has it: a record counts if that many have the same version of it. So one that
 * was taken back at a majority does not, wherever else it still stands.
 */
final class QuorumWaitRegister implements WaitRegister {
    /** The most records that are read of a node at once. */
    private static final int MOST = 10_000;

    /** How long a record is refused that a node has not answered, ms: longer than a request can be under way. */
    private static final long REFUSED_MILLIS = 30_000;

    /** One version of a record. */
    private record Named(String owner, long version) {}

    private final Quorum quorum;

    /** Whether a node has left a record without an answer, which may come late there. Once true stays true. */
    private volatile boolean mayComeLate;

    QuorumWaitRegister(Quorum quorum) {
        this.quorum = quorum;
    }

    @Override
    public CompletableFuture<Waits> enter(WaitRecord record, Term term) {
        return told(register -> register.enter(record, term));
    }

    @Override
    public CompletableFuture<Waits> refresh(WaitRecord record, Term term) {
        return told(register -> register.refresh(record, term));
    }

    private CompletableFuture<Waits> told(Function<WaitRegister, CompletableFuture<Waits>> tell) {
        return asked(register -> tell.apply(register).whenComplete((answer, failure) -> {
            if (failure != null) {
                mayComeLate = true;
            }
        }));
    }

    @Override
    public CompletableFuture<Waits> look(List<String> locks) {
        return asked(register -> register.look(locks));
    }

    @Override
    public CompletableFuture<Waits> glance(String lock) {
        return asked(register -> register.glance(lock));
    }

    /** All on one page, as no two nodes have the same records on a page of theirs. */
    @Override
    public CompletableFuture<Page> list(String cursor) {
        return asked(register -> rest(register, "", List.of())).thenApply(all -> new Page(all.records(), ""));
    }

    private static CompletableFuture<Waits> rest(WaitRegister register, String cursor, List<WaitRecord> before) {
        return register.list(cursor).thenCompose(page -> {
            List<WaitRecord> all = Stream.concat(before.stream(), page.records().stream())
                    .distinct()
                    .toList();
            boolean isLast = page.next().isEmpty() || all.size() >= MOST;
            return isLast
                    ? CompletableFuture.completedFuture(new Waits(all, Set.of(), true))
                    : rest(register, page.next(), all);
        });
    }

    @Override
    public CompletableFuture<Void> forget(String owner, long version, long ttlMillis) {
        long refusedMillis = mayComeLate ? Math.max(ttlMillis, REFUSED_MILLIS) : ttlMillis;
        return QuorumCall.byMajority(quorum, (node, store) -> store.waits().forget(owner, version, refusedMillis));
    }

    @Override
    public CompletableFuture<Void> nudge(String clientId, String lock, String waitId) {
        return QuorumCall.byMajority(quorum, (node, store) -> store.waits().nudge(clientId, lock, waitId));
    }

    @Override
    public CompletableFuture<Void> survived(String clientId, String lock, String waitId, String victim) {
        return QuorumCall.byMajority(quorum, (node, store) -> store.waits().survived(clientId, lock, waitId, victim));
    }

    private CompletableFuture<Waits> asked(Function<WaitRegister, CompletableFuture<Waits>> question) {
        return QuorumCall.of(
                quorum,
                node -> node.ask(store -> question.apply(store.waits())),
                (Answers<Waits> answers) -> merged(quorum, answers));
    }

    private static @Nullable Waits merged(Quorum quorum, Answers<Waits> answers) {
        if (answers.open() > 0) {
            return null;
        }
        if (!answers.enough()) {
            throw answers.tooFew(false);
        }
        Map<Named, List<WaitRecord>> known = new LinkedHashMap<>();
        Map<String, Integer> certain = new HashMap<>();
        boolean isComplete = true;
        for (Answers.Answer<Waits> answer : answers.given()) {
            isComplete &= answer.value().isComplete();
            answer.value()
                    .records()
                    .forEach(record -> known.computeIfAbsent(
                                    new Named(record.owner(), record.version()), name -> new ArrayList<>())
                            .add(record));
            answer.value().certain().forEach(owner -> certain.merge(owner, 1, Integer::sum));
        }
        known.values().removeIf(nodes -> nodes.size() < quorum.majority());
        certain.values().removeIf(nodes -> nodes < quorum.majority());
        List<WaitRecord> records = known.values().stream()
                .map(nodes -> agreed(nodes, quorum.majority()))
                .toList();
        return new Waits(records, certain.keySet(), isComplete);
    }

    /** What so many nodes say that it holds: each has its own holds of what was looked at. */
    private static WaitRecord agreed(List<WaitRecord> nodes, int majority) {
        // The times of a record that is told again differ by a little.
        Map<List<String>, List<Held>> holds = new LinkedHashMap<>();
        for (WaitRecord node : nodes) {
            for (Held held : node.held()) {
                holds.computeIfAbsent(List.of(held.lock(), held.holdId()), hold -> new ArrayList<>())
                        .add(held);
            }
        }
        WaitRecord first = nodes.get(0);
        List<Held> agreed = holds.values().stream()
                .filter(said -> said.size() >= majority)
                .map(said -> said.get(0))
                .toList();
        return first.with(first.wanted(), agreed);
    }
}
