package dev.mortise.internal.insight;

import dev.mortise.ClientInfo;
import dev.mortise.LockInfo;
import dev.mortise.internal.store.Catalogue;
import dev.mortise.internal.store.ClientRecord;
import dev.mortise.internal.store.LockStore;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/** Tells which locks and clients there are. Thread-safe; what it answers is for one reader each. */
public final class Listings {
    private final LockStore store;
    private final LockInspector inspector;
    private final Runnable requireOpen;

    /** @param requireOpen throws when the client is closed */
    public Listings(LockStore store, LockInspector inspector, Runnable requireOpen) {
        this.store = store;
        this.inspector = inspector;
        this.requireOpen = requireOpen;
    }

    /** Locks that are held or waited for; see {@link dev.mortise.admin.LockAdmin#list(String)}. Nothing is asked yet. */
    public Stream<LockInfo> locks(String pattern) {
        Heartbeats beats = new Heartbeats(store);
        Catalogue catalogue = store.catalogue();
        return new Walk<>(
                        cursor -> catalogue.locks(pattern, cursor),
                        name -> inspector.inspect(name, beats).thenApply(Listings::ifUsed),
                        requireOpen)
                .stream();
    }

    private static Optional<LockInfo> ifUsed(LockInfo lock) {
        return lock.isLocked() || !lock.waiters().isEmpty() ? Optional.of(lock) : Optional.empty();
    }

    /**
     * Clients that are alive, by host, process and id. Blocks.
     *
     * @throws dev.mortise.LockUnavailableException when the server cannot be asked
     */
    public List<ClientInfo> clients() {
        Catalogue catalogue = store.catalogue();
        return new Walk<ClientInfo>(catalogue::clients, this::client, requireOpen)
                .stream()
                        .sorted(Comparator.comparing(ClientInfo::host)
                                .thenComparing(ClientInfo::pid)
                                .thenComparing(ClientInfo::id))
                        .toList();
    }

    private CompletableFuture<Optional<ClientInfo>> client(String id) {
        return store.client(id).thenApply(found -> found.map(record -> ClientRecord.shown(id, Optional.of(record))));
    }
}
