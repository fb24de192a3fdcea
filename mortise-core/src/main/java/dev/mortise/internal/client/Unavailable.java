package dev.mortise.internal.client;

import dev.mortise.LockUnavailableException;
import dev.mortise.internal.runtime.Await;
import dev.mortise.internal.store.Failure;
import java.util.concurrent.CompletableFuture;

/** Waits for one answer of the store, and turns its failure into what callers know. */
final class Unavailable {
    private Unavailable() {}

    /**
     * The answer. Blocks, also while interrupted.
     *
     * @param lock what it is about; empty = the whole client
     * @throws LockUnavailableException when there is none
     */
    static <T> T unless(String lock, CompletableFuture<T> answer) {
        try {
            return Await.result(answer);
        } catch (RuntimeException e) {
            throw of(lock, e);
        }
    }

    static LockUnavailableException of(String lock, Throwable failure) {
        String what = lock.isEmpty() ? "" : "Lock '" + lock + "' cannot be asked for: ";
        return new LockUnavailableException(lock, what + Failure.of(failure).getMessage(), failure);
    }
}
