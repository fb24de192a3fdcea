package dev.mortise.cli.bench;

import dev.mortise.AcquireOptions;
import dev.mortise.DistributedLock;

/** Acquires a lock that nobody else wants, and releases it: two requests. */
record CycleStep(DistributedLock lock, AcquireOptions options) implements BenchStep {
    @Override
    public long measure() throws InterruptedException {
        long begin = System.nanoTime();
        lock.acquire(options).release();
        return System.nanoTime() - begin;
    }

    @Override
    public void close() {
        // holds nothing between two cycles
    }
}
