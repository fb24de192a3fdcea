package dev.mortise.benchmarks.rival;

/** A lock in the hands of one thread. Not thread-safe. */
public interface RivalLock {
    /** Blocks until it is held. */
    void acquire() throws InterruptedException;

    /** Blocks until it is given back. */
    void release();
}
