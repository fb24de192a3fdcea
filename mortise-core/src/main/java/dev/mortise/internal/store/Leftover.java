package dev.mortise.internal.store;

import dev.mortise.admin.StaleKind;

/**
 * Something that may be stale.
 *
 * @param id the lease id; the owner, of a record of a wait; empty for a whole key
 * @param clientId whose it is; empty for a whole key
 * @param sinceMillis since when it has been stale, by the clock of the server; 0 = not known, as of a waiter that was never seen
 *     to ask: it is stale only if the server has seen it for the grace time
 */
public record Leftover(StaleKind kind, String id, String clientId, Tag tag, long sinceMillis) {
    /** Of what no owner has. */
    public static final Tag NOBODY = new Tag("", "");
}
