package dev.mortise.internal.client;

import dev.mortise.internal.acquire.Acquire;
import dev.mortise.internal.acquire.AcquireResult;
import dev.mortise.internal.acquire.LeaveReason;
import dev.mortise.internal.store.Failure;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The future of an acquire as users have it: completes apart from what users do there. Completed by the user (cancel,
 * time-out), it ends the wait; a grant that crosses with that is released.
 */
final class AcquireFuture {
    /*
     * Overview. Two may complete the future: the acquire with its outcome, or the user. The first completion counts. If
     * that is the user's, the acquire leaves; if it is granted all the same, complete() finds the future done and releases
     * the lease. So each grant has a user or goes back.
     *
     * The future is completed on a callback thread, because what users have added to it runs there and may block.
     */
    private AcquireFuture() {}

    /** @param conversion may wait for further answers of the server; what it throws becomes the failure */
    static <T> CompletableFuture<T> of(
            Acquire acquire, Executor outcomes, Function<AcquireResult, CompletableFuture<T>> conversion) {
        CompletableFuture<T> future = new CompletableFuture<>();
        acquire.result()
                .thenAccept(outcome -> converted(outcome, conversion)
                        .whenComplete((value, failure) -> complete(future, outcomes, outcome, value, failure)));
        future.whenComplete((value, failure) -> acquire.leave(LeaveReason.CANCELLED));
        return future;
    }

    private static <T> CompletableFuture<T> converted(
            AcquireResult outcome, Function<AcquireResult, CompletableFuture<T>> conversion) {
        try {
            return conversion.apply(outcome);
        } catch (RuntimeException | Error e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** The lease of an outcome that comes too late is released; its release is not waited for. */
    private static <T> void complete(
            CompletableFuture<T> future,
            Executor outcomes,
            AcquireResult outcome,
            T value,
            @Nullable Throwable failure) {
        try {
            outcomes.execute(() -> complete(future, outcome, value, failure));
        } catch (RuntimeException | Error e) {
            // It may run all the same: then it finds this, and gives the lease back as well.
            Throwable known = failure == null ? e : failure;
            if (future.completeExceptionally(Failure.cause(known))
                    && outcome instanceof AcquireResult.Granted granted) {
                granted.lease().releaseAsync();
            }
        }
    }

    private static <T> void complete(
            CompletableFuture<T> future, AcquireResult outcome, T value, @Nullable Throwable failure) {
        boolean taken;
        if (failure == null) {
            taken = future.complete(value);
        } else {
            taken = future.completeExceptionally(Failure.cause(failure));
        }
        if (!taken && outcome instanceof AcquireResult.Granted granted) {
            granted.lease().releaseAsync();
        }
    }
}
