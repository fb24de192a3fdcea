package dev.mortise.tests.quorum;

import dev.mortise.internal.time.Time;
import java.util.concurrent.Executor;

/** The time of one client of several: its end ends only what it does itself. */
final class ClientTime implements Time {
    private final Time time;
    private final long wallOffsetMicros;
    private volatile boolean ended;

    ClientTime(Time time, long wallOffsetMicros) {
        this.time = time;
        this.wallOffsetMicros = wallOffsetMicros;
    }

    @Override
    public long nanos() {
        return time.nanos();
    }

    @Override
    public long wallMicros() {
        return time.wallMicros() + wallOffsetMicros;
    }

    @Override
    public Timer schedule(long delayNanos, Runnable task) {
        return time.schedule(delayNanos, () -> {
            if (!ended) {
                task.run();
            }
        });
    }

    @Override
    public Executor background() {
        return callbacks();
    }

    @Override
    public Executor callbacks() {
        return time.callbacks();
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
        ended = true;
    }
}
