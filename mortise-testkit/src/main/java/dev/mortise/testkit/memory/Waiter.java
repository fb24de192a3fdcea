package dev.mortise.testkit.memory;

/**
 * Who waits, for what.
 *
 * @param sinceMillis 0 = joined without the clock being read; its next poll sets it
 * @param misses how often its turn had come and nobody listened; on a node of a quorum, when it last asked (ms)
 */
record Waiter(String leaseId, long permits, long leaseMillis, long sinceMillis, long misses, String note) {
    /** After so many misses its ticket is no longer kept. */
    private static final int PATIENCE = 3;

    Waiter polled(long lease, long now) {
        return new Waiter(leaseId, permits, lease, sinceMillis == 0 ? now : sinceMillis, 0, note);
    }

    /** On a node of a quorum. */
    Waiter asked(long lease, long now) {
        return new Waiter(leaseId, permits, lease, sinceMillis, now, note);
    }

    Waiter missed() {
        return new Waiter(leaseId, permits, leaseMillis, sinceMillis, misses + 1, note);
    }

    boolean isGivenUp() {
        return misses >= PATIENCE;
    }
}
