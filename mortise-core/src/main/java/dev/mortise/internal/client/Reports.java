package dev.mortise.internal.client;

import dev.mortise.ClientInfo;
import dev.mortise.LockInfo;
import dev.mortise.LockKind;
import dev.mortise.internal.store.ClientRecord;
import dev.mortise.internal.store.LockRecord;
import dev.mortise.internal.store.LockStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/** Makes what people read of what is stored. Reads the heartbeats of those it names, as far as they answer. */
final class Reports {
    private static final int SHOWN_OF_ID = 6;

    /** Of how many clients the heartbeat is looked up for one report. */
    private static final int MOST_CLIENTS = 100;

    private final LockStore store;

    Reports(LockStore store) {
        this.store = store;
    }

    CompletableFuture<LockInfo> inspect(String lock) {
        return store.inspect(lock).thenCompose(record -> describe(lock, record, ""));
    }

    /** @param without a lease id that is left out: the reader's own */
    CompletableFuture<LockInfo> describe(String lock, LockRecord record, String without) {
        Map<String, CompletableFuture<Optional<ClientRecord>>> clients = new HashMap<>();
        Stream.concat(
                        record.holders().stream().map(LockRecord.Holder::clientId),
                        record.waiters().stream().map(LockRecord.Waiter::clientId))
                .distinct()
                .limit(MOST_CLIENTS)
                .forEach(id -> clients.put(id, store.client(id).exceptionally(unknown -> Optional.empty())));
        return CompletableFuture.allOf(clients.values().toArray(CompletableFuture<?>[]::new))
                .thenApply(all -> {
                    Map<String, ClientInfo> known = new HashMap<>();
                    clients.forEach((id, client) -> known.put(id, info(id, client.join())));
                    return info(lock, record, known, without);
                });
    }

    private static LockInfo info(String lock, LockRecord record, Map<String, ClientInfo> clients, String without) {
        List<LockInfo.Holder> holders = new ArrayList<>();
        long used = 0;
        for (LockRecord.Holder holder : record.holders()) {
            used += holder.permits();
            Optional<Duration> left = holder.expiryMillis() == 0
                    ? Optional.empty()
                    : Optional.of(Duration.ofMillis(holder.expiryMillis() - record.nowMillis()));
            holders.add(new LockInfo.Holder(
                    holder.owner(),
                    clientOf(holder.clientId(), clients),
                    holder.label(),
                    Instant.ofEpochMilli(holder.sinceMillis()),
                    left,
                    holder.token(),
                    holder.permits()));
        }
        List<LockInfo.Waiter> waiters = new ArrayList<>();
        for (LockRecord.Waiter waiter : record.waiters()) {
            if (!waiter.leaseId().equals(without)) {
                waiters.add(new LockInfo.Waiter(
                        waiters.size() + 1,
                        waiter.owner(),
                        clientOf(waiter.clientId(), clients),
                        waiter.label(),
                        Instant.ofEpochMilli(waiter.sinceMillis() > 0 ? waiter.sinceMillis() : record.nowMillis()),
                        waiter.permits()));
            }
        }
        LockKind kind = record.shape().map(shape -> shape.kind()).orElse(LockKind.MUTEX);
        long permits = record.shape().map(shape -> shape.capacity()).orElse(1L);
        return new LockInfo(lock, kind, permits, used, holders, waiters, record.lastToken());
    }

    private static ClientInfo clientOf(String id, Map<String, ClientInfo> clients) {
        ClientInfo known = clients.get(id);
        return known != null ? known : info(id, Optional.empty());
    }

    private static ClientInfo info(String id, Optional<ClientRecord> client) {
        String shown = id.substring(0, Math.min(SHOWN_OF_ID, id.length()));
        return client.map(record -> new ClientInfo(shown, record.host(), record.pid(), record.name(), record.version()))
                .orElseGet(() -> new ClientInfo(shown, "", 0, "", ""));
    }
}
