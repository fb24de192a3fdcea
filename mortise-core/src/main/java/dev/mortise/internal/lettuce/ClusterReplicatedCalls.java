package dev.mortise.internal.lettuce;

import io.lettuce.core.RedisURI;

/**
 * Calls that wait for copies, in a cluster: each master has connections of its own. They follow no redirection, as the wait is
 * about the connection that wrote: while a slot moves, they are not executed.
 */
final class ClusterReplicatedCalls {
    private final ClusterClient client;
    private final PerNode<ReplicatedCalls> nodes;

    /** Once true stays true. */
    private volatile boolean closed;

    ClusterReplicatedCalls(ClusterClient client) {
        this.client = client;
        // What is under way there ends by itself.
        this.nodes = new PerNode<>(client::isMember, ReplicatedCalls::forgetIdle);
    }

    /** Those of the master that has the key, as far as is known. */
    ReplicatedCalls of(String key) {
        RedisURI master = client.masterOf(key);
        ReplicatedCalls calls = nodes.of(
                ClusterClient.address(master),
                address -> new ReplicatedCalls(() -> client.open(master), client.timer()));
        if (closed) {
            calls.close();
        }
        return calls;
    }

    void close() {
        closed = true;
        nodes.all().forEach(ReplicatedCalls::close);
    }
}
