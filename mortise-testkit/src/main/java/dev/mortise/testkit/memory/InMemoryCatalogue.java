package dev.mortise.testkit.memory;

import dev.mortise.internal.store.Catalogue;
import java.util.concurrent.CompletableFuture;

/** What is on record, as one client reads it. */
final class InMemoryCatalogue implements Catalogue {
    private final InMemoryLockStore connection;
    private final InMemoryServer server;

    InMemoryCatalogue(InMemoryLockStore connection, InMemoryServer server) {
        this.connection = connection;
        this.server = server;
    }

    @Override
    public CompletableFuture<Page> locks(String pattern, String cursor) {
        return connection.call(StoreOperation.LIST, () -> server.locks(pattern, cursor));
    }

    @Override
    public CompletableFuture<Page> clients(String cursor) {
        return connection.call(StoreOperation.LIST, () -> server.clients(cursor));
    }
}
