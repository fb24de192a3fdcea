package dev.mortise.testkit.memory;

/**
 * Who waits, for what.
 *
 * @param sinceMillis 0 = joined without the clock being read; its next poll sets it
 * @param misses how often its turn had come and nobody listened; on a node of a quorum, when it last asked (ms); of
 *     one whom no message reaches, until when it is believed to be there (ms)
 */
record Waiter(String leaseId, long permits, long leaseMillis, long sinceMillis, long misses, String note) {
    /** After so many misses its ticket is no longer kept. */
    private static final int PATIENCE = 3;

    /** How long one whom no message reaches is believed to be there after it has asked. */
    private static final long DEAF_TRUST_MILLIS = 3000;

    Waiter polled(long lease, long now) {
        return new Waiter(leaseId, permits, lease, sinceMillis == 0 ? now : sinceMillis, 0, note);
    }

    /** On a node of a quorum. */
    Waiter asked(long lease, long now) {
        return new Waiter(leaseId, permits, lease, sinceMillis, now, note);
    }

    /** No message reaches it, so it will ask. */
    Waiter trusted(long now) {
        return new Waiter(leaseId, permits, leaseMillis, sinceMillis, now + DEAF_TRUST_MILLIS, note);
    }

    boolean isTrusted(long now) {
        return misses > now;
    }

    Waiter missed() {
        return new Waiter(leaseId, permits, leaseMillis, sinceMillis, misses + 1, note);
    }

    boolean isGivenUp() {
        return misses >= PATIENCE;
    }
}
