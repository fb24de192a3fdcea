package dev.mortise.internal.gate;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;

/** What is to be done when the guard is free again, in order. */
final class Steps {
    private final Queue<Runnable> steps = new ArrayDeque<>(2);

    void add(Runnable step) {
        steps.add(step);
    }

    /** To be called with no lock held. */
    void run(Executor executor) {
        Runnable step = steps.poll();
        while (step != null) {
            executor.execute(step);
            step = steps.poll();
        }
    }
}
