package dev.mortise.internal.runtime;

import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * What one decision asks to be done once its guard is free, in order. Made by {@link Guarded#decide()}. Not thread-safe:
 * filled and emptied by the thread that decides.
 */
public final class Steps implements AutoCloseable {
    private final Guarded guarded;

    /** The next to be done; null = none is left. */
    private @Nullable Runnable first;

    /** Those behind the first; most decisions have one step at most. */
    private @Nullable Queue<Runnable> rest;

    /** Whether this run does its steps at the moment: then a decision of a step only adds to them. */
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

    /** Takes the next out, so that a step which throws is not done again. Null when none is left. */
    private @Nullable Runnable next() {
        Runnable next = first;
        first = rest == null ? null : rest.poll();
        return next;
    }
}
