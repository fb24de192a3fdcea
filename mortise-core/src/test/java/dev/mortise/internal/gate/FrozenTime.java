package dev.mortise.internal.gate;

import dev.mortise.internal.time.Time;
import java.util.concurrent.Executor;

/** Time that stands still unless a test moves it. */
final class FrozenTime implements Time {
    long nanos;

    @Override
    public long nanos() {
        return nanos;
    }

    @Override
    public long wallMicros() {
        return nanos / 1000;
    }

    @Override
    public Timer schedule(long delayNanos, Runnable task) {
        return () -> {};
    }

    @Override
    public Executor background() {
        return callbacks();
    }

    @Override
    public Executor callbacks() {
        return Runnable::run;
    }

    @Override
    public long random(long bound) {
        return 0;
    }

    @Override
    public void fillUnguessable(byte[] bytes) {}

    @Override
    public void close() {}
}
