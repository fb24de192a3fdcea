package dev.mortise.internal.client;

import dev.mortise.internal.lease.Failure;
import dev.mortise.internal.waiting.Acquisition;
import dev.mortise.internal.waiting.Departure;
import dev.mortise.internal.waiting.Outcome;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The future of an acquire as users have it: completes apart from what users do there. Completed by anybody else (cancel,
 * time-out), it ends the wait; a grant that crosses with that is released.
 */
final class Pending {
    private Pending() {}

    /** @param conversion may wait for further answers of the server; what it throws becomes the failure */
    static <T> CompletableFuture<T> of(
            Acquisition acquisition, Executor outcomes, Function<Outcome, CompletableFuture<T>> conversion) {
        CompletableFuture<T> future = new CompletableFuture<>();
        acquisition
                .result()
                .thenAccept(outcome -> converted(outcome, conversion)
                        .whenComplete(
                                (value, failure) -> outcomes.execute(() -> complete(future, outcome, value, failure))));
        future.whenComplete((value, failure) -> acquisition.leave(Departure.CANCELLED));
        return future;
    }

    private static <T> CompletableFuture<T> converted(
            Outcome outcome, Function<Outcome, CompletableFuture<T>> conversion) {
        try {
            return conversion.apply(outcome);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private static <T> void complete(
            CompletableFuture<T> future, Outcome outcome, T value, @Nullable Throwable failure) {
        boolean taken;
        if (failure == null) {
            taken = future.complete(value);
        } else {
            taken = future.completeExceptionally(Failure.cause(failure));
        }
        if (!taken && outcome instanceof Outcome.Granted granted) {
            granted.lease().releaseAsync();
        }
    }
}
