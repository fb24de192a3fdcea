package dev.mortise.cli.bench;

import dev.mortise.ClientStatus.Deployment;

/**
 * All that was measured.
 *
 * @param roundTrip one request that reads
 * @param cycle acquire and release
 * @param handOff from a release to the grant of a waiter in another client
 */
record BenchResult(Deployment deployment, LatencyFigures roundTrip, LatencyFigures cycle, LatencyFigures handOff) {
    Distance distance() {
        return Distance.of(roundTrip);
    }
}
