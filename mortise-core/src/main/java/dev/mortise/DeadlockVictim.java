package dev.mortise;

/** Whose wait ends when owners wait for each other for ever. */
public enum DeadlockVictim {
    /** The owner that began to wait last. An owner that waits again after it was the victim keeps its first time. */
    YOUNGEST,
    /** The owner that holds the fewest locks; of several the one that began to wait last. */
    FEWEST_LOCKS,
    /** No wait ends: the deadlock is told by an event and in the log, by the client of the owner that began to wait last. */
    NONE_JUST_REPORT
}
