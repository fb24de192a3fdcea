package dev.mortise.tests.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.internal.runtime.Time;
import dev.mortise.internal.store.SingleAuthorityStore;
import dev.mortise.testkit.process.Polling;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * Stops one thread at one step, so that a test decides what happens meanwhile. A step is each look at the clock, and each
 * request before it is sent and after it was answered.
 */
final class Stepwise {
    private final CountDownLatch arrived = new CountDownLatch(1);
    private final CountDownLatch goOn = new CountDownLatch(1);

    // Written before the thread starts; the count by that thread only.
    private volatile @Nullable Thread watched;
    private volatile int stopAt;
    private volatile int steps;

    /** That thread stops there, counted from 1. */
    void stop(Thread thread, int step) {
        stopAt = step;
        watched = thread;
    }

    /** Blocks until the thread has arrived there, waits for somebody else, or has ended; whether it stands there. */
    boolean hasStopped(OnFakeTime.Busy thread) {
        assertThat(Polling.until(OnFakeTime.PATIENCE, () -> stands() || thread.hasEnded() || thread.waits()))
                .isTrue();
        return stands();
    }

    void goOn() {
        goOn.countDown();
    }

    SingleAuthorityStore over(SingleAuthorityStore store) {
        return (SingleAuthorityStore) Proxy.newProxyInstance(
                SingleAuthorityStore.class.getClassLoader(),
                new Class<?>[] {SingleAuthorityStore.class},
                (proxy, method, arguments) -> {
                    step();
                    try {
                        return method.invoke(store, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    } finally {
                        step();
                    }
                });
    }

    Time over(Time time) {
        return (Time) Proxy.newProxyInstance(
                Time.class.getClassLoader(), new Class<?>[] {Time.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("nanos")) {
                        step();
                    }
                    return method.invoke(time, arguments);
                });
    }

    private boolean stands() {
        return arrived.getCount() == 0 && goOn.getCount() > 0;
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // by one thread only
    private void step() {
        if (Thread.currentThread() != watched) {
            return;
        }
        steps++;
        if (steps == stopAt) {
            arrived.countDown();
            boolean interrupted = false;
            while (true) {
                try {
                    goOn.await();
                    break;
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
