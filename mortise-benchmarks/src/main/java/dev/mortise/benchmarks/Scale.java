package dev.mortise.benchmarks;

import java.time.Duration;

/**
 * How much is done.
 *
 * @param warmups rounds before those that count
 * @param window how long one contender runs at a time
 * @param leases how many are renewed
 * @param renewedLease of those
 * @param waiters whose memory is looked at
 * @param killedLease how long a killed holder's lease lasts
 * @param idle how long nothing is done
 */
public record Scale(
        int rounds,
        int warmups,
        Duration window,
        int leases,
        Duration renewedLease,
        int waiters,
        Duration killedLease,
        Duration idle) {
    /** What is used when nothing is said. */
    public static final Scale USUAL = new Scale(
            7,
            6,
            Duration.ofMillis(700),
            10_000,
            Duration.ofSeconds(9),
            100,
            Duration.ofSeconds(2),
            Duration.ofSeconds(30));

    /** Just to see that everything works. */
    public static final Scale TINY = new Scale(
            1,
            0,
            Duration.ofMillis(60),
            60,
            Duration.ofMillis(1200),
            5,
            Duration.ofMillis(600),
            Duration.ofMillis(300));

    /**
     * The same, with other rounds and windows.
     *
     * @throws IllegalArgumentException when a value is not positive
     */
    public Scale with(int newRounds, Duration newWindow) {
        if (newRounds < 1) {
            throw new IllegalArgumentException("rounds must be at least 1, was " + newRounds);
        }
        if (newWindow.toMillis() < 1) {
            throw new IllegalArgumentException("window must be at least 1 ms, was " + newWindow);
        }
        return new Scale(newRounds, warmups, newWindow, leases, renewedLease, waiters, killedLease, idle);
    }
}
