package dev.mortise.internal.insight;

import dev.mortise.ClientInfo;
import dev.mortise.LockInfo;
import dev.mortise.LockKind;
import dev.mortise.WaitReport;
import dev.mortise.internal.acquire.WaitPlace;
import dev.mortise.internal.lease.LeaseRegistry;
import dev.mortise.internal.lease.LeaseState;
import dev.mortise.internal.lease.LeaseTerms;
import dev.mortise.internal.queue.LocalQueues;
import dev.mortise.internal.queue.LocalWaiter;
import dev.mortise.internal.runtime.Time;
import dev.mortise.internal.store.ClientRecord;
import dev.mortise.internal.store.Glance;
import dev.mortise.internal.store.LockRecord;
import dev.mortise.internal.store.LockStore;
import dev.mortise.internal.store.Shape;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Makes what people read of what is stored. Reads the heartbeats of those it names, as far as they answer. */
public final class LockInspector {
    /*
     * Overview. Three sources are read one after the other: the record of the lock, the heartbeats of the clients in it,
     * and what this client has on record itself. It is no snapshot: a lease may have gone in between. So what it says is
     * for people and logs, and nothing is decided by it.
     *
     * The server has one holder for a hold, and does not see the waiters of a local queue. Of other clients that is all
     * that can be shown; of this one, each lease and each waiter is.
     *
     * A heartbeat that cannot be read leaves its client without host and name. Only a record that cannot be read is a
     * failure.
     */
    /** The most heartbeats that are looked up for one report, by a request each. */
    private static final int MOST_CLIENTS = 100;

    /** The same for a wait in vain: many may end at once. */
    private static final int FEW_CLIENTS = 2;

    private final LockStore store;
    private final Time time;
    private final LeaseRegistry registry;
    private final LocalQueues queues;
    private final String self;

    /** @param self id of this client */
    public LockInspector(LockStore store, Time time, LeaseRegistry registry, LocalQueues queues, String self) {
        this.store = store;
        this.time = time;
        this.registry = registry;
        this.queues = queues;
        this.self = self;
    }

    /** The lock as it is now. Fails when the record cannot be read. */
    public CompletableFuture<LockInfo> inspect(String lock) {
        return inspect(lock, new Heartbeats(store));
    }

    /** As {@link #inspect(String)}, one of several: what was looked up for one counts for the others. */
    CompletableFuture<LockInfo> inspect(String lock, Heartbeats beats) {
        return store.inspect(lock)
                .thenCompose(record ->
                        clients(lock, record, MOST_CLIENTS, beats).thenApply(clients -> info(lock, record, clients)));
    }

    /**
     * What stands in the way of a wait, but for what the holder itself waits for. Names the clients of the first holders, or else
     * of the first waiters.
     *
     * @param own what is left out of the queue
     */
    CompletableFuture<WaitReport> report(String lock, Glance glance, WaitPlace own, Heartbeats beats) {
        return clients(lock, glance.record(), FEW_CLIENTS, beats)
                .thenApply(clients -> report(lock, glance, own, clients));
    }

    /** The same, and asks nobody: clients have no host and no name. */
    WaitReport bareReport(String lock, Glance glance, WaitPlace own) {
        return report(lock, glance, own, Map.of());
    }

    /** That record, as people read it. Names the clients of the first holders, or else of the first waiters. */
    public CompletableFuture<LockInfo> describe(String lock, LockRecord record) {
        return clients(lock, record, FEW_CLIENTS, new Heartbeats(store))
                .thenApply(clients -> info(lock, record, clients));
    }

    /** Who holds it now, the first of them. Names the clients of the first. */
    CompletableFuture<List<LockInfo.Holder>> holders(String lock, Heartbeats beats) {
        return store.glance(lock, "")
                .thenCompose(glance -> report(lock, glance, new WaitPlace("", 0, false), beats))
                .thenApply(WaitReport::holders);
    }

    private WaitReport report(String lock, Glance glance, WaitPlace own, Map<String, ClientInfo> clients) {
        List<LockRecord.Waiter> here = localWaiters(lock, glance.record());
        WaitersShown shown = WaitersShown.of(glance, own, self, here);
        LockInfo info = info(lock, glance.record(), clients, shown.waiters(), glance.used());
        List<LockInfo.Waiter> ahead = info.waiters().subList(0, shown.ahead());
        return new WaitReport(shown.place(), Optional.of(info), shown.others(), ahead, List.of());
    }

    /** Asks for some of the clients that are in it. */
    private CompletableFuture<Map<String, ClientInfo>> clients(
            String lock, LockRecord record, int most, Heartbeats beats) {
        Map<String, CompletableFuture<Optional<ClientRecord>>> asked = new HashMap<>();
        Stream.of(
                        record.holders().stream().map(LockRecord.Holder::clientId),
                        queued(lock, record).stream().limit(1).map(waiter -> self),
                        record.waiters().stream().map(LockRecord.Waiter::clientId))
                .flatMap(ids -> ids)
                .distinct()
                .limit(most)
                .forEach(id -> asked.put(id, beats.of(id)));
        return CompletableFuture.allOf(asked.values().toArray(CompletableFuture<?>[]::new))
                .thenApply(all -> {
                    Map<String, ClientInfo> known = new HashMap<>();
                    asked.forEach(
                            (id, client) -> known.put(id, ClientRecord.shown(id, client.getNow(Optional.empty()))));
                    return known;
                });
    }

    /** All of it. */
    private LockInfo info(String lock, LockRecord record, Map<String, ClientInfo> clients) {
        List<LockRecord.Waiter> queue = WaitersShown.all(record, self, localWaiters(lock, record));
        long used =
                record.holders().stream().mapToLong(LockRecord.Holder::permits).sum();
        return info(lock, record, clients, queue, used);
    }

    /** @param clients those that were looked up, by id */
    private LockInfo info(
            String lock, LockRecord record, Map<String, ClientInfo> clients, List<LockRecord.Waiter> queue, long used) {
        List<LockInfo.Holder> holders = new ArrayList<>();
        for (LockRecord.Holder holder : record.holders()) {
            Optional<Duration> left = holder.expiryMillis() == 0
                    ? Optional.empty()
                    : Optional.of(Duration.ofMillis(holder.expiryMillis() - record.nowMillis()));
            for (LockRecord.Holder each : thoseOn(holder, record.nowMillis())) {
                holders.add(new LockInfo.Holder(
                        each.owner(),
                        clientOf(each.clientId(), clients),
                        each.label(),
                        Instant.ofEpochMilli(each.sinceMillis()),
                        left,
                        each.token(),
                        each.permits()));
            }
        }
        List<LockInfo.Waiter> waiters = new ArrayList<>();
        for (LockRecord.Waiter waiter : queue) {
            waiters.add(new LockInfo.Waiter(
                    waiters.size() + 1,
                    waiter.owner(),
                    clientOf(waiter.clientId(), clients),
                    waiter.label(),
                    Instant.ofEpochMilli(waiter.sinceMillis() > 0 ? waiter.sinceMillis() : record.nowMillis()),
                    waiter.permits()));
        }
        LockKind kind = record.shape().map(shape -> shape.kind()).orElse(LockKind.MUTEX);
        long permits = record.shape().map(shape -> shape.capacity()).orElse(1L);
        return new LockInfo(lock, kind, permits, used, holders, waiters, record.lastToken());
    }

    /** The server knows one holder; of a hold of this client, those that stand on it at this moment. */
    List<LockRecord.Holder> thoseOn(LockRecord.Holder holder, long nowMillis) {
        List<LockRecord.Holder> here = new ArrayList<>();
        for (LeaseState lease : registry.standingOn(holder.leaseId())) {
            long since = lease.token() == holder.token()
                    ? holder.sinceMillis()
                    : nowMillis - TimeUnit.NANOSECONDS.toMillis(time.nanos() - lease.grantedAt());
            here.add(new LockRecord.Holder(
                    lease.id(),
                    holder.clientId(),
                    lease.terms().permits(),
                    holder.leaseMillis(),
                    holder.expiryMillis(),
                    lease.token(),
                    since,
                    lease.terms().owner(),
                    lease.terms().label()));
        }
        here.sort(Comparator.comparingLong(LockRecord.Holder::token));
        return here.isEmpty() ? List.of(holder) : here;
    }

    private List<LocalWaiter> queued(String lock, LockRecord record) {
        return queues.queued(lock, record.shape().orElse(Shape.MUTEX));
    }

    /** Those that wait in this client only, in order; without lease ids. */
    List<LockRecord.Waiter> localWaiters(String lock, LockRecord record) {
        List<LockRecord.Waiter> here = new ArrayList<>();
        for (LocalWaiter waiter : queued(lock, record)) {
            LeaseTerms terms = waiter.terms();
            long since = record.nowMillis() - TimeUnit.NANOSECONDS.toMillis(time.nanos() - waiter.began());
            here.add(new LockRecord.Waiter("", self, 0, terms.permits(), since, terms.owner(), terms.label()));
        }
        return here;
    }

    /** The time of day by the clock of this client, ms since 1970. */
    long nowMillis() {
        return TimeUnit.MICROSECONDS.toMillis(time.wallMicros());
    }

    /** The id of this client. */
    String self() {
        return self;
    }

    /** As it was looked up; only its id, if it was not. */
    private static ClientInfo clientOf(String id, Map<String, ClientInfo> clients) {
        ClientInfo known = clients.get(id);
        return known != null ? known : ClientRecord.shown(id, Optional.empty());
    }
}
