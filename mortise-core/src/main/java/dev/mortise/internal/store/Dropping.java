package dev.mortise.internal.store;

/** What a server did with a {@link Leftover}. */
public enum Dropping {
    /** It was stale, and is gone. */
    DROPPED,
    /** It is stale, but that must be seen again later. */
    LATER,
    /** It is not stale, or was gone before. */
    KEPT;

    /** What a majority is told of several answers: the one that says most. */
    public Dropping or(Dropping other) {
        return compareTo(other) <= 0 ? this : other;
    }
}
