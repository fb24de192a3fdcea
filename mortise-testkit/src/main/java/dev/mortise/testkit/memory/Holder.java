package dev.mortise.testkit.memory;

import dev.mortise.internal.store.Tag;

/** A lease on record. Guarded by its server. */
final class Holder {
    /** An end that never comes. */
    static final long NEVER = Long.MAX_VALUE;

    long permits;
    long token;

    /** When that token was issued; earlier by the time that it was ahead of the clock and less than a ms. */
    long sinceMillis;

    Tag tag;

    /** As last asked for; 0 = without expiry. A grant that was pushed ends sooner than that at first. */
    long leaseMillis;

    long expiryMillis;

    /** Counts every extension and adoption; of a lease without expiry, when (ms) the last one was. */
    long renewals;

    /** How often it was adopted, and by which adoption the last time. */
    int adoptions;

    String adoptedBy = "";

    /** Attempts to be the writer below this number are over. */
    long firstAttempt;

    /** Since when it is known, without expiry, not to be renewed, or -1; over with any sign of life. */
    long absentSinceMillis = -1;

    Holder(long permits, long token, Tag tag, long leaseMillis, long expiryMillis) {
        this.permits = permits;
        this.token = token;
        this.tag = tag;
        this.leaseMillis = leaseMillis;
        this.expiryMillis = expiryMillis;
    }

    Holder since(long micros) {
        sinceMillis = token / 1000 - Math.floorDiv(token - micros + 999, 1000L);
        return this;
    }

    /** From now on it has that many permits. */
    void become(long newPermits, long newToken, long micros) {
        permits = newPermits;
        token = newToken;
        since(micros);
    }

    /** When a lease of that length ends. */
    static long end(long leaseMillis, long now) {
        return leaseMillis == 0 ? NEVER : now + leaseMillis;
    }

    boolean isOver(long now) {
        return expiryMillis <= now;
    }

    boolean hasNoExpiry() {
        return expiryMillis == NEVER;
    }

    /** The client of this lease is alive, and from now on it ends then. */
    void extend(long lease, long expiry, long now) {
        leaseMillis = expiry == NEVER ? 0 : lease;
        expiryMillis = expiry;
        renewals = expiry == NEVER ? now : renewals + 1;
        absentSinceMillis = -1;
    }

    /** Whether it has no expiry, and was not heard of for so long. */
    boolean isForgotten(long graceMillis, long now) {
        return hasNoExpiry() && now - heardMillis() >= graceMillis;
    }

    /** When it was heard of last, without expiry. */
    long heardMillis() {
        return Math.max(renewals, sinceMillis);
    }

    /** The lease id, or the id of the latest adoption: both begin with the id of the client. */
    String ownedBy(String leaseId) {
        return adoptions == 0 ? leaseId : adoptedBy;
    }

    Holder copy() {
        Holder copy = new Holder(permits, token, tag, leaseMillis, expiryMillis);
        copy.sinceMillis = sinceMillis;
        copy.renewals = renewals;
        copy.adoptions = adoptions;
        copy.adoptedBy = adoptedBy;
        copy.absentSinceMillis = absentSinceMillis;
        copy.firstAttempt = firstAttempt;
        return copy;
    }
}
