package dev.mortise.tests.counts;

import dev.mortise.internal.runtime.SystemTime;
import dev.mortise.tests.ForwardingTime;

/**
 * A clock that stands still: nothing is due ever, but what is due at once. A client with it polls, renews and beats never,
 * however long a test takes, so what it asks for is what its callers ask for.
 */
final class StoppedTime extends ForwardingTime {
    private final long stopped;

    StoppedTime(SystemTime time) {
        super(time);
        this.stopped = time.nanos();
    }

    @Override
    public long nanos() {
        return stopped;
    }

    @Override
    public Timer schedule(long delayNanos, Runnable task) {
        return delayNanos <= 0 ? super.schedule(delayNanos, task) : () -> {};
    }
}
