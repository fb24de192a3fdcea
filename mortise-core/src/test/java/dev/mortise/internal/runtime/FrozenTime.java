package dev.mortise.internal.runtime;

import java.util.concurrent.Executor;

/** Time that stands still unless a test moves it: no timer runs, and what runs elsewhere runs at once. */
public class FrozenTime implements Time {
    public long nanos;

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
