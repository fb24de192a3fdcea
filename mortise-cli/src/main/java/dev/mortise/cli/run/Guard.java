package dev.mortise.cli.run;

import dev.mortise.Lease;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Ends a command once, in time before the lease of its lock is over, or when the lease is lost all at once. Thread-safe.
 */
final class Guard {
    private final Child child;
    private final Lease lease;
    private final KillTime times;
    private final Consumer<String> told;
    private final CountDownLatch ended = new CountDownLatch(1);

    /** Once true stays true; set before the first signal is sent. */
    private final AtomicBoolean ending = new AtomicBoolean();

    /** @param told hears why the command is ended */
    Guard(Child child, Lease lease, KillTime times, Consumer<String> told) {
        this.child = child;
        this.lease = lease;
        this.times = times;
        this.told = told;
    }

    /** Watches from now on, in a thread of its own. */
    void start() {
        Thread watch = new Thread(this::watch, "mortise-guard");
        watch.setDaemon(true);
        watch.start();
        var unused = lease.lost().thenAccept(loss -> end("is lost: " + loss.cause() + ", " + loss.detail()));
    }

    boolean isEnding() {
        return ending.get();
    }

    /** Blocks until the end has come that was begun. */
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

    /** A renewal moves the end of the lease: it is looked at anew each time it would be reached. */
    private void watch() {
        Duration left = lease.remaining().minus(times.term());
        while (!left.isNegative() && !left.isZero()) {
            if (child.hasEndedWithin(left)) {
                return;
            }
            left = lease.remaining().minus(times.term());
        }
        if (lease.isValid()) {
            end("cannot be kept for longer than " + lease.remaining().toMillis() + " ms");
        }
    }

    private void end(String why) {
        if (!ending.compareAndSet(false, true)) {
            return;
        }
        told.accept(why);
        boolean inTime = lease.isValid();
        try {
            child.end(times.killAfter(), () -> inTime && lease.remaining().compareTo(times.margin()) <= 0);
        } finally {
            ended.countDown();
        }
    }
}
