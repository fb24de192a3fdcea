package dev.mortise.tests;

import dev.mortise.internal.runtime.SystemTime;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The time of a client of a real server, which goes on by hand only, but for what is due at once. So what the client asks
 * for by itself, as a poll, a renewal or a heartbeat, does not depend on how long a test takes. Thread-safe.
 */
public final class StoppedTime extends ForwardingTime {
    private final SystemTime running;

    /** Guarded by this. */
    private final Set<Later> later = new HashSet<>();

    /** Guarded by this. */
    private long nanos;

    public StoppedTime(String name) {
        this(new SystemTime(name));
    }

    private StoppedTime(SystemTime running) {
        super(running);
        this.running = running;
        this.nanos = running.nanos();
    }

    /** The time that goes on, for the connections. */
    public SystemTime running() {
        return running;
    }

    @Override
    public synchronized long nanos() {
        return nanos;
    }

    @Override
    public Timer schedule(long delayNanos, Runnable task) {
        if (delayNanos <= 0) {
            return running.schedule(delayNanos, task);
        }
        synchronized (this) {
            Later timer = new Later(nanos + delayNanos, task);
            later.add(timer);
            return () -> cancel(timer);
        }
    }

    /** Lets so much time go by; what becomes due runs soon. */
    public synchronized void advance(Duration by) {
        nanos += by.toNanos();
        List<Later> due = later.stream()
                .filter(timer -> timer.dueNanos <= nanos)
                .sorted(Comparator.comparingLong(timer -> timer.dueNanos))
                .toList();
        due.forEach(later::remove);
        due.forEach(timer -> running.schedule(0, timer.task));
    }

    private synchronized void cancel(Later timer) {
        later.remove(timer);
    }

    private static final class Later {
        private final long dueNanos;
        private final Runnable task;

        Later(long dueNanos, Runnable task) {
            this.dueNanos = dueNanos;
            this.task = task;
        }
    }
}
