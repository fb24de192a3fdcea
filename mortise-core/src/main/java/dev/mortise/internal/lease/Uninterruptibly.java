package dev.mortise.internal.lease;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** Waits for what is bounded by itself, and leaves the interrupt flag as it was. */
public final class Uninterruptibly {
    private Uninterruptibly() {}

    /** The result, or the failure as it is if it is unchecked. */
    public static <T> T get(CompletableFuture<T> future) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return future.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (ExecutionException e) {
                    throw e.getCause() instanceof RuntimeException unchecked ? unchecked : new IllegalStateException(e);
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
