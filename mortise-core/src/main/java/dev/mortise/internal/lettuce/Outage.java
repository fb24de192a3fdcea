package dev.mortise.internal.lettuce;

import dev.mortise.internal.store.StoreException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Why no connection to a server comes up: for whoever asks, and for the log, which is told each reason once as long as it
 * lasts. Holds no part of a login. Thread-safe.
 */
final class Outage {
    private static final Logger log = LoggerFactory.getLogger(Outage.class);

    /** So that reasons that are always new do not fill the log. */
    private static final int MOST_TOLD = 5;

    private final String server;
    private final Set<String> told = ConcurrentHashMap.newKeySet();

    /** Empty while it is connected, or nothing is known. */
    private volatile String reason = "";

    /** @param server for the log */
    Outage(String server) {
        this.server = server;
    }

    /** An attempt to connect has failed. */
    void failed(Throwable failure) {
        StoreException known = Failures.opening(failure);
        String now = String.valueOf(known.getMessage());
        reason = now;
        if (told.size() < MOST_TOLD && told.add(now)) {
            log.warn("{} cannot be reached, and is tried again: {}", server, now);
        }
    }

    /** It is connected. */
    void over() {
        reason = "";
        if (!told.isEmpty()) {
            told.clear();
            log.info("{} is reached again", server);
        }
    }

    /** The last one; empty when there is none. */
    String reason() {
        return reason;
    }
}
