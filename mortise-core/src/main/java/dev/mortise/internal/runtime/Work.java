package dev.mortise.internal.runtime;

/** Something under way that a closing client must end. Thread-safe; nothing here blocks. */
public interface Work {
    /** Ends it in order: what it has on the server is taken back, and its result tells. */
    void close();

    /** Ends it without asking the server any more: its result is complete when this returns. */
    void abandon();
}
