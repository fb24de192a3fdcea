package dev.mortise.cli.demo.scene;

import dev.mortise.cli.exit.ExitCode;
import dev.mortise.cli.signal.Signal;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The end by Ctrl-C: the JVM ends, and with it, by its shutdown hooks, every process and file of the demo. At a terminal
 * the workers get the signal as well, and their end may be seen first: it is no failure of the demo then.
 */
public final class Interruption implements Consumer<Signal> {
    private static final long MILLIS = 500;

    private final CountDownLatch signalled = new CountDownLatch(1);

    @Override
    public void accept(Signal signal) {
        signalled.countDown();
        System.exit(ExitCode.ofSignal(signal.number()));
    }

    /** Does not return if this was the reason for whatever went wrong. */
    public void explains() {
        try {
            if (signalled.await(MILLIS, TimeUnit.MILLISECONDS)) {
                new CountDownLatch(1).await();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
