package dev.mortise.internal.runtime;

import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** How a caller's thread waits for a future: it parks. Every blocking call waits by this and by nothing else. */
public final class Await {
    /*
     * Not by get() or join() of the future. In a worker of a ForkJoinPool these run other tasks of the pool on the same stack
     * until the future is complete: a task that wants what a frame below it has waits for ever, and one that asks a view
     * which is owned by the thread is let in. Or they start a spare thread, and throw when the pool may have no more. A
     * parked worker does neither, as with every lock of the JDK.
     *
     * A limit is kept here, by parking for no longer, so that it holds also when the timer is dead.
     */
    private Await() {}

    /** The result, or the failure as it is if it is unchecked. An interrupt stays pending and ends nothing. */
    public static <T extends @Nullable Object> T result(CompletableFuture<T> future) {
        Latch<T> latch = new Latch<>(future);
        latch.park();
        return latch.result();
    }

    /** As {@link #result}, but an interrupt ends the wait. What is complete already is answered even so. */
    public static <T extends @Nullable Object> T resultOrInterrupt(CompletableFuture<T> future)
            throws InterruptedException {
        Latch<T> latch = new Latch<>(future);
        latch.parkOrInterrupt();
        return latch.result();
    }

    /** Whether it is complete, also by a failure, after so long at most; an interrupt stays pending and ends nothing. */
    public static boolean atMost(Time time, long nanos, CompletableFuture<?> future) {
        return new Latch<>(future).park(time, nanos);
    }

    /** As {@link #atMost}, but an interrupt ends the wait. */
    public static boolean atMostOrInterrupt(Time time, long nanos, CompletableFuture<?> future)
            throws InterruptedException {
        return new Latch<>(future).parkOrInterrupt(time, nanos);
    }

    /** One thread that waits for one future. */
    private static final class Latch<T extends @Nullable Object> implements BiConsumer<T, @Nullable Throwable> {
        private final Thread waiter = Thread.currentThread();

        // Written before done is.
        private @Nullable T value;
        private @Nullable Throwable failure;

        /** Once true stays true. */
        private volatile boolean done;

        /** On the waiting thread. It stays with the future after a limit or an interrupt, and then unparks a thread in vain. */
        private Latch(CompletableFuture<T> future) {
            future.whenComplete(this);
        }

        @Override
        public void accept(T result, @Nullable Throwable why) {
            value = result;
            failure = why;
            done = true;
            LockSupport.unpark(waiter);
        }

        private void park() {
            boolean interrupted = false;
            try {
                while (!done) {
                    LockSupport.park(this);
                    interrupted |= Thread.interrupted();
                }
            } finally {
                restore(interrupted);
            }
        }

        private void parkOrInterrupt() throws InterruptedException {
            while (!done) {
                throwIfInterrupted();
                LockSupport.park(this);
            }
        }

        private boolean park(Time time, long nanos) {
            long began = time.nanos();
            boolean interrupted = false;
            try {
                while (!done) {
                    long left = nanos - (time.nanos() - began);
                    if (left <= 0) {
                        break;
                    }
                    LockSupport.parkNanos(this, left);
                    interrupted |= Thread.interrupted();
                }
                return done;
            } finally {
                restore(interrupted);
            }
        }

        private boolean parkOrInterrupt(Time time, long nanos) throws InterruptedException {
            long began = time.nanos();
            while (!done) {
                throwIfInterrupted();
                long left = nanos - (time.nanos() - began);
                if (left <= 0) {
                    break;
                }
                LockSupport.parkNanos(this, left);
            }
            return done;
        }

        @SuppressWarnings("NullAway") // null only where T may be
        private T result() {
            if (failure == null) {
                return value;
            }
            Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
            throw cause instanceof RuntimeException unchecked
                    ? unchecked
                    : new IllegalStateException(Objects.requireNonNullElse(cause, failure));
        }

        private static void throwIfInterrupted() throws InterruptedException {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }

        /** An interrupt that came while the thread was parked stays pending. */
        private static void restore(boolean interrupted) {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
