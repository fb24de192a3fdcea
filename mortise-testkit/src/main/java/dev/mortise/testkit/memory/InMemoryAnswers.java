package dev.mortise.testkit.memory;

import dev.mortise.ClientStatus.Deployment;
import dev.mortise.admin.Diagnosis.Finding;
import dev.mortise.admin.Diagnosis.Severity;
import dev.mortise.internal.store.KnownServer;
import dev.mortise.internal.store.StoreException;
import dev.mortise.internal.store.StoreException.Effect;
import dev.mortise.internal.store.StoreStatus;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Brings what the server answers to one client, or the failure that a test wants instead.
 *
 * @param deliveries carries answers to the client
 */
record InMemoryAnswers(InMemoryServer server, Executor deliveries, StoreFaults faults) {
    /**
     * Does the step, unless the request does not get there.
     *
     * @param fault null = none
     */
    <T> CompletableFuture<T> to(
            StoreOperation operation, StoreFaults.@Nullable Kind fault, boolean reachable, Supplier<T> step) {
        CompletableFuture<T> future = new CompletableFuture<>();
        boolean isStopped = fault != null && fault != StoreFaults.Kind.REPLY_LOST;
        if (!reachable || isStopped) {
            StoreException why = reachable && fault != null ? fault.failure() : notConnected();
            deliveries.execute(() -> future.completeExceptionally(why));
            return future;
        }
        T reply;
        try {
            reply = step.get();
        } catch (StoreException refused) {
            deliveries.execute(() -> future.completeExceptionally(refused));
            return future;
        }
        server.deliver();
        Runnable lost = () -> deliveries.execute(
                () -> future.completeExceptionally(new StoreException(Effect.UNKNOWN, "connection lost", null)));
        Runnable arrive = fault == null
                ? () -> deliveries.execute(() -> future.complete(reply))
                : () -> deliveries.execute(() -> future.completeExceptionally(fault.failure()));
        if (!faults.hold(operation, arrive, lost)) {
            arrive.run();
        }
        return future;
    }

    static StoreException notConnected() {
        return new StoreException(Effect.NONE, "not connected", null);
    }

    static StoreStatus known(boolean isConnected, boolean isHeard) {
        return new StoreStatus(
                Deployment.IN_MEMORY, List.of(new KnownServer("memory", "", isConnected, 0, "")), isHeard);
    }

    /** There is nothing that could be wrong with a server, as there is none. */
    static CompletableFuture<List<Finding>> findings() {
        return CompletableFuture.completedFuture(List.of(new Finding(
                Severity.INFO,
                "memory.only",
                "memory",
                "This is no server: its locks are in this JVM, are seen by no other process, and end with it",
                "")));
    }
}
