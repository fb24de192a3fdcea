package dev.mortise.testkit;

/** A deployment that was started for a test, of one server or of several. */
public interface RedisServer extends AutoCloseable {
    /**
     * Starts one server without persistence on a free port of 127.0.0.1. Blocks until it answers.
     *
     * @throws IllegalStateException when there is no server for this system, or it does not start; says why
     */
    static RedisServer start() {
        return RedisProcess.start();
    }

    /** Where a client connects, as {@code RedisMortise.connect} takes it. Contains the password if there is one. */
    String uri();

    /** Kills what was started and deletes its files. Idempotent. Blocks for some milliseconds. */
    @Override
    void close();
}
