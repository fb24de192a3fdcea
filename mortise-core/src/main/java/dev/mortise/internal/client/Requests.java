package dev.mortise.internal.client;

import dev.mortise.internal.runtime.Await;
import dev.mortise.internal.runtime.Backoff;
import dev.mortise.internal.runtime.Deadline;
import dev.mortise.internal.runtime.Time;
import dev.mortise.internal.store.Retry;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** Single requests of one client, each sent again until it is answered. Thread-safe. */
final class Requests {
    /*
     * Overview. For what is neither an acquire nor a release: adoptions, downgrades, upgrades that are given up. Each may
     * be repeated, and a refusal ends it.
     *
     * Two at once: a request enters the set before it looks whether this is closed, and close() sets the flag before it
     * walks the set. So one of the two ends it, and no thread waits for an answer after the connections are gone.
     */
    private static final Backoff.Pauses PAUSES = Backoff.Pauses.ofMillis(20, 500);

    private final Time time;
    private final long commandTimeoutNanos;
    private final Runnable onEnd;

    /** Those under way, in the background too. */
    private final Set<Retry<?>> open = ConcurrentHashMap.newKeySet();

    /** Once true stays true. */
    private volatile boolean closed;

    /** @param onEnd called each time one of them has ended */
    Requests(Time time, long commandTimeoutNanos, Runnable onEnd) {
        this.time = time;
        this.commandTimeoutNanos = commandTimeoutNanos;
        this.onEnd = onEnd;
    }

    /**
     * Asks, again if need be, until it is answered or a command time-out is over; not interruptible.
     *
     * @throws dev.mortise.internal.store.StoreException without an answer
     */
    <T> Retry.Answer<T> ask(Supplier<CompletableFuture<T>> request) {
        return Await.result(begin(commandTimeoutNanos, request).result());
    }

    /** As {@link #ask(Supplier)}, but no longer than until then. */
    <T> Retry.Answer<T> ask(Deadline until, Supplier<CompletableFuture<T>> request) {
        Retry<T> retry = begin(until.leftNanos(), request);
        until.isMetBy(retry.result()).thenAccept(met -> retry.abandon("no answer within the command time-out"));
        return Await.result(retry.result());
    }

    /** Asks until it is answered; completes then, or after a command time-out. */
    CompletableFuture<?> askInBackground(Supplier<? extends CompletableFuture<?>> request) {
        CompletableFuture<Object> done = new CompletableFuture<>();
        begin(Long.MAX_VALUE, () -> request.get().thenApply(answer -> ""))
                .result()
                .whenComplete((answer, failure) -> done.complete(""));
        time.schedule(commandTimeoutNanos, () -> done.complete(""));
        return done;
    }

    /** Whether none is under way. */
    boolean isEmpty() {
        return open.isEmpty();
    }

    /** Nothing is sent any more; a caller that waits for an answer gets a failure. */
    void close() {
        closed = true;
        open.forEach(Requests::abandon);
    }

    private <T> Retry<T> begin(long lifetimeNanos, Supplier<CompletableFuture<T>> request) {
        Retry<T> retry = new Retry<>(time, PAUSES, lifetimeNanos, lifetimeNanos, true, request);
        open.add(retry);
        retry.result().whenComplete((answer, failure) -> {
            open.remove(retry);
            onEnd.run();
        });
        retry.start();
        if (closed) {
            abandon(retry);
        }
        return retry;
    }

    private static void abandon(Retry<?> retry) {
        retry.abandon("the client was closed meanwhile");
    }
}
