package dev.mortise.internal.quorum;

import dev.mortise.internal.store.Fencing;
import dev.mortise.internal.time.Time;
import java.util.concurrent.atomic.AtomicLong;

/** The fencing tokens that this client proposes: each with the block behind it, and above all that it knows of. */
final class Proposals {
    private final Time time;
    private final AtomicLong last = new AtomicLong();

    Proposals(Time time) {
        this.time = time;
    }

    /** @param floor that and what is not above it is used up */
    long next(long floor) {
        long least = Math.max(floor + 1, time.wallMicros());
        return last.updateAndGet(before -> Math.max(before + Fencing.BLOCK, least));
    }
}
