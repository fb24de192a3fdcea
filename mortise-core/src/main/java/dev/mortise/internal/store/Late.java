package dev.mortise.internal.store;

/**
 * Whether a request of a lease id may still arrive at the server when that is to be ended there.
 *
 * <p>Answers on one connection come in the order of the requests. So whoever ends a lease id while a request is under way
 * needs no tombstone if that was answered by the time the ending is: whatever became of connections meanwhile, nothing is on
 * its way any more. Otherwise the ending has overtaken it, and is to be repeated with a tombstone.
 */
public enum Late {
    /** Each was answered, or surely never sent. */
    NO,
    /** One has no answer yet, and nothing speaks against one that comes before the answer to whatever is sent now. */
    UNDER_WAY,
    /** One failed without an answer, or goes another way than others: only a tombstone refuses it. */
    IN_DOUBT
}
