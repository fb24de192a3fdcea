package dev.mortise.internal.lease;

/**
 * What a lease is at one moment. Immutable; replaced as one, so that state and end cannot disagree.
 *
 * @param validUntil ns by the client's clock; {@link Long#MAX_VALUE} = no end
 */
record LeaseStatus(State state, long validUntil) {
    boolean isValid(long now) {
        return state.isLive() && now < validUntil;
    }

    LeaseStatus noLongerThan(long until) {
        return new LeaseStatus(state, Math.min(validUntil, until));
    }

    LeaseStatus as(State next) {
        if (!state.isLive()) {
            throw new IllegalStateException(state + " is final, cannot become " + next);
        }
        return new LeaseStatus(next, validUntil);
    }

    /** What ends it, and how. */
    enum State {
        /** Held, and renewed in time. */
        HELD,
        /** Held, but a renewal is overdue. */
        DANGER,
        /** Given back. */
        RELEASED,
        /** Given to the client that has the ticket. */
        DETACHED,
        /** Ended by anything but its holder. */
        LOST;

        boolean isLive() {
            return this == HELD || this == DANGER;
        }
    }
}
