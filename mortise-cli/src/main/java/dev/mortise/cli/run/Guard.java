package dev.mortise.cli.run;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** Ends a command that has lost its lock, once. Thread-safe. */
final class Guard {
    private final Child child;
    private final Duration killAfter;
    private final CountDownLatch ended = new CountDownLatch(1);

    /** Once true stays true; set before the first signal is sent. */
    private volatile boolean ending;

    Guard(Child child, Duration killAfter) {
        this.child = child;
        this.killAfter = killAfter;
    }

    /** Blocks until it has ended, {@code killAfter} and a little at most. */
    void end() {
        ending = true;
        try {
            child.end(killAfter);
        } finally {
            ended.countDown();
        }
    }

    boolean isEnding() {
        return ending;
    }

    /** Blocks until {@link #end} is done. */
    void await() {
        boolean interrupted = false;
        while (true) {
            try {
                ended.await();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
