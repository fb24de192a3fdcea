package dev.mortise.tests.pools;

import dev.mortise.internal.runtime.Await;
import dev.mortise.internal.runtime.SystemTime;
import dev.mortise.tests.ForwardingTime;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Real time, whose timer can die, and which can fail a thread in its wait. */
final class FailingTime extends ForwardingTime {
    private final AtomicReference<@Nullable Thread> victim = new AtomicReference<>();
    private volatile boolean dead;
    private volatile boolean failing;

    FailingTime() {
        super(new SystemTime("failing"));
    }

    /** From now on no timer runs that is set. */
    void timerDies() {
        dead = true;
    }

    /** Whether no timer can be set. */
    void failTimers(boolean fail) {
        failing = fail;
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
        return super.nanos();
    }

    private static boolean waits() {
        return StackWalker.getInstance()
                .walk(frames -> frames.anyMatch(frame -> frame.getClassName().startsWith(Await.class.getName())));
    }

    @Override
    public Timer schedule(long delayNanos, Runnable task) {
        if (failing) {
            throw new OutOfMemoryError("as the test ordered");
        }
        return dead ? () -> {} : super.schedule(delayNanos, task);
    }
}
