package dev.mortise.benchmarks.rival;

/** One client of one library with a semaphore whose permits are leases, connected. Thread-safe. */
public interface SemaphoreRival extends AutoCloseable {
    /** One permit of so many, as one thread uses it; one object a thread. */
    RivalLock permit(String name, int permits);

    @Override
    void close();
}
