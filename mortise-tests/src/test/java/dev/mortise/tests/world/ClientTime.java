package dev.mortise.tests.world;

import dev.mortise.internal.runtime.Time;
import dev.mortise.tests.ForwardingTime;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;

/**
 * The time of one client of several, by a clock of its own: its end ends only what it does itself, and it may stand still for a
 * while.
 */
public final class ClientTime extends ForwardingTime {
    private final long wallOffsetMicros;
    private final double rate;
    private final Queue<Runnable> late = new ArrayDeque<>();

    // Guarded by this.
    private int timers;

    private volatile boolean ended;
    private volatile boolean frozen;

    public ClientTime(Time time, long wallOffsetMicros) {
        this(time, wallOffsetMicros, 1);
    }

    /** @param rate how fast this clock goes */
    public ClientTime(Time time, long wallOffsetMicros, double rate) {
        super(time);
        this.wallOffsetMicros = wallOffsetMicros;
        this.rate = rate;
    }

    /** As a process that is suspended: it does nothing, and its clock goes on. */
    public void freeze() {
        frozen = true;
    }

    /** It does what it should have done meanwhile. */
    public void thaw() {
        frozen = false;
        while (!late.isEmpty()) {
            super.schedule(0, late.remove());
        }
    }

    /** How many timers have neither run nor been cancelled. */
    public synchronized int timers() {
        return timers;
    }

    @Override
    public long nanos() {
        return (long) (super.nanos() * rate);
    }

    @Override
    public long wallMicros() {
        return super.wallMicros() + wallOffsetMicros;
    }

    @Override
    public Timer schedule(long delayNanos, Runnable task) {
        Alarm alarm = new Alarm(task);
        // Never too early, whatever is lost by rounding.
        long delay = rate == 1 ? delayNanos : (long) (delayNanos / rate) + 2;
        Timer timer = super.schedule(delay, () -> goOn(alarm));
        return () -> {
            timer.cancel();
            alarm.cancel();
        };
    }

    @Override
    public Executor background() {
        return callbacks();
    }

    @Override
    public Executor callbacks() {
        return task -> super.callbacks().execute(() -> goOn(task));
    }

    @Override
    public synchronized void close() {
        ended = true;
        timers = 0;
    }

    private void goOn(Runnable task) {
        if (frozen) {
            late.add(() -> goOn(task));
        } else {
            task.run();
        }
    }

    /** One timer. */
    private final class Alarm implements Runnable {
        private final Runnable task;
        private boolean pending = true;

        private Alarm(Runnable task) {
            this.task = task;
            synchronized (ClientTime.this) {
                timers++;
            }
        }

        @Override
        public void run() {
            if (take() && !ended) {
                task.run();
            }
        }

        private void cancel() {
            take();
        }

        private boolean take() {
            synchronized (ClientTime.this) {
                boolean was = pending;
                pending = false;
                timers -= was && !ended ? 1 : 0;
                return was;
            }
        }
    }
}
