package dev.mortise.testkit.time;

import dev.mortise.internal.runtime.Time;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Time moved by hand. {@link #advance} runs every timer that becomes due, in order of its due time and then of its
 * scheduling, on the calling thread, with the clock standing at its due time; after each of them, what waits for
 * {@link #callbacks()}. The same calls with the same seed give the same run. Thread-safe; tasks run outside its monitor.
 */
public final class FakeTime implements Time {
    private static final long START_MICROS = 1_800_000_000_000_000L;

    // Guarded by this: all fields.
    private final PriorityQueue<Task> timers =
            new PriorityQueue<>(Comparator.comparingLong(Task::dueNanos).thenComparingLong(Task::order));

    private final Queue<Runnable> callbacks = new ArrayDeque<>();
    private final Random random;
    private long nanos;
    private long scheduled;
    private boolean closed;

    public FakeTime() {
        this(1);
    }

    public FakeTime(long seed) {
        this.random = new Random(seed);
    }

    @Override
    public synchronized long nanos() {
        return nanos;
    }

    /** The clock of a server that goes as exactly as this one, in microseconds since 1970. */
    public synchronized long micros() {
        return START_MICROS + nanos / 1000;
    }

    @Override
    public long wallMicros() {
        return micros();
    }

    @Override
    public synchronized Timer schedule(long delayNanos, Runnable task) {
        if (closed) {
            return () -> {};
        }
        Task timer = new Task(nanos + Math.max(0, delayNanos), scheduled++, task);
        timers.add(timer);
        return () -> cancel(timer);
    }

    @Override
    public Executor background() {
        return this::callback;
    }

    @Override
    public Executor callbacks() {
        return this::callback;
    }

    @Override
    public synchronized void fillUnguessable(byte[] bytes) {
        random.nextBytes(bytes);
    }

    @Override
    public synchronized long random(long bound) {
        return random.nextLong(bound);
    }

    /** Moves the clock, and runs what becomes due on the way. */
    public void advance(Duration by) {
        long end = nanos() + by.toNanos();
        runCallbacks();
        while (true) {
            Runnable task = next(end);
            if (task == null) {
                break;
            }
            task.run();
            runCallbacks();
        }
    }

    /** Moves the clock while everything stands still, as in a suspended machine; {@link #advance} then runs it late. */
    public synchronized void stall(Duration by) {
        nanos += by.toNanos();
    }

    /** Runs callbacks, also those they bring forth, until none is left; answers how many. */
    public int runCallbacks() {
        int count = 0;
        while (true) {
            Runnable task;
            synchronized (this) {
                task = callbacks.poll();
            }
            if (task == null) {
                return count;
            }
            task.run();
            count++;
        }
    }

    /** How many timers have not run. */
    public synchronized int timers() {
        return timers.size();
    }

    /** How long until the next timer is due; zero when one is late. */
    public synchronized Optional<Duration> untilNextTimer() {
        return Optional.ofNullable(timers.peek()).map(task -> Duration.ofNanos(Math.max(0, task.dueNanos - nanos)));
    }

    @Override
    public synchronized void close() {
        closed = true;
        timers.clear();
    }

    private synchronized @Nullable Runnable next(long end) {
        Task first = timers.peek();
        if (first == null || first.dueNanos > end) {
            nanos = Math.max(nanos, end);
            return null;
        }
        timers.remove();
        nanos = Math.max(nanos, first.dueNanos);
        return first.action;
    }

    private synchronized void cancel(Task timer) {
        timers.remove(timer);
    }

    private synchronized void callback(Runnable task) {
        callbacks.add(task);
    }

    private record Task(long dueNanos, long order, Runnable action) {}
}
