package dev.mortise.testkit;

import java.util.List;

/**
 * Several servers that were started together for a test. What is killed, paused or restarted is one of the
 * {@link #nodes}. Thread-safe, but what changes the deployment is to be done by one thread.
 */
public interface Deployment extends AutoCloseable {
    /** All processes that were started, running or not, always in the same order. */
    List<RedisProcess> nodes();

    /**
     * Blocks until all servers are up and agree on who is what.
     *
     * @throws IllegalStateException when they do not in 60 seconds; says what is missing
     */
    void whole();

    /**
     * Repairs what a test has broken and empties all servers: what is paused goes on, what has ended or answers nothing
     * is restarted, {@code CLIENT PAUSE} ends. Blocks until the deployment is whole and empty.
     *
     * @throws IllegalStateException when that does not succeed in 60 seconds for each step; says what is missing
     */
    void reset();

    /** Kills what was started and deletes its files. Idempotent. Blocks for some milliseconds. */
    @Override
    void close();
}
