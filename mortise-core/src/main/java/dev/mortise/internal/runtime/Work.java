package dev.mortise.internal.runtime;

import java.util.concurrent.CompletableFuture;

/** Something under way that a closing client must end. Thread-safe; nothing here blocks. */
public interface Work {
    /** Begins it, to be called once. If this throws, nothing of it is left. */
    void start();

    /** Ends it in order: what it has on the server is taken back, and its result tells. */
    void close();

    /** Ends it without asking the server any more: its result is complete when this returns. */
    void abandon();

    /** Completes once, on any thread, when it is over. */
    CompletableFuture<?> result();
}
