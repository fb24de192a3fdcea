package dev.mortise.internal.lease;

/**
 * State and end of a lease, replaced as one so that they cannot disagree.
 *
 * <pre>
 *   HELD &lt;-&gt; DANGER          renewed, or not renewed when it should have been
 *   HELD | DANGER -&gt; RELEASED  by its holder
 *   HELD | DANGER -&gt; DETACHED  by its holder, for another
 *   HELD | DANGER -&gt; LOST      anything else; final, like the other two
 * </pre>
 *
 * @param validUntil ns by the client's clock; {@link Long#MAX_VALUE} = no end
 */
record Term(State state, long validUntil) {
    enum State {
        /** Held, and renewed in time. */
        HELD,
        /** Held, but a renewal is overdue. */
        DANGER,
        /** Given back. */
        RELEASED,
        /** Given to whoever has the ticket. */
        DETACHED,
        /** Ended by anything but its holder. */
        LOST;

        boolean isLive() {
            return this == HELD || this == DANGER;
        }
    }

    boolean isValid(long now) {
        return state.isLive() && now < validUntil;
    }

    Term renewed(long until) {
        return new Term(State.HELD, until);
    }

    Term as(State next) {
        if (!state.isLive()) {
            throw new IllegalStateException(state + " is final, cannot become " + next);
        }
        return new Term(next, validUntil);
    }
}
