package dev.mortise.internal.lettuce;

import io.lettuce.core.RedisURI;

/**
 * Calls that wait for copies, in a cluster: each master has connections of its own. They follow no redirection, as the wait is
 * about the connection that wrote: while a slot moves, they are not executed.
 */
final class ClusterCopiedCalls {
    private final ClusterClient client;
    private final PerNode<CopiedCalls> nodes;

    /** Once true stays true. */
    private volatile boolean closed;

    ClusterCopiedCalls(ClusterClient client) {
        this.client = client;
        // What is under way there ends by itself.
        this.nodes = new PerNode<>(client::isMember, CopiedCalls::forgetIdle);
    }

    /** Those of the master that has the key, as far as is known. */
    CopiedCalls of(String key) {
        RedisURI master = client.masterOf(key);
        CopiedCalls calls = nodes.of(
                ClusterClient.address(master), address -> new CopiedCalls(() -> client.open(master), client.timer()));
        if (closed) {
            calls.close();
        }
        return calls;
    }

    void close() {
        closed = true;
        nodes.all().forEach(CopiedCalls::close);
    }
}
