package dev.mortise.internal.quorum;

import dev.mortise.internal.store.LockRecord;
import dev.mortise.internal.store.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A lock as a majority has it on record. A lease that has the votes of a majority holds the lock. A lease waits if a majority
 * has it, by a place in the queue or by a vote: so what was withdrawn from a majority is not shown, though a node that is late
 * still has it; nobody waits for a node to say so. Times of the nodes' clocks are moved to that of the first one that answered.
 */
final class MergedRecord {
    private final Quorum quorum;
    private final Answers<LockRecord> answers;
    private final Map<String, List<LockRecord.Holder>> holders = new LinkedHashMap<>();
    private final Map<String, List<LockRecord.Waiter>> waiters = new LinkedHashMap<>();
    private final long now;

    private MergedRecord(Quorum quorum, Answers<LockRecord> answers) {
        this.quorum = quorum;
        this.answers = answers;
        this.now = answers.given().get(0).value().nowMillis();
        answers.given()
                .forEach(answer -> add(answer.value(), now - answer.value().nowMillis()));
    }

    /** Null while the other nodes can still decide who holds it. */
    static @Nullable LockRecord of(Quorum quorum, Answers<LockRecord> answers) {
        if (!answers.sure()) {
            return null;
        }
        if (!answers.enough()) {
            throw answers.tooFew(false);
        }
        MergedRecord merged = new MergedRecord(quorum, answers);
        return merged.isDecided() ? merged.record() : null;
    }

    private void add(LockRecord record, long shift) {
        for (LockRecord.Holder holder : record.holders()) {
            holders.computeIfAbsent(holder.leaseId(), unknown -> new ArrayList<>())
                    .add(moved(holder, shift));
        }
        for (LockRecord.Waiter waiter : record.waiters()) {
            waiters.computeIfAbsent(waiter.leaseId(), unknown -> new ArrayList<>())
                    .add(moved(waiter, shift));
        }
    }

    private boolean isDecided() {
        return holders.values().stream()
                .allMatch(votes ->
                        votes.size() >= quorum.majority() || votes.size() + answers.open() < quorum.majority());
    }

    /** How many nodes have that lease: by a vote, or in their queue. No node has it twice. */
    private int nodes(String leaseId) {
        return holders.getOrDefault(leaseId, List.of()).size()
                + waiters.getOrDefault(leaseId, List.of()).size();
    }

    private LockRecord record() {
        List<LockRecord.Holder> held = new ArrayList<>();
        for (List<LockRecord.Holder> votes : holders.values()) {
            if (votes.size() >= quorum.majority()) {
                held.add(merged(votes));
            }
        }
        held.sort(Comparator.comparingLong(LockRecord.Holder::token));
        List<LockRecord.Waiter> queue = waiters.entrySet().stream()
                .filter(waiter -> nodes(waiter.getKey()) >= quorum.majority())
                .filter(waiter -> held.stream().noneMatch(one -> one.leaseId().equals(waiter.getKey())))
                .sorted(Comparator.comparingLong(
                                (Map.Entry<String, List<LockRecord.Waiter>> waiter) -> inQueueSince(waiter.getValue()))
                        .thenComparing(Map.Entry::getKey))
                .map(waiter ->
                        Collections.min(waiter.getValue(), Comparator.comparingLong(LockRecord.Waiter::sinceMillis)))
                .toList();
        return new LockRecord(
                held.isEmpty() && queue.isEmpty() ? Optional.empty() : shape(), now, lastToken(), held, queue);
    }

    /** Since when a majority has it, or all of fewer nodes: one node that heard of it late, or of the next one early, tells nothing. */
    private long inQueueSince(List<LockRecord.Waiter> places) {
        return places.stream()
                .map(LockRecord.Waiter::sinceMillis)
                .sorted()
                .skip(Math.min(quorum.majority(), places.size()) - 1L)
                .findFirst()
                .orElseThrow();
    }

    private Optional<Shape> shape() {
        return answers.given().stream()
                .flatMap(answer -> answer.value().shape().stream())
                .findFirst()
                .map(shape -> new Shape(shape.kind(), shape.capacity()));
    }

    private long lastToken() {
        return answers.given().stream()
                .mapToLong(answer -> answer.value().lastToken())
                .max()
                .orElse(0);
    }

    /** As the node with the latest grant has it; until so many of them are over that the others are no majority. */
    private LockRecord.Holder merged(List<LockRecord.Holder> votes) {
        LockRecord.Holder latest = Collections.max(votes, Comparator.comparingLong(LockRecord.Holder::token));
        List<Long> ends = votes.stream()
                .map(vote -> vote.expiryMillis() == 0 ? Long.MAX_VALUE : vote.expiryMillis())
                .sorted(Comparator.reverseOrder())
                .toList();
        long end = ends.get(quorum.majority() - 1);
        return withTimes(latest, latest.sinceMillis(), end == Long.MAX_VALUE ? 0 : end);
    }

    private static LockRecord.Holder moved(LockRecord.Holder holder, long shift) {
        long expiry = holder.expiryMillis() == 0 ? 0 : holder.expiryMillis() + shift;
        return withTimes(holder, holder.sinceMillis() + shift, expiry);
    }

    private static LockRecord.Holder withTimes(LockRecord.Holder holder, long sinceMillis, long expiryMillis) {
        return new LockRecord.Holder(
                holder.leaseId(),
                holder.clientId(),
                holder.permits(),
                holder.leaseMillis(),
                expiryMillis,
                holder.token(),
                sinceMillis,
                holder.owner(),
                holder.label());
    }

    private static LockRecord.Waiter moved(LockRecord.Waiter waiter, long shift) {
        return new LockRecord.Waiter(
                waiter.leaseId(),
                waiter.clientId(),
                waiter.ticket(),
                waiter.permits(),
                waiter.sinceMillis() + shift,
                waiter.owner(),
                waiter.label());
    }
}
