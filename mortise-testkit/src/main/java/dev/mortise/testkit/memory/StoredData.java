package dev.mortise.testkit.memory;

import dev.mortise.internal.store.ClientRecord;
import java.util.NavigableMap;
import java.util.TreeMap;

/** All that a server stores. Guarded by its server, but for copies. */
final class StoredData {
    final NavigableMap<String, LockState> locks = new TreeMap<>();
    final NavigableMap<String, Heartbeat> heartbeats = new TreeMap<>();
    WaitRegistry waits = new WaitRegistry();
    QuietState quiet = new QuietState();

    StoredData copy() {
        StoredData copy = new StoredData();
        locks.forEach((name, lock) -> copy.locks.put(name, lock.copy()));
        copy.heartbeats.putAll(heartbeats);
        copy.waits = waits.copy();
        copy.quiet = quiet.copy();
        return copy;
    }

    /** A client that is alive until then. */
    record Heartbeat(ClientRecord client, long untilMillis) {}
}
