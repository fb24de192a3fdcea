package dev.mortise.benchmarks;

import java.time.Duration;
import java.util.List;

/**
 * How much is done.
 *
 * @param warmups rounds before those that count
 * @param window how long one contender runs at a time
 * @param leases how many are renewed
 * @param renewedLease of those
 * @param keptLease of those whose renewal the server is watched for
 * @param waiters whose memory is looked at
 * @param killedLease how long a killed holder's lease lasts
 * @param idle how long nothing is done
 * @param queues how many wait at a time
 * @param sizes how large a lock is, in whatever may be many of it
 */
public record Scale(
        int rounds,
        int warmups,
        Duration window,
        int leases,
        Duration renewedLease,
        Duration keptLease,
        int waiters,
        Duration killedLease,
        Duration idle,
        List<Integer> queues,
        List<Integer> sizes) {
    public Scale {
        queues = List.copyOf(queues);
        sizes = List.copyOf(sizes);
    }

    /** What is used when nothing is said. */
    public static final Scale USUAL = new Scale(
            7,
            6,
            Duration.ofMillis(700),
            10_000,
            Duration.ofSeconds(9),
            Duration.ofMillis(1500),
            100,
            Duration.ofSeconds(2),
            Duration.ofSeconds(30),
            List.of(10, 100, 1000),
            List.of(1, 10, 100, 1000, 10_000));

    /** Just to see that everything works. */
    public static final Scale TINY = new Scale(
            1,
            0,
            Duration.ofMillis(60),
            60,
            Duration.ofMillis(1200),
            Duration.ofMillis(600),
            5,
            Duration.ofMillis(600),
            Duration.ofMillis(300),
            List.of(3),
            List.of(20));

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
        return new Scale(
                newRounds,
                warmups,
                newWindow,
                leases,
                renewedLease,
                keptLease,
                waiters,
                killedLease,
                idle,
                queues,
                sizes);
    }
}
