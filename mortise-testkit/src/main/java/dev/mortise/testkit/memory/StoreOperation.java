package dev.mortise.testkit.memory;

/** The requests of the store port, to say which of them a fault hits. */
public enum StoreOperation {
    /** Also poll, claim and retry. */
    ACQUIRE,
    /** An acquire or upgrade that is answered when it is copied. */
    COPY,
    ACQUIRE_ALL,
    RELEASE,
    RENEW,
    WITHDRAW,
    RESERVE,
    UPGRADE,
    /** Also what gives an upgrade up. */
    DOWNGRADE,
    SPLIT,
    ADOPT,
    /** Also whether the lock is held. */
    INSPECT,
    /** The first holders and waiters of a lock. */
    GLANCE,
    FORCE,
    COLLECT,
    RESIZE,
    /** Also farewell, and reading the record of a client. */
    HEARTBEAT,
    /** What the register of waits is told, and the nudge of another client. */
    WAIT,
    /** A page of the names of locks, or of clients. */
    LIST,
    VOTE,
    UNVOTE
}
