package dev.mortise.internal.store;

import dev.mortise.internal.store.StoreException.Effect;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What a failed request of the store was about. */
public final class Failure {
    private Failure() {}

    /** The store's own exception. */
    public static StoreException of(Throwable failure) {
        Throwable cause = cause(failure);
        return cause instanceof StoreException known
                ? known
                : new StoreException(Effect.UNKNOWN, "an internal error: " + cause, cause);
    }

    /** Without the wrapping that futures do. */
    public static Throwable cause(Throwable failure) {
        Throwable cause = failure.getCause();
        return failure instanceof CompletionException && cause != null ? cause : failure;
    }

    /** Asks; what is thrown in place of an answer is the answer. So nobody waits for one that never comes. */
    public static <T extends @Nullable Object> CompletableFuture<T> or(Supplier<CompletableFuture<T>> request) {
        try {
            return request.get();
        } catch (RuntimeException | Error e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** Whether it surely had no effect. */
    public static boolean isHarmless(Throwable failure) {
        return of(failure).effect() != Effect.UNKNOWN;
    }
}
