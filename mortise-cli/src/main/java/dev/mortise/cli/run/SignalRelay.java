package dev.mortise.cli.run;

import dev.mortise.cli.exit.ExitCode;
import dev.mortise.cli.signal.Signal;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a signal means at the moment: the end of the wait while there is no command, and then something for the command.
 * Thread-safe.
 */
final class SignalRelay implements Consumer<Signal> {
    private final Thread waiter;

    /** Guarded by this; the first one, once set stays set. */
    private @Nullable Signal first;

    /** Guarded by this; once set stays set, and the waiter is not interrupted any more. */
    private @Nullable Child child;

    SignalRelay(Thread waiter) {
        this.waiter = waiter;
    }

    @Override
    public void accept(Signal signal) {
        Child receiver;
        synchronized (this) {
            receiver = child;
            if (receiver == null) {
                first = first == null ? signal : first;
                waiter.interrupt();
            }
        }
        if (receiver != null && !(signal == Signal.INT && Terminal.isInForeground())) {
            receiver.send(signal);
        }
    }

    /** From now on signals go there, one that came since the last check included. Called by the waiter. */
    void passTo(Child started) {
        Signal early;
        synchronized (this) {
            child = started;
            early = first;
            Thread.interrupted();
        }
        if (early != null) {
            started.send(early);
        }
    }

    synchronized boolean isSignalled() {
        return first != null;
    }

    void throwIfSignalled() throws InterruptedException {
        if (isSignalled()) {
            throw new InterruptedException();
        }
    }

    /** After an end by the first signal. */
    synchronized int exitCode() {
        return ExitCode.ofSignal(first == null ? Signal.INT.number() : first.number());
    }
}
