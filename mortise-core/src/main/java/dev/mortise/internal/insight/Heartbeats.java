package dev.mortise.internal.insight;

import dev.mortise.internal.store.ClientRecord;
import dev.mortise.internal.store.Failure;
import dev.mortise.internal.store.LockStore;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** Who the clients are that one report or listing names: each heartbeat is looked up once. Thread-safe, never blocks. */
final class Heartbeats {
    /** With so many, all are forgotten, and looked up anew when they are named again. */
    private static final int MOST = 10_000;

    private final LockStore store;

    /** By the id of the client; also those under way. */
    private final ConcurrentMap<String, CompletableFuture<Optional<ClientRecord>>> known = new ConcurrentHashMap<>();

    Heartbeats(LockStore store) {
        this.store = store;
    }

    /** Empty when there is none, or it cannot be read. Never fails. */
    CompletableFuture<Optional<ClientRecord>> of(String clientId) {
        if (known.size() >= MOST) {
            known.clear();
        }
        return known.computeIfAbsent(
                clientId, id -> Failure.or(() -> store.client(id)).exceptionally(unknown -> Optional.empty()));
    }
}
