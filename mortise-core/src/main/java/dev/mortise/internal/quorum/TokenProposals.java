package dev.mortise.internal.quorum;

import dev.mortise.internal.runtime.Time;
import dev.mortise.internal.store.Fencing;
import dev.mortise.internal.store.TokenFloors;

/** The fencing tokens that this client proposes: each with the block behind it, and above all that it knows of that lock. */
final class TokenProposals {
    private final Time time;
    private final TokenFloors last = new TokenFloors();

    TokenProposals(Time time) {
        this.time = time;
    }

    /** @param floor that and what is not above it is used up */
    long next(String lock, long floor) {
        return last.advance(lock, Fencing.BLOCK, Math.max(floor + 1, time.wallMicros()));
    }
}
