package dev.mortise.internal.client;

import dev.mortise.internal.runtime.Time;
import dev.mortise.internal.store.Failure;
import dev.mortise.internal.store.StoreException;
import dev.mortise.internal.store.StoreException.Effect;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** One request, repeated with the same ids until it is answered, refused, or patience is over. */
final class Repeated<T> {
    private static final long FIRST_PAUSE = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long LONGEST_PAUSE = TimeUnit.MILLISECONDS.toNanos(500);

    private final Time time;
    private final long patience;
    private final Supplier<CompletableFuture<T>> request;
    private final long began;
    private final CompletableFuture<Answer<T>> result = new CompletableFuture<>();

    // One attempt is under way at a time, so these have one writer at a time.

    /** Whether an attempt may have been executed. */
    private volatile boolean unknown;

    private volatile long pause = FIRST_PAUSE;

    Repeated(Time time, long patience, Supplier<CompletableFuture<T>> request) {
        this.time = time;
        this.patience = patience;
        this.request = request;
        this.began = time.nanos();
    }

    /** Fails with a {@link StoreException} whose effect is that of all attempts together. */
    CompletableFuture<Answer<T>> start() {
        send();
        return result;
    }

    /** Ends without an answer: nobody asks any more. */
    void forsake() {
        result.completeExceptionally(new StoreException(Effect.UNKNOWN, "the client was closed meanwhile", null));
    }

    private void send() {
        long base = time.nanos();
        Failure.or(request).whenComplete((value, failure) -> {
            if (failure == null) {
                result.complete(new Answer<>(value, base));
            } else {
                failed(Failure.of(failure));
            }
        });
    }

    private void failed(StoreException failure) {
        unknown |= failure.effect() == Effect.UNKNOWN;
        if (failure.effect() != Effect.REFUSED && time.nanos() - began < patience) {
            time.schedule(pause, this::send);
            pause = Math.min(2 * pause, LONGEST_PAUSE);
        } else if (unknown) {
            result.completeExceptionally(
                    new StoreException(Effect.UNKNOWN, String.valueOf(failure.getMessage()), failure));
        } else {
            result.completeExceptionally(failure);
        }
    }

    /** What was answered, and when the request that was answered was sent. */
    record Answer<T>(T value, long base) {}
}
