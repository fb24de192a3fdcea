package dev.mortise;

/** What a name is used as; a name has one kind at a time. */
public enum LockKind {
    /** One holder. */
    MUTEX,
    /** Many readers or one writer. */
    READ_WRITE,
    /** A number of permits. */
    SEMAPHORE
}
