package dev.mortise.internal.quorum;

import dev.mortise.internal.runtime.Time;
import dev.mortise.internal.store.Failure;
import dev.mortise.internal.store.VotingStore;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One node as its quorum sees it: asks it, and remembers how that went. Thread-safe, never blocks. */
final class Node {
    private final int index;
    private final String name;
    private final VotingStore store;
    private final Time time;
    private final AtomicReference<NodeStatus> status;

    Node(int index, String name, VotingStore store, Time time) {
        this.index = index;
        this.name = name;
        this.store = store;
        this.time = time;
        this.status = new AtomicReference<>(new NodeStatus(name, false, 0, ""));
    }

    /** From 0. */
    int index() {
        return index;
    }

    String name() {
        return name;
    }

    VotingStore store() {
        return store;
    }

    NodeStatus status() {
        return Objects.requireNonNull(status.get());
    }

    /** Whether it did not answer what it was asked last. */
    boolean isAway() {
        NodeStatus last = status();
        return !last.reachable() && !last.lastError().isEmpty();
    }

    /** Asks; a store that fails at once fails like any other. */
    <T> CompletableFuture<T> ask(Function<VotingStore, CompletableFuture<T>> request) {
        long began = time.nanos();
        return Failure.or(() -> request.apply(store))
                .whenComplete((value, failure) -> remember(time.nanos() - began, failure));
    }

    private void remember(long took, @Nullable Throwable failure) {
        status.updateAndGet(before -> failure == null
                ? new NodeStatus(name, true, took, before.lastError())
                : new NodeStatus(
                        name,
                        false,
                        before.latencyNanos(),
                        String.valueOf(Failure.of(failure).getMessage())));
    }
}
