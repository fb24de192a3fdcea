package dev.mortise.internal.lettuce;

import io.lettuce.core.RedisURI;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Calls that wait for copies, in a cluster: each master has connections of its own. They follow no redirection, as the wait is
 * about the connection that wrote: while a slot moves, they are not executed.
 */
final class ClusterCopiedCalls {
    private final ClusterClient client;
    private final ConcurrentMap<String, CopiedCalls> nodes = new ConcurrentHashMap<>();

    /** Once true stays true. */
    private volatile boolean closed;

    ClusterCopiedCalls(ClusterClient client) {
        this.client = client;
    }

    /** Those of the master that has the key, as far as is known. */
    CopiedCalls of(String key) {
        RedisURI master = client.masterOf(key);
        CopiedCalls calls = nodes.computeIfAbsent(
                master.getHost() + ":" + master.getPort(),
                address -> new CopiedCalls(() -> client.open(master), client.timer()));
        if (closed) {
            calls.close();
        }
        return calls;
    }

    void close() {
        closed = true;
        nodes.values().forEach(CopiedCalls::close);
    }
}
