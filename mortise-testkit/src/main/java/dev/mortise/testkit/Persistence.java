package dev.mortise.testkit;

/** What a server keeps when it is killed. */
public enum Persistence {
    /** Nothing. */
    NONE,
    /** Every write: an append-only file, synced before each reply. */
    AOF_ALWAYS
}
