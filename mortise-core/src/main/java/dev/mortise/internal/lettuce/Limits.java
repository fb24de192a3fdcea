package dev.mortise.internal.lettuce;

import io.lettuce.core.resource.ClientResources;
import io.netty.util.HashedWheelTimer;
import io.netty.util.Timer;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * The timer that ends requests. It looks at its clock from time to time, so a limit is late by up to two looks: there are ten of
 * them to a time-out at least, but no more than one in a millisecond.
 */
final class Limits implements AutoCloseable {
    /** How often the timer of a driver looks, unless that is set. */
    private static final long USUAL_TICK = 100;

    private final Timer timer;
    private final boolean ours;

    private Limits(Timer timer, boolean ours) {
        this.timer = timer;
        this.ours = ours;
    }

    /** A new timer. */
    static Timer timer(Duration timeout) {
        return new HashedWheelTimer(
                new DefaultThreadFactory("mortise-limits", true), tickMillis(timeout), TimeUnit.MILLISECONDS);
    }

    /** That of a shared client, if it looks often enough, else one beside it. */
    static Limits beside(ClientResources theirs, Duration timeout) {
        return tickMillis(timeout) >= USUAL_TICK ? new Limits(theirs.timer(), false) : new Limits(timer(timeout), true);
    }

    /** That of a client of ours, which is made and stopped with the rest of it. */
    static Limits of(ClientResources ours) {
        return new Limits(ours.timer(), false);
    }

    static long tickMillis(Duration timeout) {
        return Math.max(1, Math.min(USUAL_TICK, timeout.toMillis() / 10));
    }

    Timer timer() {
        return timer;
    }

    /** Stops what is ours. */
    @Override
    public void close() {
        if (ours) {
            timer.stop();
        }
    }
}
