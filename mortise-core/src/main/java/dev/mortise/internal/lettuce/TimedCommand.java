package dev.mortise.internal.lettuce;

import io.netty.util.Timeout;
import io.netty.util.Timer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** What is asked without a script: its future ends as the command does, or as unknown when its time is over. */
final class TimedCommand {
    private TimedCommand() {}

    /** Sends it. Fails with {@link dev.mortise.internal.store.StoreException} and nothing else. */
    static <T> CompletableFuture<T> of(Supplier<? extends CompletionStage<T>> command, Timer timer, long millis) {
        CompletableFuture<T> result = new CompletableFuture<>();
        CompletionStage<T> sent;
        Timeout limit;
        try {
            limit = timer.newTimeout(
                    expired -> result.completeExceptionally(Failures.timedOut(millis)), millis, TimeUnit.MILLISECONDS);
            sent = command.get();
        } catch (RuntimeException notSent) {
            return CompletableFuture.failedFuture(Failures.notSent(notSent));
        }
        sent.whenComplete((value, failure) -> {
            limit.cancel();
            if (failure == null) {
                result.complete(value);
            } else {
                result.completeExceptionally(Failures.classify(failure));
            }
        });
        return result;
    }
}
