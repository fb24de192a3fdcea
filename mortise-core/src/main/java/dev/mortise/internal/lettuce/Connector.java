package dev.mortise.internal.lettuce;

import dev.mortise.internal.runtime.Time;
import dev.mortise.internal.script.ScriptRunner;
import dev.mortise.internal.store.StoreException;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SslOptions;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.resource.ClientResources;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Opens the way to servers.
 *
 * @param timeout how long an answer may take
 * @param ssl trust and keys of connections by TLS; without it, those of the Java runtime
 * @param clientName what servers list this client's connections by; may be empty
 * @param logins who knows user and password, where they are not in the address
 * @param resources threads of a user, in place of own ones
 */
public record Connector(
        Time time,
        Duration timeout,
        Optional<SslOptions> ssl,
        String clientName,
        Logins logins,
        Optional<ClientResources> resources) {
    /** With threads of its own. */
    public Connector(Time time, Duration timeout, Optional<SslOptions> ssl, String clientName, Logins logins) {
        this(time, timeout, ssl, clientName, logins, Optional.empty());
    }

    /**
     * To one server, or the master that Sentinel names. Blocks until connected.
     *
     * @throws StoreException when it cannot be reached or refuses
     */
    public ScriptRunner server(RedisURI uri) {
        return connected(new OwnClient(this).to(uri));
    }

    /**
     * As {@link #server(RedisURI)}, by somebody else's client, whose options, address and life are theirs.
     *
     * @throws StoreException when it cannot be reached or refuses
     */
    public ScriptRunner server(RedisClient shared) {
        return connected(OwnClient.shared(shared, timeout));
    }

    /**
     * To a cluster, of which one of these nodes at least can be reached. Blocks until connected.
     *
     * @throws StoreException when none can be reached, or they refuse
     */
    public ScriptRunner cluster(List<RedisURI> seeds) {
        return new ClusterClient(seeds, this).connect();
    }

    /**
     * As {@link #cluster(List)}, by somebody else's client.
     *
     * @throws StoreException when none can be reached, or they refuse
     */
    public ScriptRunner cluster(RedisClusterClient shared) {
        return new ClusterClient(shared, this).connect();
    }

    /** To the nodes of a quorum. */
    public QuorumConnector quorum() {
        return new QuorumConnector(this);
    }

    private ScriptRunner connected(ConnectionSource source) {
        try {
            return ServerRunner.connected(source, time, timeout);
        } catch (RuntimeException e) {
            source.close();
            throw e;
        }
    }
}
