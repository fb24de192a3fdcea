package dev.mortise.internal.lettuce;

import dev.mortise.internal.runtime.Time;
import dev.mortise.internal.store.StoreException;
import dev.mortise.internal.store.StoreException.Effect;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Opens connections of one kind. Whoever asks for one waits up to a limit, and not for as long as a driver tries.
 * Thread-safe, never blocks.
 *
 * @param <C> what is opened
 */
final class Openings<C> {
    /*
     * Overview. A shared driver may try for a minute by a way on which all is lost, while a new one would work. So an attempt
     * that takes too long is left alone, and the next one begins beside it. The way may also just be long: each sentinel that
     * is gone is waited for before the next one is asked. So whoever comes in late is not sent away: whoever waits then gets
     * it, or else whoever asks next, if that is soon.
     */
    /** Most attempts at a time. */
    private static final int MOST = 16;

    private static final long KEPT = TimeUnit.SECONDS.toNanos(10);

    private final Supplier<C> opener;
    private final Consumer<C> closer;
    private final Time time;
    private final long limitNanos;
    private final ReentrantLock guard = new ReentrantLock();

    // Guarded by guard.
    private final Deque<CompletableFuture<C>> asking = new ArrayDeque<>();
    private @Nullable C late;
    private int attempts;
    private int generation;
    private boolean closed;

    /** @param opener blocks; called in the background */
    Openings(Supplier<C> opener, Consumer<C> closer, Time time, long limitNanos) {
        this.opener = opener;
        this.closer = closer;
        this.time = time;
        this.limitNanos = limitNanos;
    }

    /** Completes within the usual time. Who gets it owns it. */
    CompletableFuture<C> next() {
        return next(limitNanos);
    }

    /** Completes within that time. Who gets it owns it. */
    CompletableFuture<C> next(long nanos) {
        CompletableFuture<C> result = new CompletableFuture<>();
        C ready;
        boolean begins = false;
        int now;
        guard.lock();
        try {
            if (closed) {
                return CompletableFuture.failedFuture(Failures.notConnected("the client was closed"));
            }
            ready = late;
            late = null;
            now = generation;
            if (ready == null) {
                asking.add(result);
                begins = attempts < MOST;
                attempts += begins ? 1 : 0;
            }
        } finally {
            guard.unlock();
        }
        if (ready != null) {
            return CompletableFuture.completedFuture(ready);
        }
        Time.Timer limit = time.schedule(nanos, () -> leave(result, tooLate(nanos)));
        result.whenComplete((opened, failure) -> limit.cancel());
        if (begins) {
            begin(result, now);
        }
        return result;
    }

    /** What was begun until now is of no use any more, unless somebody waits for it. */
    void forget() {
        C forgotten;
        guard.lock();
        try {
            generation++;
            forgotten = late;
            late = null;
        } finally {
            guard.unlock();
        }
        if (forgotten != null) {
            closer.accept(forgotten);
        }
    }

    /** Whoever waits hears that it is closed; what comes later is closed. */
    void close() {
        List<CompletableFuture<C>> ended;
        guard.lock();
        try {
            closed = true;
            ended = new ArrayList<>(asking);
        } finally {
            guard.unlock();
        }
        forget();
        ended.forEach(result -> leave(result, Failures.notConnected("the client was closed")));
    }

    private void begin(CompletableFuture<C> result, int begun) {
        try {
            time.background().execute(() -> {
                try {
                    opened(opener.get(), begun);
                } catch (RuntimeException | Error failure) {
                    ended();
                    leave(result, failure);
                }
            });
        } catch (RuntimeException | Error noThread) {
            ended();
            leave(result, noThread);
        }
    }

    private void opened(C connection, int begun) {
        ended();
        CompletableFuture<C> first;
        do {
            guard.lock();
            try {
                first = asking.poll();
                if (first == null && !closed && late == null && generation == begun) {
                    late = connection;
                    time.schedule(KEPT, () -> drop(connection));
                    return;
                }
            } finally {
                guard.unlock();
            }
        } while (first != null && !first.complete(connection));
        if (first == null) {
            closer.accept(connection);
        }
    }

    private void ended() {
        guard.lock();
        try {
            attempts--;
        } finally {
            guard.unlock();
        }
    }

    private void leave(CompletableFuture<C> result, Throwable why) {
        guard.lock();
        try {
            asking.removeIf(other -> other == result);
        } finally {
            guard.unlock();
        }
        result.completeExceptionally(why);
    }

    /** Nobody has asked for it. */
    private void drop(C connection) {
        guard.lock();
        try {
            if (late != connection) {
                return;
            }
            late = null;
        } finally {
            guard.unlock();
        }
        closer.accept(connection);
    }

    private static StoreException tooLate(long nanos) {
        return new StoreException(
                Effect.NONE, "no connection came up within " + TimeUnit.NANOSECONDS.toMillis(nanos) + " ms", null);
    }
}
