package dev.mortise.cli.bench;

import dev.mortise.AcquireOptions;
import dev.mortise.LockProvider;
import dev.mortise.Owner;
import java.lang.management.ManagementFactory;
import java.lang.management.OperatingSystemMXBean;
import java.time.Duration;
import java.util.UUID;

/**
 * The measuring, step by step, with locks of its own that nobody else uses. For one thread, which an interrupt stops. What it
 * holds is released in the end, and an unused lock leaves no key.
 */
final class Bench {
    /** What the names of its locks begin with. */
    static final String NAMES = "mortise.bench.";

    private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);

    /** Of a step's time, for what is slow only at first: classes to load, code to compile. */
    private static final int WARM_UP = 4;

    private static final int STEPS = 3;

    private final LockProvider client;
    private final LockProvider other;
    private final Duration time;
    private final String names = NAMES + UUID.randomUUID().toString().substring(0, 8) + ".";
    private final AcquireOptions options =
            AcquireOptions.waitUpTo(LONGEST_WAIT).owner(Owner.none()).label("mortise bench");

    /**
     * @param other a second client of the same servers, for the hand-off
     * @param time for all steps together
     */
    Bench(LockProvider client, LockProvider other, Duration time) {
        this.client = client;
        this.other = other;
        this.time = time;
    }

    /** Blocks for the time given, or a little longer. */
    BenchResult run() throws InterruptedException {
        LatencyFigures roundTrip = measure(new RoundTripStep(client.lock(names + "unused")));
        LatencyFigures cycle = measure(new CycleStep(client.lock(names + "cycle"), options));
        String handedOn = names + "hand-off";
        LatencyFigures handOff = measure(new HandOffStep(client.lock(handedOn), other.lock(handedOn), options));
        return new BenchResult(client.clientStatus().deployment(), load(), roundTrip, cycle, handOff);
    }

    private static double load() {
        OperatingSystemMXBean machine = ManagementFactory.getOperatingSystemMXBean();
        return machine.getSystemLoadAverage() / machine.getAvailableProcessors();
    }

    private LatencyFigures measure(BenchStep step) throws InterruptedException {
        long share = time.toNanos() / STEPS;
        try (step) {
            repeat(step, share / WARM_UP);
            return repeat(step, share - share / WARM_UP).figures();
        }
    }

    /** Once at least. */
    private static LatencySamples repeat(BenchStep step, long forNanos) throws InterruptedException {
        LatencySamples samples = new LatencySamples();
        long end = System.nanoTime() + forNanos;
        do {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            samples.add(step.measure());
        } while (System.nanoTime() - end < 0);
        return samples;
    }
}
