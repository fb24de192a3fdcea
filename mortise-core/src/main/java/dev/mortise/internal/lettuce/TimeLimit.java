package dev.mortise.internal.lettuce;

import dev.mortise.internal.runtime.Time;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** An answer that is waited for no longer than an answer may take. */
final class TimeLimit {
    private TimeLimit() {}

    /** The same, or a failure when it does not come in time. */
    static <T> CompletableFuture<T> within(Time time, long nanos, CompletableFuture<T> answer) {
        CompletableFuture<T> result = answer.copy();
        Time.Timer limit = time.schedule(
                nanos, () -> result.completeExceptionally(Failures.timedOut(TimeUnit.NANOSECONDS.toMillis(nanos))));
        result.whenComplete((done, failure) -> limit.cancel());
        return result;
    }
}
