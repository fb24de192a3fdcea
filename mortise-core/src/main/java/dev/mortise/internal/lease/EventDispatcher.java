package dev.mortise.internal.lease;

import dev.mortise.LockEvent;
import dev.mortise.LockListener;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings events to the listener: in order, one at a time, bounded, on a callback thread or the user's executor.
 * Thread-safe.
 */
public final class EventDispatcher {
    /*
     * Overview. At most one task brings events at any time, so the listener hears them in order and one at a time. It takes
     * one event after the other until there is none. The flag goes down under the guard in the same step that finds the
     * queue empty, so no event stays behind without a task.
     *
     * Emitting never waits for the listener. A listener that hangs costs events beyond the bound, which are counted and
     * told in the log when it comes back. If no thread can be had, the events wait for the next one that is emitted. An
     * acquire may emit under its own guard, as no code of users runs here.
     */
    private static final Logger log = LoggerFactory.getLogger(EventDispatcher.class);

    /** Most events that wait for the listener. */
    private static final int BOUND = 10_000;

    private final @Nullable LockListener listener;
    private final Executor executor;
    private final Counts counts = new Counts();
    private final ReentrantLock guard = new ReentrantLock();

    /** Made and not yet brought, oldest first. Guarded by {@link #guard}. */
    private final Queue<LockEvent> waiting = new ArrayDeque<>();

    /** Whether a task is bringing events. Guarded by {@link #guard}. */
    private boolean bringing;

    /** How many events found the queue full since that was last told. Guarded by {@link #guard}. */
    private long dropped;

    public EventDispatcher(@Nullable LockListener listener, Executor executor) {
        this.listener = listener;
        this.executor = executor;
    }

    /** What was told, counted: also where there is no listener, and when events are dropped. */
    public Counts counts() {
        return counts;
    }

    /** The event is made only if there is a listener. */
    public void emit(Supplier<LockEvent> event) {
        if (listener == null) {
            return;
        }
        LockEvent made = event.get();
        guard.lock();
        try {
            if (waiting.size() >= BOUND) {
                dropped++;
                return;
            }
            waiting.add(made);
            if (bringing) {
                return;
            }
            bringing = true;
        } finally {
            guard.unlock();
        }
        try {
            executor.execute(this::bring);
        } catch (RuntimeException | Error e) {
            guard.lock();
            try {
                bringing = false;
            } finally {
                guard.unlock();
            }
            log.warn("Events wait for the next one: no thread to tell the listener", e);
        }
    }

    /** On a callback thread or the user's executor; ends when there is nothing to bring. What the listener throws ends nothing. */
    private void bring() {
        LockEvent event = next();
        while (event != null) {
            try {
                if (listener != null) {
                    listener.onEvent(event);
                }
            } catch (RuntimeException | Error e) {
                log.warn("The lock listener failed on {}", event, e);
            }
            event = next();
        }
    }

    /** Null when there is none; then no task is bringing any more. */
    private @Nullable LockEvent next() {
        long lost = 0;
        LockEvent event;
        guard.lock();
        try {
            event = waiting.poll();
            if (event == null) {
                bringing = false;
                lost = dropped;
                dropped = 0;
            }
        } finally {
            guard.unlock();
        }
        if (lost > 0) {
            log.warn("The lock listener is too slow: {} events were dropped", lost);
        }
        return event;
    }
}
