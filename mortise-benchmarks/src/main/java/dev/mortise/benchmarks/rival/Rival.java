package dev.mortise.benchmarks.rival;

/** One client of one library, connected. Thread-safe. */
public interface Rival extends AutoCloseable {
    /** The lock as one thread uses it; one object a thread. */
    RivalLock lock(String name);

    /** What is left of the lease of whoever holds the lock, ms, as the server says; not positive when nobody does. */
    long leaseLeftMillis(String name);

    @Override
    void close();
}
