package dev.mortise.testkit.proxy;

/** One of the two streams of a connection. */
public enum Direction {
    /** Requests. */
    TO_SERVER,
    /** Replies and messages. */
    TO_CLIENT
}
