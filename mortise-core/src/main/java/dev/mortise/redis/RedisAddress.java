package dev.mortise.redis;

import io.lettuce.core.RedisURI;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Where the servers are that make up one authority.
 *
 * @param uris one, or the seeds of a Cluster
 */
record RedisAddress(Kind kind, List<RedisURI> uris) {
    enum Kind {
        /** One server, by TCP or by a Unix socket. */
        STANDALONE,
        /** The master that sentinels name. */
        SENTINEL,
        CLUSTER
    }

    RedisAddress {
        uris = List.copyOf(uris);
    }

    RedisURI first() {
        return uris.get(0);
    }

    /** For messages: schemes, hosts, ports, database and master, and no user info. */
    String withoutSecrets() {
        return uris.stream().map(RedisUris::withoutSecrets).collect(Collectors.joining(", "));
    }

    @Override
    public String toString() {
        return kind + " " + withoutSecrets();
    }
}
