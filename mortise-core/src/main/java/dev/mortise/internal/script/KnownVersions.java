package dev.mortise.internal.script;

import dev.mortise.internal.store.KnownServer;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** The versions of the servers of one client, as far as they have told. Thread-safe. */
public final class KnownVersions {
    /** As {@code Redis 7.0.15}, by address. Grows with the number of addresses that a client has met. */
    private final ConcurrentMap<String, String> versions = new ConcurrentHashMap<>();

    /** What a server said last; an empty text leaves it as it was. */
    public void learned(String address, String version) {
        if (!version.isEmpty()) {
            versions.put(address, version);
        }
    }

    /** The same, with its version where that is known. */
    KnownServer complete(KnownServer state) {
        return new KnownServer(
                state.address(),
                versions.getOrDefault(state.address(), ""),
                state.isReachable(),
                state.latencyNanos(),
                state.lastError());
    }
}
