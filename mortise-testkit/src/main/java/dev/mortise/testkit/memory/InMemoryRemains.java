package dev.mortise.testkit.memory;

import dev.mortise.internal.store.Dropping;
import dev.mortise.internal.store.FoundLeftovers;
import dev.mortise.internal.store.Leftover;
import dev.mortise.internal.store.Remains;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

/** What clients have left behind, as one client reaches it. */
record InMemoryRemains(InMemoryLockStore connection, InMemoryServer server, OptionalLong quiet) implements Remains {
    @Override
    public CompletableFuture<FoundLeftovers> of(String lock, long graceMillis) {
        return connection.call(
                StoreOperation.INSPECT,
                () -> server.step(lock, state -> Remaining.of(state, graceMillis, server.now())));
    }

    @Override
    public CompletableFuture<List<Dropping>> drop(String lock, List<Leftover> some, long graceMillis) {
        List<Leftover> copy = List.copyOf(some);
        return connection.call(
                StoreOperation.COLLECT, () -> server.step(lock, state -> drop(lock, state, copy, graceMillis)));
    }

    private List<Dropping> drop(String lock, LockState state, List<Leftover> some, long graceMillis) {
        if (state.isIdle()) {
            return some.stream().map(each -> Dropping.KEPT).toList();
        }
        boolean isQuiet = server.quiet(quiet) > 0;
        Remaining remaining =
                new Remaining(state, graceMillis, server.now(), server.upForMillis(), quiet.isPresent(), isQuiet);
        List<Dropping> done = some.stream().map(remaining::drop).toList();
        server.settle(lock, state, quiet);
        remaining.tell(server.post(lock));
        return done;
    }

    @Override
    public CompletableFuture<List<Leftover>> waits(long graceMillis, boolean drop) {
        return connection.call(StoreOperation.WAIT, () -> server.staleWaits(graceMillis, drop));
    }

    /** Here each has one. */
    @Override
    public CompletableFuture<Boolean> endHeartbeat(String clientId, long graceMillis) {
        return connection.call(StoreOperation.HEARTBEAT, () -> false);
    }
}
