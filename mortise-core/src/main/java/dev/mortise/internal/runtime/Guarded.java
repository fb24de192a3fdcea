package dev.mortise.internal.runtime;

import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Decides under a lock, and acts on the decision when the lock is free: so requests are sent, results are handed out and
 * others are called with no lock held. Thread-safe.
 *
 * <pre>{@code
 * try (Steps then = guarded.decide()) {
 *     state = NEXT;
 *     then.add(() -> store.ask(request));
 * }
 * }</pre>
 *
 * <p>The steps run on the same thread when the block ends, also when it ends by an exception: what was decided before is
 * done. A step may come back to the same guard.
 */
public final class Guarded implements AutoCloseable {
    private final ReentrantLock lock = new ReentrantLock();
    private final Executor executor;

    /** Does the steps at once. */
    public Guarded() {
        this(Runnable::run);
    }

    /** @param executor does the steps: at once, unless a test wants to see all orders */
    public Guarded(Executor executor) {
        this.executor = executor;
    }

    /** Takes the guard. Closing what it answers frees the guard, then does the steps. */
    public Steps decide() {
        lock.lock();
        return new Steps(this);
    }

    /** As {@link #decide()}, to be called by a step: what is added now is done by the run that does that step. */
    public Steps decide(Steps running) {
        lock.lock();
        return running;
    }

    /**
     * Takes the guard for a block without steps, which allocates nothing: {@code try (Guarded held = guarded.enter()) { ... }}.
     */
    public Guarded enter() {
        lock.lock();
        return this;
    }

    /** Frees what {@link #enter} or {@link #decide()} took. */
    @Override
    public void close() {
        lock.unlock();
    }

    /** Reads under the guard. */
    public <T extends @Nullable Object> T read(Supplier<T> reading) {
        lock.lock();
        try {
            return reading.get();
        } finally {
            lock.unlock();
        }
    }

    /** Changes something under the guard that nobody is to be told of. */
    public void change(Runnable change) {
        lock.lock();
        try {
            change.run();
        } finally {
            lock.unlock();
        }
    }

    /** Whether the calling thread has the guard: for assertions. */
    public boolean isHeld() {
        return lock.isHeldByCurrentThread();
    }

    Executor executor() {
        return executor;
    }
}
