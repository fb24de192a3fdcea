package dev.mortise.internal.runtime;

import java.util.concurrent.Executor;

/** Where time, threads and randomness come from. Thread-safe. */
public interface Time extends AutoCloseable {
    /**
     * Elapsed time in ns from an arbitrary start: the greater of what the monotonic and the wall clock say, so that
     * time spent suspended counts. Never goes back.
     */
    long nanos();

    /** The wall clock, in microseconds since 1970; may jump and go back. For nothing but fencing tokens, and what people read. */
    long wallMicros();

    /**
     * Runs {@code task} once, after at least {@code delayNanos}, on the one timer thread of this client. The task must
     * not block and must not call out to users. After {@link #close()} it is dropped.
     */
    Timer schedule(long delayNanos, Runnable task);

    /** Runs the code of users: never on the timer thread, never on an I/O thread. Refuses nothing. */
    Executor callbacks();

    /**
     * Completes futures that users have, and so runs what they added to them: apart from {@link #callbacks()} if these run
     * elsewhere, so that nothing which blocks there delays a loss. Refuses nothing.
     */
    default Executor outcomes() {
        return callbacks();
    }

    /** Runs internal code that blocks for a while: never behind the code of users. Refuses nothing. */
    Executor background();

    /** From 0 (inclusive) to {@code bound} (exclusive); {@code bound} is positive. */
    long random(long bound);

    /** Fills the array with bytes that cannot be guessed. */
    void fillUnguessable(byte[] bytes);

    /** Stops the timer at once; callbacks that are due still run, in the background. */
    @Override
    void close();

    /** A task that may still run. */
    interface Timer {
        /** The task will not start after this returns, unless it has started before. */
        void cancel();
    }
}
