package dev.mortise.testkit.memory;

import dev.mortise.internal.store.Tag;

/**
 * Who waits, for what.
 *
 * @param sinceMillis 0 = joined without the clock being read; its next poll sets it
 * @param askedMillis when it last asked; earlier by 5 s for each time that its turn had come and nobody listened; 0 = not
 *     since it joined without the clock being read
 */
record Waiter(String leaseId, long permits, long leaseMillis, long sinceMillis, long askedMillis, Tag tag) {
    /** Who has not asked for that long is gone. */
    static final long SILENT_MILLIS = 15_000;

    private static final long MISS_MILLIS = 5000;

    /** How long one whom no message reaches is believed to be there after it has asked. */
    private static final long DEAF_TRUST_MILLIS = 3000;

    Waiter polled(long lease, long now) {
        return new Waiter(leaseId, permits, lease, sinceMillis == 0 ? now : sinceMillis, now, tag);
    }

    /** On a node of a quorum. */
    Waiter asked(long lease, long now) {
        return new Waiter(leaseId, permits, lease, sinceMillis, now, tag);
    }

    /** No message reaches it, so it will ask. */
    Waiter trusted(long now) {
        return new Waiter(leaseId, permits, leaseMillis, sinceMillis, now + DEAF_TRUST_MILLIS, tag);
    }

    boolean isTrusted(long now) {
        return askedMillis > now && askedMillis <= now + DEAF_TRUST_MILLIS;
    }

    /** Somebody has seen it at that time. */
    Waiter seen(long now) {
        return askedMillis > 0 ? this : new Waiter(leaseId, permits, leaseMillis, sinceMillis, now, tag);
    }

    Waiter missed(long now) {
        long asked = (askedMillis > 0 ? askedMillis : now) - MISS_MILLIS;
        return new Waiter(leaseId, permits, leaseMillis, sinceMillis, asked, tag);
    }

    /** Whether it has not asked for that long; of one that was not seen yet that is not known. */
    boolean isSilent(long millis, long now) {
        return askedMillis > 0 && askedMillis + millis <= now;
    }

    /** Whether it is known to have asked within that time. */
    boolean hasAsked(long millis, long now) {
        return askedMillis + millis > now;
    }
}
