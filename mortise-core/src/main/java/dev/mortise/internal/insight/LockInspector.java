package dev.mortise.internal.insight;

import dev.mortise.ClientInfo;
import dev.mortise.LockInfo;
import dev.mortise.LockKind;
import dev.mortise.internal.lease.LeaseRegistry;
import dev.mortise.internal.lease.LeaseState;
import dev.mortise.internal.lease.LeaseTerms;
import dev.mortise.internal.queue.LocalQueues;
import dev.mortise.internal.queue.LocalWaiter;
import dev.mortise.internal.runtime.Time;
import dev.mortise.internal.store.ClientRecord;
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
        return store.inspect(lock).thenCompose(record -> describe(lock, record, "", MOST_CLIENTS, beats));
    }

    /**
     * Why a wait was in vain: names the clients of the first holders, or else of the first waiters.
     *
     * @param without a lease id that is left out: the reader's own
     */
    public CompletableFuture<LockInfo> describe(String lock, LockRecord record, String without) {
        return describe(lock, record, without, FEW_CLIENTS, new Heartbeats(store));
    }

    private CompletableFuture<LockInfo> describe(
            String lock, LockRecord record, String without, int mostClients, Heartbeats beats) {
        Map<String, CompletableFuture<Optional<ClientRecord>>> clients = new HashMap<>();
        List<LocalWaiter> here = queues.queued(lock, record.shape().orElse(Shape.MUTEX));
        Stream.of(
                        record.holders().stream().map(LockRecord.Holder::clientId),
                        here.stream().limit(1).map(waiter -> self),
                        record.waiters().stream().map(LockRecord.Waiter::clientId))
                .flatMap(ids -> ids)
                .distinct()
                .limit(mostClients)
                .forEach(id -> clients.put(id, beats.of(id)));
        return CompletableFuture.allOf(clients.values().toArray(CompletableFuture<?>[]::new))
                .thenApply(all -> {
                    Map<String, ClientInfo> known = new HashMap<>();
                    clients.forEach(
                            (id, client) -> known.put(id, ClientRecord.shown(id, client.getNow(Optional.empty()))));
                    return info(lock, record, known, withThoseHere(waiters(record, without), here, record));
                });
    }

    /** @param clients those that were looked up, by id */
    private LockInfo info(
            String lock, LockRecord record, Map<String, ClientInfo> clients, List<LockRecord.Waiter> queue) {
        List<LockInfo.Holder> holders = new ArrayList<>();
        long used = 0;
        for (LockRecord.Holder holder : record.holders()) {
            used += holder.permits();
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
    private List<LockRecord.Holder> thoseOn(LockRecord.Holder holder, long nowMillis) {
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

    /** Those of the server, in order. */
    private static List<LockRecord.Waiter> waiters(LockRecord record, String without) {
        return record.waiters().stream()
                .filter(waiter -> !waiter.leaseId().equals(without))
                .toList();
    }

    /** Acquires that wait in this client only stand behind the one of it that asks, or, if it holds the lock, first. */
    private List<LockRecord.Waiter> withThoseHere(
            List<LockRecord.Waiter> queue, List<LocalWaiter> here, LockRecord record) {
        List<LockRecord.Waiter> all = new ArrayList<>(queue);
        int at = 0;
        for (int i = 0; i < all.size(); i++) {
            if (all.get(i).clientId().equals(self)) {
                at = i + 1;
            }
        }
        for (LocalWaiter waiter : here) {
            LeaseTerms terms = waiter.terms();
            long since = record.nowMillis() - TimeUnit.NANOSECONDS.toMillis(time.nanos() - waiter.began());
            all.add(at++, new LockRecord.Waiter("", self, 0, terms.permits(), since, terms.owner(), terms.label()));
        }
        return all;
    }

    /** As it was looked up; only its id, if it was not. */
    private static ClientInfo clientOf(String id, Map<String, ClientInfo> clients) {
        ClientInfo known = clients.get(id);
        return known != null ? known : ClientRecord.shown(id, Optional.empty());
    }
}
