package dev.mortise.testkit.memory;

import dev.mortise.internal.store.WaitRecord;
import dev.mortise.internal.store.WaitRegister;
import dev.mortise.internal.store.Waits;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The register of waits as one client reaches it. */
final class InMemoryWaitRegister implements WaitRegister {
    private final InMemoryLockStore connection;
    private final InMemoryServer server;

    InMemoryWaitRegister(InMemoryLockStore connection, InMemoryServer server) {
        this.connection = connection;
        this.server = server;
    }

    @Override
    public CompletableFuture<Waits> enter(WaitRecord record, Term term) {
        return connection.call(StoreOperation.WAIT, () -> server.registerWait(record, term));
    }

    @Override
    public CompletableFuture<Waits> refresh(WaitRecord record, Term term) {
        return enter(record, term);
    }

    @Override
    public CompletableFuture<Waits> look(List<String> locks) {
        return connection.call(StoreOperation.WAIT, () -> server.lookAtWaits(locks));
    }

    @Override
    public CompletableFuture<Waits> glance(String lock) {
        return look(List.of(lock));
    }

    @Override
    public CompletableFuture<Page> list(String cursor) {
        return connection.call(StoreOperation.WAIT, () -> server.listWaits(cursor));
    }

    @Override
    public CompletableFuture<Void> forget(String owner, long version, long ttlMillis) {
        return connection.call(StoreOperation.WAIT, () -> {
            server.forgetWait(owner, version, ttlMillis);
            return null;
        });
    }

    @Override
    public CompletableFuture<Void> nudge(String clientId, String lock, String waitId) {
        return connection.call(StoreOperation.WAIT, () -> {
            server.nudge(clientId, lock, waitId);
            return null;
        });
    }

    @Override
    public CompletableFuture<Void> survived(String clientId, String lock, String waitId, String victim) {
        return connection.call(StoreOperation.WAIT, () -> {
            server.survived(clientId, lock, waitId, victim);
            return null;
        });
    }
}
