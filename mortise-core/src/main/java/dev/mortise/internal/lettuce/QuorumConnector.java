package dev.mortise.internal.lettuce;

import dev.mortise.internal.script.ScriptRunner;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import org.jspecify.annotations.Nullable;

/**
 * Opens the way to the nodes of a quorum, in the background: some may be down, and are connected when they are there. Those
 * given by address share one Lettuce client. Not thread-safe.
 */
public final class QuorumConnector {
    private final Connector settings;
    private @Nullable OwnClient own;

    QuorumConnector(Connector settings) {
        this.settings = settings;
    }

    /** One server, or the master that Sentinel names. Returns at once. */
    public ScriptRunner node(RedisURI uri) {
        if (own == null) {
            own = new OwnClient(settings.timeout(), settings.ssl(), settings.clientName());
        }
        return ServerRunner.connecting(own.to(uri), settings.time(), settings.timeout());
    }

    /** By somebody else's client. Returns at once. */
    public ScriptRunner node(RedisClient shared) {
        return ServerRunner.connecting(OwnClient.shared(shared), settings.time(), settings.timeout());
    }
}
