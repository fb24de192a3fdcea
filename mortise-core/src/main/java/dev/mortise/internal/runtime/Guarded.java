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
    /*
     * Overview. Three ways to take the guard, by what follows. decide() is for a decision that asks for something to be
     * done. enter() is for one that is done by the code behind the block, on a hot path. read() and change() are for what
     * nothing follows from.
     *
     * Why not act under the guard: what is called may block, or call back here in the middle of a change. Or it may take
     * another guard, and so wait in a circle. With the steps outside, no thread holds two of these at once, and none waits
     * for a server.
     *
     * What this costs: between a decision and its step another decision may be made, and its steps may run first. So a step
     * must be right in whatever order it comes, or decide once more. The tests of the local queue run the steps in all
     * orders for that reason.
     *
     * The guard is reentrant for assertions and for steps that come back; a decision inside a decision is not meant.
     */
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

    /** Changes something under the guard, with no steps to follow. */
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
