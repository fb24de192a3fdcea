package dev.mortise.tests.engine;

import dev.mortise.internal.runtime.Time;
import dev.mortise.tests.ForwardingTime;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Another one's time, with something that happens when it is asked. Closing it stops nobody's timers. */
final class WatchedTime extends ForwardingTime {
    private static final String QUEUES = "dev.mortise.internal.queue.";

    private final AtomicReference<@Nullable Runnable> onDecision = new AtomicReference<>();
    private final AtomicBoolean outOfThreads = new AtomicBoolean();

    WatchedTime(Time time) {
        super(time);
    }

    /** Happens once, while a queue decides something, the next time that it looks at the clock. */
    void whenAQueueDecides(Runnable action) {
        onDecision.set(action);
    }

    /** The next callback finds no thread. */
    void failNextCallback() {
        outOfThreads.set(true);
    }

    @Override
    public long nanos() {
        Runnable action = onDecision.get();
        if (action != null && askedByQueue() && onDecision.compareAndSet(action, null)) {
            action.run();
        }
        return super.nanos();
    }

    @Override
    public Executor callbacks() {
        return task -> {
            if (outOfThreads.compareAndSet(true, false)) {
                throw new OutOfMemoryError("unable to create native thread, as the test ordered");
            }
            super.callbacks().execute(task);
        };
    }

    @Override
    public void close() {}

    private static boolean askedByQueue() {
        return StackWalker.getInstance()
                .walk(frames ->
                        frames.limit(8).anyMatch(frame -> frame.getClassName().startsWith(QUEUES)));
    }
}
