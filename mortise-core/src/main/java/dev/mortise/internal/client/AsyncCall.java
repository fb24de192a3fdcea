package dev.mortise.internal.client;

import dev.mortise.Lease;
import dev.mortise.LeaseLostException;
import dev.mortise.ReleaseOutcome;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** Runs an asynchronous body under a lease and releases it when the body's stage is complete. */
final class AsyncCall<T> {
    private final Lease lease;
    private final Function<Lease, LeaseLostException> loss;

    AsyncCall(Lease lease, Function<Lease, LeaseLostException> loss) {
        this.lease = lease;
        this.loss = loss;
    }

    CompletionStage<T> run(Function<Lease, CompletionStage<T>> body) {
        CompletionStage<T> running;
        try {
            running = Objects.requireNonNull(body.apply(lease), "the stage of the body");
        } catch (Throwable thrown) {
            running = CompletableFuture.failedFuture(thrown);
        }
        return running.handle((value, failure) -> lease.releaseAsync().<T>thenApply(outcome -> {
                    if (failure != null) {
                        throw failure instanceof RuntimeException unchecked
                                ? unchecked
                                : new CompletionException(failure);
                    }
                    if (outcome == ReleaseOutcome.LOST) {
                        throw loss.apply(lease);
                    }
                    return value;
                }))
                .thenCompose(released -> released);
    }
}
