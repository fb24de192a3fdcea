package dev.mortise.internal.store;

import dev.mortise.internal.runtime.Backoff;
import dev.mortise.internal.runtime.Time;
import dev.mortise.internal.store.StoreException.Effect;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One idempotent request, sent again until it is acknowledged, or what it is about is over by itself. Thread-safe, never
 * blocks.
 */
public final class Retry<T> {
    /*
     * Two futures end: the answer in time, for whoever waits, and the result, when nothing is sent any more. One attempt is
     * under way at a time, except that sendNow() may add one; so the backoff has one writer at a time, but for that, where a
     * lost doubling changes nothing.
     */
    private final Time time;
    private final Backoff.Pauses pauses;
    private final long answerWithinNanos;
    private final long lifetimeNanos;
    private final boolean endsWhenRefused;
    private final Supplier<CompletableFuture<T>> request;
    private final long beganNanos;
    private final CompletableFuture<Optional<T>> inTime = new CompletableFuture<>();
    private final CompletableFuture<Answer<T>> result = new CompletableFuture<>();

    /** Whether an attempt that failed may have been executed. Once true stays true. */
    private volatile boolean inDoubt;

    /** Made at the first failure; most requests have none. */
    private volatile @Nullable Backoff backoff;

    /**
     * @param answerWithinNanos when whoever waits is told that nothing is known; the request goes on being sent
     * @param lifetimeNanos for how long it is sent again; 0 = once
     * @param endsWhenRefused whether a refusal is an answer too
     * @param request the same each time, as an attempt without an answer may have been executed
     */
    public Retry(
            Time time,
            Backoff.Pauses pauses,
            long answerWithinNanos,
            long lifetimeNanos,
            boolean endsWhenRefused,
            Supplier<CompletableFuture<T>> request) {
        this.time = time;
        this.pauses = pauses;
        this.answerWithinNanos = answerWithinNanos;
        this.lifetimeNanos = lifetimeNanos;
        this.endsWhenRefused = endsWhenRefused;
        this.request = request;
        this.beganNanos = time.nanos();
    }

    /** Sends it for the first time. To be called once, or {@link #startLater} in its place. */
    public Retry<T> start() {
        send();
        return this;
    }

    /** As {@link #start}, after a pause: it was tried just now. */
    public Retry<T> startLater() {
        time.schedule(pauseNanos(), this::send);
        return this;
    }

    /** Sends it once more without waiting for the pause, unless it has ended. Completes with the answer to that attempt. */
    public CompletableFuture<T> sendNow() {
        return send();
    }

    /** The acknowledgement; empty when it did not come in time, or never will. Never fails. */
    public CompletableFuture<Optional<T>> inTime() {
        return inTime;
    }

    /**
     * Completes when nothing is sent any more: with the acknowledgement; or with a {@link StoreException}, whose effect is
     * that of all attempts together.
     */
    public CompletableFuture<Answer<T>> result() {
        return result;
    }

    /** Whether an attempt that failed may have been executed: then one that finds nothing to do has succeeded before. */
    public boolean isInDoubt() {
        return inDoubt;
    }

    /** Nothing is sent any more. */
    public void abandon(String why) {
        end(new StoreException(Effect.UNKNOWN, why, null));
    }

    private CompletableFuture<T> send() {
        if (result.isDone()) {
            return CompletableFuture.failedFuture(new StoreException(Effect.NONE, "it has ended", null));
        }
        long sentAtNanos = time.nanos();
        return Failure.or(request).whenComplete((value, failure) -> {
            if (failure == null) {
                inTime.complete(Optional.of(value));
                result.complete(new Answer<>(value, sentAtNanos));
            } else {
                try {
                    failed(Failure.of(failure));
                } catch (RuntimeException | Error e) {
                    // No timer: it is not sent again.
                    end(Failure.of(e));
                }
            }
        });
    }

    private void failed(StoreException failure) {
        inDoubt |= failure.effect() == Effect.UNKNOWN;
        long elapsed = time.nanos() - beganNanos;
        boolean isAnswer = endsWhenRefused && failure.effect() == Effect.REFUSED;
        if (isAnswer || elapsed >= lifetimeNanos) {
            end(
                    inDoubt && failure.effect() != Effect.UNKNOWN
                            ? new StoreException(Effect.UNKNOWN, String.valueOf(failure.getMessage()), failure)
                            : failure);
            return;
        }
        if (elapsed >= answerWithinNanos) {
            inTime.complete(Optional.empty());
        }
        if (!result.isDone()) {
            time.schedule(pauseNanos(), this::send);
        }
    }

    private long pauseNanos() {
        Backoff next = backoff;
        if (next == null) {
            next = new Backoff(time, pauses);
            backoff = next;
        }
        return next.nextNanos();
    }

    private void end(StoreException failure) {
        inTime.complete(Optional.empty());
        result.completeExceptionally(failure);
    }

    /** What was answered, and when the attempt that was answered was sent, ns. */
    public record Answer<T>(T value, long sentAtNanos) {}
}
