package dev.mortise.cli.signal;

import dev.mortise.cli.exit.ExitCode;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Ends a command at a signal, without leaving its client on record: the client is closed, which breaks off what the command asks
 * of it. A command that does not end by itself then, or gets a second signal, is ended with the JVM. Thread-safe.
 */
public final class SignalledEnd {
    private static final long GRACE_MILLIS = 1_000;

    private final Thread command;
    private final CountDownLatch over = new CountDownLatch(1);

    /** Guarded by this; once set stays set. */
    private @Nullable Signal first;

    /** Guarded by this; once set stays set. */
    private @Nullable AutoCloseable client;

    private SignalledEnd(Thread command) {
        this.command = command;
    }

    /** From now on signals end the command that runs in this thread. */
    public static SignalledEnd begin(Signals signals) {
        SignalledEnd end = new SignalledEnd(Thread.currentThread());
        signals.handle(end::accept);
        return end;
    }

    /** What a signal closes. It is returned as it is. */
    public synchronized <T extends AutoCloseable> T closing(T resource) {
        client = resource;
        return resource;
    }

    /** Whether a signal came. What the command fails with after that is of no interest. */
    public synchronized boolean isSignalled() {
        return first != null;
    }

    /** After an end by the first signal. */
    public synchronized int exitCode() {
        return ExitCode.ofSignal(first == null ? Signal.INT.number() : first.number());
    }

    /** The command has ended. */
    public void over() {
        over.countDown();
    }

    private void accept(Signal signal) {
        AutoCloseable open;
        boolean isFirst;
        synchronized (this) {
            isFirst = first == null;
            first = isFirst ? signal : first;
            open = client;
        }
        if (!isFirst || over.getCount() == 0) {
            halt();
        }
        command.interrupt();
        // A server that does not answer keeps it for some seconds, which nobody at a terminal waits for.
        Thread closing = new Thread(() -> close(open), "mortise-closing");
        closing.setDaemon(true);
        closing.start();
        if (!isOverInTime()) {
            halt();
        }
    }

    private static void close(@Nullable AutoCloseable open) {
        try {
            if (open != null) {
                open.close();
            }
        } catch (Exception e) {
            // The process ends in any case, and its client is forgotten 30 s later.
        }
    }

    private boolean isOverInTime() {
        try {
            return over.await(GRACE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            return false;
        }
    }

    private void halt() {
        Runtime.getRuntime().halt(exitCode());
    }
}
