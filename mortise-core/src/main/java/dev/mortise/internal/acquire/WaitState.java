package dev.mortise.internal.acquire;

/** Where one acquire stands. */
enum WaitState {
    /*
     * Overview.
     *
     *   LOCAL    -> ASKING, WAITING, GRANTED, LEFT
     *   ASKING   -> WAITING, COPYING, GRANTED, LEAVING
     *   WAITING  -> COPYING, GRANTED, LEAVING
     *   COPYING  -> WAITING, GRANTED, LEAVING
     *   LEAVING  -> LEFT
     *
     * Grants come as replies, as messages and from the local queue, and race with the end of the wait. One transition
     * decides: the one that makes GRANTED has the grant, the one that makes LEAVING withdraws. A later grant is undone by that
     * withdrawal on the server; a request that comes after the withdrawal is refused by a tombstone, see Late.
     *
     * An acquire that has already waited in the local queue, behind a holder or behind another that the server has answered,
     * starts in WAITING, not ASKING. Its wait therefore outlasts an outage.
     */

    /** It waits in the local queue; nothing was sent. */
    LOCAL,
    /** The first request has not been answered. */
    ASKING,
    /** The server has put it into its queue, or will. */
    WAITING,
    /** Granted, but the grant is to be copied first; see {@link ReplicationStep}. */
    COPYING,
    /** Granted; final, unless no lease can be made. */
    GRANTED,
    /** Withdrawing; the caller waits for that. */
    LEAVING,
    /** Gone; final. */
    LEFT
}
