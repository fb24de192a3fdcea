package dev.mortise.cli.bench;

import dev.mortise.cli.exit.ExitCode;
import dev.mortise.cli.signal.Signal;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Ends the measuring in good order at the first signal, and the process at the second one. Thread-safe. */
final class BenchStop implements Consumer<Signal> {
    private final Thread measuring;

    /** The first one; once set stays set. */
    private final AtomicReference<@Nullable Signal> first = new AtomicReference<>();

    BenchStop(Thread measuring) {
        this.measuring = measuring;
    }

    @Override
    public void accept(Signal signal) {
        if (first.compareAndSet(null, signal)) {
            measuring.interrupt();
        } else {
            // What it still waits for is the answer of a server; its locks end with their leases, some seconds later.
            Runtime.getRuntime().halt(exitCode());
        }
    }

    boolean isSignalled() {
        return first.get() != null;
    }

    /** After an end by the first signal. */
    int exitCode() {
        Signal signal = first.get();
        return ExitCode.ofSignal(signal == null ? Signal.INT.number() : signal.number());
    }
}
