package dev.mortise.internal.runtime;

import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** What one decision asks to be done once its guard is free, in order. Made by {@link Guarded#decide()}. */
public final class Steps implements AutoCloseable {
    private final Guarded guarded;
    private @Nullable Runnable first;

    /** Those behind the first; most decisions have one step at most. */
    private @Nullable Queue<Runnable> rest;

    private boolean running;

    Steps(Guarded guarded) {
        this.guarded = guarded;
    }

    /** To be called under the guard, or by a step of the same run. */
    public void add(Runnable step) {
        if (first == null) {
            first = step;
            return;
        }
        if (rest == null) {
            rest = new ArrayDeque<>(4);
        }
        rest.add(step);
    }

    /**
     * Frees the guard and does the steps, each whatever happens to the others. What a step adds is done by the run that does
     * that step.
     */
    @Override
    public void close() {
        guarded.close();
        if (running || first == null) {
            return;
        }
        running = true;
        Throwable failure = null;
        for (Runnable step = next(); step != null; step = next()) {
            try {
                guarded.executor().execute(step);
            } catch (RuntimeException | Error e) {
                failure = failure == null ? e : failure;
            }
        }
        running = false;
        if (failure instanceof Error error) {
            throw error;
        }
        if (failure != null) {
            throw (RuntimeException) failure;
        }
    }

    private @Nullable Runnable next() {
        Runnable next = first;
        first = rest == null ? null : rest.poll();
        return next;
    }
}
