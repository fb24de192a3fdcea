package dev.mortise.cli.bench;

import dev.mortise.DistributedLock;

/** Asks whether a lock that nobody uses is held: one request, which reads one key. */
record RoundTripStep(DistributedLock lock) implements BenchStep {
    @Override
    public long measure() {
        long begin = System.nanoTime();
        lock.isLocked();
        return System.nanoTime() - begin;
    }

    @Override
    public void close() {
        // holds nothing
    }
}
