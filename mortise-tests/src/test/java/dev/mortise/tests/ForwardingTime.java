package dev.mortise.tests;

import dev.mortise.internal.runtime.Time;
import java.util.concurrent.Executor;

/** Another one's time, for tests that change a part of it. */
public abstract class ForwardingTime implements Time {
    private final Time time;

    protected ForwardingTime(Time time) {
        this.time = time;
    }

    @Override
    public long nanos() {
        return time.nanos();
    }

    @Override
    public long wallMicros() {
        return time.wallMicros();
    }

    @Override
    public Timer schedule(long delayNanos, Runnable task) {
        return time.schedule(delayNanos, task);
    }

    @Override
    public Executor callbacks() {
        return time.callbacks();
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
