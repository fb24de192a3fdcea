package dev.mortise.internal.insight;

import dev.mortise.HolderWait;
import dev.mortise.LockInfo;
import dev.mortise.WaitReport;
import dev.mortise.internal.acquire.Acquire;
import dev.mortise.internal.acquire.AcquireResult;
import dev.mortise.internal.acquire.WaitPlace;
import dev.mortise.internal.runtime.Time;
import dev.mortise.internal.store.ClientRecord;
import dev.mortise.internal.store.Failure;
import dev.mortise.internal.store.Glance;
import dev.mortise.internal.store.LockRecord;
import dev.mortise.internal.store.LockStore;
import dev.mortise.internal.store.WaitRecord;
import dev.mortise.internal.store.WaitRecord.Held;
import dev.mortise.internal.store.WaitRecord.Wanted;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** Finds out what stands in the way of a wait. Nothing here blocks or fails: what cannot be known in time is left out. */
public final class WaitReports {
    /*
     * Overview. A report is made of the first holders and waiters, the heartbeats of a few clients, and the chain: what the
     * holder itself waits for. The register of waits knows the chain, and answers what is nearest in one request. The lock at
     * the end of the chain is then looked up, as its holder is what all wait for; a holder that does not wait is in no register.
     *
     * Many clients may make a report of one lock at the same time, so each part of it has a bound that does not depend on how
     * many hold the lock or wait for it.
     *
     * A wait comes into the register only when it is long, and so the holder's does. A waiter that has not waited for so long
     * itself does not ask for the chain.
     *
     * The time is bounded as a whole. When it is over, the report says what is known by then.
     */
    /** The most links of a chain. Of a longer one the end is left out. */
    private static final int MOST_LINKS = 3;

    private final LockStore store;
    private final Time time;
    private final LockInspector inspector;
    private final long registeredAfterNanos;
    private final long commandTimeoutNanos;

    /**
     * @param registeredAfterNanos how long a wait has lasted that the register may know, ns; {@link Long#MAX_VALUE} = it is not
     *     asked
     * @param commandTimeoutNanos how long a report may take, ns
     */
    public WaitReports(
            LockStore store, Time time, LockInspector inspector, long registeredAfterNanos, long commandTimeoutNanos) {
        this.store = store;
        this.time = time;
        this.inspector = inspector;
        this.registeredAfterNanos = registeredAfterNanos;
        this.commandTimeoutNanos = commandTimeoutNanos;
    }

    /** Of a wait that was in vain. Takes no longer than until a command time-out after its time was over. */
    public CompletableFuture<WaitReport> after(String lock, AcquireResult.Left left) {
        Glance glance = left.lock();
        if (glance == null) {
            return CompletableFuture.completedFuture(
                    WaitReport.unknown((int) left.place().place()));
        }
        return of(lock, glance, left.place(), left.waitedNanos(), commandTimeoutNanos - left.lateNanos());
    }

    /** Of a wait that goes on. */
    CompletableFuture<WaitReport> during(Acquire wait) {
        String lock = wait.terms().lock();
        return Failure.or(() -> store.glance(lock, wait.standIn().id()))
                .thenCompose(glance -> {
                    long waited = time.nanos() - wait.began();
                    return of(lock, glance, wait.place(), waited, commandTimeoutNanos);
                })
                .exceptionally(unknown -> WaitReport.unknown((int) wait.place().place()));
    }

    private CompletableFuture<WaitReport> of(
            String lock, Glance glance, WaitPlace own, long waitedNanos, long withinNanos) {
        LockRecord record = glance.record();
        long deadline = time.nanos() + withinNanos;
        Heartbeats beats = new Heartbeats(store);
        boolean mayBeRegistered =
                waitedNanos >= registeredAfterNanos && !record.holders().isEmpty();
        CompletableFuture<List<HolderWait>> chain =
                mayBeRegistered ? chain(lock, record, deadline, beats) : CompletableFuture.completedFuture(List.of());
        return by(
                        deadline,
                        () -> inspector.report(lock, glance, own, beats),
                        () -> inspector.bareReport(lock, glance, own))
                .thenCombine(
                        chain,
                        (report, links) ->
                                new WaitReport(report.place(), report.lock(), report.others(), report.ahead(), links));
    }

    private CompletableFuture<List<HolderWait>> chain(String lock, LockRecord record, long deadline, Heartbeats beats) {
        return by(
                        deadline,
                        () -> store.waits().glance(lock).thenApply(seen -> chain(lock, record, seen.records())),
                        List::<WaitRecord>of)
                .thenCompose(chain -> links(lock, chain, deadline, beats));
    }

    /** Each holds what the one before it waits for; the first is a holder of the lock. */
    private static List<WaitRecord> chain(String lock, LockRecord record, List<WaitRecord> seen) {
        List<WaitRecord> chain = new ArrayList<>();
        Set<String> owners = new HashSet<>();
        WaitRecord next = seen.stream()
                .filter(each -> each.held().stream().anyMatch(held -> isHolder(held, lock, record)))
                .findFirst()
                .orElse(null);
        while (next != null && owners.add(next.owner()) && chain.size() < MOST_LINKS) {
            chain.add(next);
            String wanted = wanted(next).lock();
            next = seen.stream()
                    .filter(each ->
                            each.held().stream().anyMatch(held -> held.lock().equals(wanted)))
                    .findFirst()
                    .orElse(null);
        }
        return chain;
    }

    private static boolean isHolder(Held held, String lock, LockRecord record) {
        return held.lock().equals(lock)
                && record.holders().stream().anyMatch(holder -> holder.leaseId().equals(held.holdId()));
    }

    /** The one that it has waited for longest. */
    private static Wanted wanted(WaitRecord record) {
        return record.wanted().stream()
                .min(Comparator.comparingLong(Wanted::sinceMillis))
                .orElseThrow();
    }

    private CompletableFuture<List<HolderWait>> links(
            String lock, List<WaitRecord> chain, long deadline, Heartbeats beats) {
        if (chain.isEmpty()) {
            return CompletableFuture.completedFuture(List.of());
        }
        String last = wanted(chain.get(chain.size() - 1)).lock();
        CompletableFuture<List<LockInfo.Holder>> heldBy = by(deadline, () -> inspector.holders(last, beats), List::of);
        List<CompletableFuture<Optional<ClientRecord>>> clients = chain.stream()
                .map(record -> by(deadline, () -> beats.of(record.clientId()), Optional::<ClientRecord>empty))
                .toList();
        return CompletableFuture.allOf(clients.toArray(CompletableFuture<?>[]::new))
                .thenCombine(heldBy, (all, holders) -> {
                    List<HolderWait> links = new ArrayList<>();
                    String holds = lock;
                    for (int i = 0; i < chain.size(); i++) {
                        WaitRecord record = chain.get(i);
                        Wanted wanted = wanted(record);
                        links.add(new HolderWait(
                                record.tag().owner(),
                                record.tag().label(),
                                ClientRecord.shown(
                                        record.clientId(), clients.get(i).getNow(Optional.empty())),
                                holds,
                                wanted.lock(),
                                Instant.ofEpochMilli(wanted.sinceMillis()),
                                i == chain.size() - 1 ? holders : List.of()));
                        holds = wanted.lock();
                    }
                    return links;
                });
    }

    /** What is answered by then, or else that; asked only if there is time. */
    private <T> CompletableFuture<T> by(long deadline, Supplier<CompletableFuture<T>> question, Supplier<T> otherwise) {
        long left = deadline - time.nanos();
        if (left <= 0) {
            return CompletableFuture.completedFuture(otherwise.get());
        }
        CompletableFuture<T> answer = new CompletableFuture<>();
        Time.Timer timer = time.schedule(left, () -> answer.complete(otherwise.get()));
        Failure.or(question).whenComplete((value, failure) -> {
            timer.cancel();
            answer.complete(failure == null ? value : otherwise.get());
        });
        return answer;
    }
}
