package dev.mortise.testkit.process;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for conditions, never longer than a deadline. */
public final class Polling {
    private static final Duration POLL = Duration.ofMillis(3);

    private Polling() {}

    /**
     * Blocks until the condition holds or the time is over. Not interruptible; keeps the interrupt flag as it was.
     *
     * @return whether the condition held
     */
    public static boolean until(Duration atMost, BooleanSupplier condition) {
        return until(atMost, POLL, condition);
    }

    /**
     * As {@link #until(Duration, BooleanSupplier)}, for a condition that costs more to look at.
     *
     * @param poll the time between two looks
     */
    public static boolean until(Duration atMost, Duration poll, BooleanSupplier condition) {
        long deadline = System.nanoTime() + atMost.toNanos();
        boolean interrupted = Thread.interrupted();
        try {
            while (!condition.getAsBoolean()) {
                if (System.nanoTime() - deadline >= 0) {
                    return condition.getAsBoolean();
                }
                LockSupport.parkNanos(poll.toNanos());
                interrupted |= Thread.interrupted();
            }
            return true;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
