package dev.mortise.internal.runtime;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** What is to be done when the guard is free again, in order. */
public final class Steps {
    private final Queue<Runnable> steps = new ArrayDeque<>(2);

    private boolean running;

    public void add(Runnable step) {
        steps.add(step);
    }

    /** To be called with no lock held. What a step adds is done by the run that does that step. */
    public void run(Executor executor) {
        if (running) {
            return;
        }
        running = true;
        @Nullable Throwable first = null;
        for (Runnable step = steps.poll(); step != null; step = steps.poll()) {
            try {
                executor.execute(step);
            } catch (RuntimeException | Error e) {
                // The others must not lose their turn for it.
                first = first == null ? e : first;
            }
        }
        running = false;
        if (first instanceof Error error) {
            throw error;
        }
        if (first != null) {
            throw (RuntimeException) first;
        }
    }
}
