package dev.mortise.internal.client;

import dev.mortise.Lease;
import dev.mortise.LeaseFunction;
import dev.mortise.LeaseLoss;
import dev.mortise.LeaseLostException;
import dev.mortise.ReleaseOutcome;
import dev.mortise.internal.lease.LossAware;
import dev.mortise.internal.store.Failure;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Runs a body under a lease, and releases it whatever the body does. */
final class LeaseCalls {
    private LeaseCalls() {}

    /**
     * Runs it on the calling thread. Blocks for the release, too. A loss is thrown if the body did not fail; otherwise it
     * is added to what the body has thrown.
     */
    static <T extends @Nullable Object, X extends Throwable> T call(Lease lease, LeaseFunction<T, X> body) throws X {
        T result;
        try {
            result = body.apply(lease);
        } catch (Throwable thrown) {
            if (lease.release() == ReleaseOutcome.LOST) {
                thrown.addSuppressed(lost(lease));
            }
            throw thrown;
        }
        if (lease.release() == ReleaseOutcome.LOST) {
            throw lost(lease);
        }
        return result;
    }

    /**
     * Runs the body when the lease is there, and completes after the release. If the result is completed from outside, a
     * wait is ended; a body that has begun goes on, and the lease is released after it.
     *
     * @param callbacks where the body starts
     */
    static <T> CompletableFuture<T> callAsync(
            CompletableFuture<Lease> acquired, Executor callbacks, Function<Lease, CompletionStage<T>> body) {
        CompletableFuture<T> result = new CompletableFuture<>();
        // Not by thenCompose, which drops the lease when the result is cancelled just as it comes.
        acquired.whenComplete((lease, failure) -> {
            if (failure != null) {
                result.completeExceptionally(failure);
            } else {
                callbacks.execute(() -> run(lease, body, result));
            }
        });
        result.whenComplete((value, failure) -> acquired.cancel(false));
        return result;
    }

    /** On a callback thread. If the result was completed before the body could start, the body does not start. */
    private static <T> void run(Lease lease, Function<Lease, CompletionStage<T>> body, CompletableFuture<T> result) {
        if (result.isDone()) {
            lease.releaseAsync();
            return;
        }
        bodyThenRelease(lease, body).whenComplete((value, thrown) -> {
            if (thrown == null) {
                result.complete(value);
            } else {
                result.completeExceptionally(Failure.cause(thrown));
            }
        });
    }

    /** Completes as the body does, once the lease is released; fails when the lease was lost and the body did not fail. */
    private static <T> CompletionStage<T> bodyThenRelease(Lease lease, Function<Lease, CompletionStage<T>> body) {
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
                        throw lost(lease);
                    }
                    return value;
                }))
                .thenCompose(released -> released);
    }

    /** What the caller gets who believed that the body ran under the lock. */
    private static LeaseLostException lost(Lease lease) {
        Optional<LeaseLoss> known = lease instanceof LossAware held ? held.loss() : Optional.empty();
        LeaseLoss loss =
                known.orElseGet(() -> new LeaseLoss(LeaseLoss.Cause.GONE, "it was over before the body ended"));
        return new LeaseLostException(lease.lockName(), lease.fencingToken(), loss);
    }
}
