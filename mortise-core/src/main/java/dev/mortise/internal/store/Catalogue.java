package dev.mortise.internal.store;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * What is on record, in pages. It is walked and not copied, while others write: what is there throughout comes at least once,
 * and may come again; what comes or goes meanwhile may be missing. Nothing here blocks. Every future completes within a few
 * command time-outs, on any thread; it fails with {@link StoreException} and nothing else. A page that failed may be asked for
 * again. Thread-safe.
 */
public interface Catalogue {
    /**
     * Names of locks. One may be free by now, or only have tombstones.
     *
     * @param pattern as {@link Glob} takes it
     * @param cursor "" for the first page, then what the page before says
     */
    CompletableFuture<Page> locks(String pattern, String cursor);

    /**
     * Ids of clients that are alive: whose heartbeats are on record.
     *
     * @param cursor as in {@link #locks}
     */
    CompletableFuture<Page> clients(String cursor);

    /**
     * Some of them; a page may be empty and not the last.
     *
     * @param next where to go on; "" = this was the last page
     */
    record Page(List<String> names, String next) {
        /** Copies the list. */
        public Page {
            names = List.copyOf(names);
        }
    }
}
