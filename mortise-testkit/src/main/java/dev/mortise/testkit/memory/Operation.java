package dev.mortise.testkit.memory;

/** The requests of the store port, to say which of them a fault hits. */
public enum Operation {
    /** Also poll, claim and retry. */
    ACQUIRE,
    RELEASE,
    RENEW,
    WITHDRAW,
    ADOPT,
    /** Also whether the lock is held. */
    INSPECT,
    FORCE,
    COLLECT,
    RESIZE,
    /** Also farewell, and reading the record of a client. */
    HEARTBEAT
}
