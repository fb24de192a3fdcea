package dev.mortise.internal.client;

import dev.mortise.internal.runtime.Time;
import java.util.Base64;
import java.util.concurrent.atomic.AtomicLong;

/** 128 random bits per client and a counter per lease: unguessable, and never used twice. */
final class Identity {
    private static final int BYTES = 16;

    private final String id;
    private final AtomicLong count = new AtomicLong();

    Identity(Time time) {
        byte[] random = new byte[BYTES];
        time.fillUnguessable(random);
        this.id = Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    }

    String id() {
        return id;
    }

    String nextLeaseId() {
        return id + "-" + Long.toString(count.incrementAndGet(), Character.MAX_RADIX);
    }
}
