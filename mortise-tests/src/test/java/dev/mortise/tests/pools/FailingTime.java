package dev.mortise.tests.pools;

import dev.mortise.internal.time.Await;
import dev.mortise.internal.time.SystemTime;
import dev.mortise.internal.time.Time;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Real time, whose timer can die, and which can fail a thread in its wait. */
final class FailingTime implements Time {
    private final Time time = new SystemTime("failing");
    private final AtomicReference<@Nullable Thread> victim = new AtomicReference<>();
    private volatile boolean dead;

    /** From now on no timer runs that is set. */
    void timerDies() {
        dead = true;
    }

    /** An error hits that thread, once, where it waits or the next time that it does. */
    void hit(Thread waiter) {
        victim.set(waiter);
        LockSupport.unpark(waiter);
    }

    /** Whether the error that was ordered last has hit. */
    boolean hasHit() {
        return victim.get() == null;
    }

    @Override
    public long nanos() {
        Thread here = Thread.currentThread();
        if (victim.get() == here && waits() && victim.compareAndSet(here, null)) {
            throw new OutOfMemoryError("as the test ordered");
        }
        return time.nanos();
    }

    private static boolean waits() {
        return StackWalker.getInstance()
                .walk(frames -> frames.anyMatch(frame -> frame.getClassName().startsWith(Await.class.getName())));
    }

    @Override
    public long wallMicros() {
        return time.wallMicros();
    }

    @Override
    public Timer schedule(long delayNanos, Runnable task) {
        return dead ? () -> {} : time.schedule(delayNanos, task);
    }

    @Override
    public Executor callbacks() {
        return time.callbacks();
    }

    @Override
    public Executor outcomes() {
        return time.outcomes();
    }

    @Override
    public Executor background() {
        return time.background();
    }

    @Override
    public long random(long bound) {
        return time.random(bound);
    }

    @Override
    public void fillUnguessable(byte[] bytes) {
        time.fillUnguessable(bytes);
    }

    @Override
    public void close() {
        time.close();
    }
}
