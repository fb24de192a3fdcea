package dev.mortise.cli.bench;

import dev.mortise.ClientStatus.Deployment;

/**
 * All that was measured.
 *
 * @param load how many processes of this machine wanted a processor, for each that it has; negative when that is not known
 * @param roundTrip one request that reads
 * @param cycle acquire and release
 * @param handOff from a release to the grant of a waiter in another client
 */
record BenchResult(
        Deployment deployment, double load, LatencyFigures roundTrip, LatencyFigures cycle, LatencyFigures handOff) {
    Distance distance() {
        return Distance.of(roundTrip);
    }
}
