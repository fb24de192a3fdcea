package dev.mortise.cli.bench;

import java.time.Duration;
import java.util.Arrays;

/** Times of an operation that is repeated, each kept, so that figures are exact. Not thread-safe. */
final class LatencySamples {
    private static final double NANOS_IN_SECOND = 1e9;

    private long[] nanos = new long[4096];
    private int count;

    void add(long took) {
        if (count == nanos.length) {
            nanos = Arrays.copyOf(nanos, 2 * count);
        }
        nanos[count++] = took;
    }

    /** @throws IllegalStateException when there are none */
    LatencyFigures figures() {
        if (count == 0) {
            throw new IllegalStateException("nothing was measured");
        }
        long[] sorted = Arrays.copyOf(nanos, count);
        Arrays.sort(sorted);
        double mean = Arrays.stream(sorted).average().orElseThrow();
        return new LatencyFigures(
                count,
                Duration.ofNanos(ofHundred(sorted, 50)),
                Duration.ofNanos(ofHundred(sorted, 99)),
                Duration.ofNanos(sorted[count - 1]),
                NANOS_IN_SECOND / Math.max(1, mean));
    }

    /** The smallest one that so many of a hundred do not exceed. */
    private static long ofHundred(long[] sorted, int percent) {
        long rank = ((long) sorted.length * percent + 99) / 100;
        return sorted[(int) Math.max(1, rank) - 1];
    }
}
