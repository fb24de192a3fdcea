package dev.mortise.internal.multi;

/**
 * What an acquire of several locks needs of its client: the locks in canonical order, as one caller wants them. Both
 * attempts throw {@link IllegalStateException} when the client is closed.
 */
public interface Parts {
    /** How many locks. */
    int size();

    /**
     * All of them in one step, if no client uses any of them; never waits for a holder.
     *
     * @param maxWaitNanos as for one of them: how long they may be asked for in vain
     */
    MultiPart together(long maxWaitNanos);

    /**
     * One of them, as any caller acquires it.
     *
     * @param maxWaitNanos 0 = ask once, {@link Long#MAX_VALUE} = no limit
     */
    MultiPart one(int index, long maxWaitNanos);
}
