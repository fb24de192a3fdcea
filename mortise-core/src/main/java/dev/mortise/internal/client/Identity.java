package dev.mortise.internal.client;

import dev.mortise.internal.runtime.Time;
import java.util.Base64;
import java.util.concurrent.atomic.AtomicLong;

/** 128 random bits per client and a counter per lease: unguessable, and never used twice. */
final class Identity {
    /*
     * Overview. That a lease id is never used again is what most late requests and messages are recognised by. The id of
     * the client is a part of it. So two clients need not know of each other, and what the server shows can be told by
     * client.
     *
     * A process that is cloned with an open client breaks this; see H20 in docs/design/invariants.md.
     */
    private static final int BYTES = 16;

    private final String id;

    /** Lease ids that were made. */
    private final AtomicLong count = new AtomicLong();

    Identity(Time time) {
        byte[] random = new byte[BYTES];
        time.fillUnguessable(random);
        this.id = Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    }

    String id() {
        return id;
    }

    /** The id of this client, a hyphen and a number in base 36. */
    String nextLeaseId() {
        return id + "-" + Long.toString(count.incrementAndGet(), Character.MAX_RADIX);
    }
}
