package dev.mortise.cli.signal;

import java.util.function.Consumer;

/** Where signals come from. */
public interface Signals {
    /**
     * From now on the handler hears every {@link Signal} that this process gets, in place of the end of the JVM. It is
     * called on a thread of its own, and must not block for long.
     */
    void handle(Consumer<Signal> handler);

    /** Those of this JVM. */
    static Signals ofThisProcess() {
        return new JvmSignals();
    }
}
