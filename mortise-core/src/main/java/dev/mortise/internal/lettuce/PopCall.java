package dev.mortise.internal.lettuce;

import dev.mortise.internal.store.StoreException;
import dev.mortise.internal.store.StoreException.Effect;
import io.lettuce.core.KeyValue;
import io.lettuce.core.api.StatefulRedisConnection;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

/** One BLPOP. Its failure is {@link Effect#UNKNOWN} where an element may have been taken out of a list. Thread-safe. */
final class PopCall implements LineCall {
    private static final double MILLIS_PER_SECOND = 1000;

    private final String[] keys;
    private final long millis;
    private final CompletableFuture<Optional<String>> result = new CompletableFuture<>();

    /** Set once, by whoever sends it or says that it was never sent. */
    private final AtomicBoolean decided = new AtomicBoolean();

    /** @param millis how long the server waits for an element */
    PopCall(String[] keys, long millis) {
        this.keys = keys;
        this.millis = millis;
    }

    @Override
    public CompletableFuture<Optional<String>> result() {
        return result;
    }

    @Override
    public CompletableFuture<?> on(StatefulRedisConnection<String, String> connection) {
        if (!decided.compareAndSet(false, true)) {
            return CompletableFuture.completedFuture("");
        }
        try {
            CompletableFuture<Object> idle = new CompletableFuture<>();
            connection.async().blpop(millis / MILLIS_PER_SECOND, keys).whenComplete((element, failure) -> {
                // The connection is free before the next call comes for one.
                if (failure == null) {
                    idle.complete("");
                    result.complete(Optional.ofNullable(element).map(KeyValue::getKey));
                } else if (Failures.classify(failure).effect() == Effect.REFUSED) {
                    idle.complete("");
                    fail(failure);
                } else {
                    // It may lead to the wrong place.
                    fail(failure);
                    idle.completeExceptionally(failure);
                }
            });
            return idle;
        } catch (RuntimeException notSent) {
            result.completeExceptionally(Failures.notSent(notSent));
            return CompletableFuture.failedFuture(notSent);
        }
    }

    @Override
    public void timeIsUp() {
        if (decided.compareAndSet(false, true)) {
            result.completeExceptionally(
                    new StoreException(Effect.NONE, "no connection to wait for a signal on was free in time", null));
        } else {
            result.completeExceptionally(Failures.timedOut(millis));
        }
    }

    @Override
    public void fail(Throwable failure) {
        result.completeExceptionally(Failures.classify(failure));
    }

    @Override
    public String whenBroken() {
        return "the connection to Redis broke while it waited for a signal";
    }
}
