package dev.mortise.internal.runtime;

import java.util.concurrent.CompletableFuture;

/** One time for several requests that are asked one after the other. Thread-safe, never blocks. */
public final class Deadline {
    private final Time time;
    private final long atNanos;

    private Deadline(Time time, long atNanos) {
        this.time = time;
        this.atNanos = atNanos;
    }

    /** So long from now. */
    public static Deadline in(Time time, long nanos) {
        return new Deadline(time, time.nanos() + nanos);
    }

    /** What is left, ns; 0 when it is over. */
    public long leftNanos() {
        return Math.max(0, atNanos - time.nanos());
    }

    /**
     * Whether that is complete in time, also by a failure: completes with true then, and with false when the time is over. Never
     * fails.
     */
    public CompletableFuture<Boolean> isMetBy(CompletableFuture<?> answer) {
        CompletableFuture<Boolean> met = new CompletableFuture<>();
        Time.Timer over = answer.isDone() ? () -> {} : time.schedule(leftNanos(), () -> met.complete(false));
        answer.whenComplete((value, failure) -> {
            over.cancel();
            met.complete(true);
        });
        return met;
    }
}
