package dev.mortise.benchmarks.rival;

/** One client of one library with a read-write lock, connected. Thread-safe. */
public interface ReadWriteRival extends AutoCloseable {
    /** The shared side as one thread uses it; one object a thread. */
    RivalLock readLock(String name);

    /** The exclusive side as one thread uses it; one object a thread. */
    RivalLock writeLock(String name);

    @Override
    void close();
}
