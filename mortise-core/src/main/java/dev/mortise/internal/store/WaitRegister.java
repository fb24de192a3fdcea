package dev.mortise.internal.store;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * The register of owners that hold something and wait for long, as an authority keeps it for all clients. Thread-safe, never
 * blocks; failures are {@link StoreException}.
 */
public interface WaitRegister {
    /**
     * How long a record counts from when it came.
     *
     * @param believedMillis how long it stays if it is not refreshed
     * @param certainMillis how long its client waits before a lease goes on although the record was not taken back
     */
    record Term(long believedMillis, long certainMillis) {}

    /**
     * Enters an owner. It may take several calls if it holds much; the record counts when all of it is there, and not at all if
     * something was taken back meanwhile.
     *
     * @param term how long the record is believed, and is certain
     * @return the owners that it waits for, each as it was while this was asked
     */
    CompletableFuture<Waits> enter(WaitRecord record, Term term);

    /**
     * The same of a record that was entered before, with that version: cheap, however much the owner holds. If it is not there any
     * more, it is entered.
     */
    CompletableFuture<Waits> refresh(WaitRecord record, Term term);

    /**
     * The owners that wait while they hold one of these locks, or one that such an owner waits for, and so on: each as
     * it was while this was asked, the nearest first. Enters nothing.
     */
    CompletableFuture<Waits> look(List<String> locks);

    /** The same of one lock, as far as one request tells. */
    CompletableFuture<Waits> glance(String lock);

    /**
     * All that are on record and believed, in pages. They are walked and not copied, while others write: what is there throughout comes
     * at least once, and may come again.
     *
     * @param cursor "" for the first page, then what the page before says
     */
    CompletableFuture<Page> list(String cursor);

    /**
     * Some of them; a page may be empty and not the last.
     *
     * @param next where to go on; "" = this was the last page
     */
    record Page(List<WaitRecord> records, String next) {
        /** Copies the list. */
        public Page {
            records = List.copyOf(records);
        }
    }

    /**
     * An owner waits no longer, or no longer holds what its record says. Records up to that version are refused from here on.
     *
     * @param ttlMillis for how long; a record that is under way must have arrived by then. 0 = none is
     */
    CompletableFuture<Void> forget(String owner, long version, long ttlMillis);

    /** Tells a waiter, of any client, that it is worth looking again. */
    CompletableFuture<Void> nudge(String clientId, String lock, String waitId);

    /**
     * Tells a waiter, of any client, that it was in a deadlock.
     *
     * @param victim the owner whose wait has ended it, as shown to people
     */
    CompletableFuture<Void> survived(String clientId, String lock, String waitId, String victim);
}
