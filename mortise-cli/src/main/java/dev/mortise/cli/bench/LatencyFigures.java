package dev.mortise.cli.bench;

import java.time.Duration;

/**
 * What came out of a step.
 *
 * @param count how often it was measured, one at least
 * @param p50 half of them took no longer
 * @param p99 of a hundred one took longer
 * @param max the longest
 * @param perSecond how many would fit into a second one after the other, by their mean
 */
record LatencyFigures(int count, Duration p50, Duration p99, Duration max, double perSecond) {
    double p50Millis() {
        return millis(p50);
    }

    static double millis(Duration time) {
        return time.toNanos() / 1e6;
    }
}
